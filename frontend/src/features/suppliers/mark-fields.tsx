// The three marks and the three weights. Text fields: neither wheel nor arrows change a figure; full-width digits are taken.

import { ASPECTS } from '@/domain/certification';
import { add, isAmount } from '@/domain/money';
import { toHalfWidth } from '@/domain/typed-amount';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { TextField } from '@/ui/field';

import { plain } from './grade';
import css from './suppliers.module.css';
import type { CertificationDraft } from './use-certification-draft';

export function MarkFields({ draft }: { draft: CertificationDraft }) {
  const { t } = useWords('suppliers');
  return (
    <div className={css['three']}>
      {ASPECTS.map((aspect) => (
        <TextField
          key={aspect}
          label={t(`words:aspects.${aspect}`)}
          hint={t('certify.mark_hint', { least: plain(draft.minimums[aspect]) })}
          inputMode="decimal"
          autoComplete="off"
          value={draft.marks[aspect]}
          error={draft.markError(aspect)}
          onChange={(event) => draft.setMark(aspect, toHalfWidth(event.target.value))}
        />
      ))}
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
