// DR-05: a volume split is announced before any bid, or not made. The shares as text: 70-30; 60-40.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { DraftText } from './draft-field';
import { changeEvaluation, evaluationOf } from './evaluation-edit';

const FIRST = [['70', '30'], ['60', '40']];

export function SplitFields({ draft, change, faults, isTried }: SectionProps) {
  const { t } = useWords('tenders');
  const { split } = evaluationOf(draft);
  const set = (patterns: string[][] | null) => change((before) => changeEvaluation(before, { split: patterns === null ? null : { patterns } }));
  return (
    <>
      <CheckField label={t('outcome.split')} checked={split !== null} onChange={(event) => set(event.target.checked ? FIRST : null)} />
      {split !== null && (
        <div className={css['fields']}>
          <DraftText
            path="evaluation.split.patterns"
            faults={faults}
            isTried={isTried}
            label={t('outcome.split_shares')}
            hint={t('outcome.split_hint')}
            value={split.patterns.map((shares) => shares.join('-')).join(';')}
            onValue={(text) => set(text.split(/[;；]/).map((one) => one.split(/[-–—/]/)))}
          />
        </div>
      )}
    </>
  );
}
