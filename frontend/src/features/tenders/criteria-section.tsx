// PL-04: the tree of criteria with weights to 100 in every group (the sum stands beside it), thresholds, how marks count.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';

import { useComparison } from './api';
import type { SectionProps } from './section-props';
import { Branch, WeightSum } from './criteria-branch';
import form from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { changeTechnical, changeWeights, evaluationOf, technicalOf } from './evaluation-edit';
import { hasTotal } from './formula-edit';
import { JudgementsPanel } from './judgements-panel';
import { addCriterion, addGroup } from './tree-edit';

const AGGREGATIONS = ['mean', 'median', 'trimmed_mean'] as const;

export function CriteriaSection(props: SectionProps) {
  const { tenderId, draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const technical = technicalOf(draft);
  const comparison = useComparison(tenderId);
  const place = (name: string) => ({ path: `evaluation.technical.${name}`, faults, isTried });
  const shares = new Map(comparison.data?.shares.map(({ criterion, percent }) => [criterion, percent]));
  return (
    <Panel
      title={t('criteria.title')}
      note={<WeightSum technical={technical} parent="" />}
      actions={
        <>
          <Button size="small" icon="plus" onClick={() => change((before) => addGroup(before))}>
            {t('criteria.add_group')}
          </Button>
          <Button size="small" icon="plus" onClick={() => change((before) => addCriterion(before))}>
            {t('criteria.add')}
          </Button>
        </>
      }
    >
      <div className="stack" data-section="evaluation">
        <div data-path="evaluation.technical.criteria">
          <Branch {...props} parent="" shares={shares} />
        </div>
        <JudgementsPanel {...props} />
        <div className={form['fields']}>
          {hasTotal(evaluationOf(draft).price.formula.code) && (
            <DraftText {...place('weight')} label={t('criteria.share')} hint={t('criteria.share_hint')} inputMode="decimal" value={technical.weight} onValue={(weight) => change((before) => changeWeights(before, 'technical', weight))} />
          )}
          <DraftText {...place('threshold')} label={t('criteria.threshold')} hint={t('criteria.threshold_hint')} optional inputMode="decimal" value={technical.threshold} onValue={(threshold) => change((before) => changeTechnical(before, { threshold }))} />
          <DraftSelect
            {...place('aggregation')}
            label={t('criteria.aggregation')}
            value={technical.aggregation}
            onValue={(value) => change((before) => changeTechnical(before, { aggregation: AGGREGATIONS.find((each) => each === value) ?? 'mean' }))}
            options={AGGREGATIONS.map((value) => ({ value, label: t(`criteria.${value}`) }))}
          />
          {technical.aggregation === 'trimmed_mean' && (
            <DraftNumber {...place('drop_from')} label={t('criteria.drop_from')} hint={t('criteria.drop_from_hint')} value={technical.drop_from} onNumber={(drop_from) => change((before) => changeTechnical(before, { drop_from }))} />
          )}
        </div>
      </div>
    </Panel>
  );
}
