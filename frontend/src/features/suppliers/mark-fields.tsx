// The three marks and the three weights. Text fields: neither wheel nor arrows change a figure; full-width digits are taken.

import { ASPECTS } from '@/domain/certification';
import { add, isAmount } from '@/domain/money';
import { toHalfWidth } from '@/domain/typed-amount';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { AreaField, TextField } from '@/ui/field';

import { plain } from './grade';
import css from './suppliers.module.css';
import type { CertificationDraft } from './use-certification-draft';

export function MarkFields({ draft }: { draft: CertificationDraft }) {
  const { t } = useWords('suppliers');
  return (
    <div className={css['three']}>
      {ASPECTS.map((aspect) => {
        const computed = draft.assessment?.computed[aspect];
        return (
          <div key={aspect} className="stack-tight">
            <TextField
              label={t(`words:aspects.${aspect}`)}
              hint={t('certify.mark_hint', { least: plain(draft.minimums[aspect]) })}
              placeholder={computed === null || computed === undefined ? '' : t('assess.computed', { mark: plain(computed) })}
              inputMode="decimal"
              autoComplete="off"
              value={draft.typed[aspect]}
              error={draft.markError(aspect)}
              onChange={(event) => draft.setMark(aspect, toHalfWidth(event.target.value))}
            />
            {draft.typed[aspect] !== '' && (
              <AreaField
                label={t('assess.reason', { aspect: t(`words:aspects.${aspect}`) })}
                rows={2}
                maxLength={1000}
                value={draft.reasons[aspect]}
                error={draft.reasonError(aspect)}
                onChange={(event) => draft.setReason(aspect, event.target.value)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

export function WeightFields({ draft }: { draft: CertificationDraft }) {
  const { t } = useWords('suppliers');
  const typed = ASPECTS.map((aspect) => draft.percents[aspect]).filter(isAmount);
  const sum = typed.reduce((total, percent) => add(total, percent), '0');
  return (
    <div className="stack">
      <div className={css['three']}>
        {ASPECTS.map((aspect) => (
          <TextField
            key={aspect}
            label={t('certify.weight_of', { aspect: t(`words:aspects.${aspect}`) })}
            inputMode="decimal"
            autoComplete="off"
            value={draft.percents[aspect]}
            aria-invalid={draft.weightsError ? true : undefined}
            onChange={(event) => draft.setPercent(aspect, toHalfWidth(event.target.value))}
          />
        ))}
      </div>
      {draft.weightsError && (
        <Banner tone="bad" role="status">
          {draft.weightsError} {t('certify.weights_sum', { sum: plain(sum) })}
        </Banner>
      )}
    </div>
  );
}
