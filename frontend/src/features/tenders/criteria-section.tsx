// PL-04: criteria with weights to 100 (the sum stands beside them), thresholds, what each mark means, what is answered.
import { useState } from 'react';

import { compare } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';

import type { SectionProps } from './builder';
import css from './criteria.module.css';
import form from './builder.module.css';
import { CriterionDetails } from './criterion-details';
import { DraftSelect, DraftText } from './draft-field';
import { addCriterion, changeCriterion, changeTechnical, changeWeights, moveCriterion, removeCriterion, technicalOf, weightSum } from './evaluation-edit';

export function CriteriaSection(props: SectionProps) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const technical = technicalOf(draft);
  const place = (name: string) => ({ path: `evaluation.technical.${name}`, faults, isTried });
  return (
    <Panel
      title={t('criteria.title')}
      note={<WeightSum sum={weightSum(technical.criteria)} />}
      actions={
        <Button size="small" icon="plus" onClick={() => change(addCriterion)}>
          {t('criteria.add')}
        </Button>
      }
    >
      <div className="stack" data-section="evaluation">
        <ol className={css['criteria']} data-path="evaluation.technical.criteria">
          {technical.criteria.map((criterion, at) => (
            <Criterion key={criterion.id || `new-${String(at)}`} {...props} at={at} count={technical.criteria.length} />
          ))}
        </ol>
        <div className={form['fields']}>
          <DraftText {...place('weight')} label={t('criteria.share')} hint={t('criteria.share_hint')} inputMode="decimal" value={technical.weight} onValue={(weight) => change((before) => changeWeights(before, 'technical', weight))} />
          <DraftText {...place('threshold')} label={t('criteria.threshold')} hint={t('criteria.threshold_hint')} optional inputMode="decimal" value={technical.threshold} onValue={(threshold) => change((before) => changeTechnical(before, { threshold }))} />
          <DraftSelect
            {...place('aggregation')}
            label={t('criteria.aggregation')}
            value={technical.aggregation}
            onValue={(value) => change((before) => changeTechnical(before, { aggregation: value === 'median' ? 'median' : 'mean' }))}
            options={(['mean', 'median'] as const).map((value) => ({ value, label: t(`criteria.${value}`) }))}
          />
        </div>
      </div>
    </Panel>
  );
}

function WeightSum({ sum }: { sum: string | null }) {
  const { t } = useWords('tenders');
  const isWhole = sum !== null && compare(sum, '100') === 0;
  return (
    <span role="status" className={isWhole ? css['whole'] : css['not_whole']}>
      {sum === null ? t('criteria.sum_unknown') : t(isWhole ? 'criteria.sum' : 'criteria.sum_wrong', { sum })}
    </span>
  );
}

function Criterion({ at, count, ...props }: SectionProps & { at: number; count: number }) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const [isOpen, setOpen] = useState(false);
  const criterion = technicalOf(draft).criteria[at];
  if (criterion === undefined) return null;
  const field = (name: 'title_zh' | 'title_en' | 'weight' | 'threshold') => ({
    path: `evaluation.technical.criteria.${String(at)}.${name}`,
    faults,
    isTried,
    value: criterion[name],
    onValue: (value: string) => change((before) => changeCriterion(before, at, { [name]: value })),
  });
  const name = t('criteria.number', { number: at + 1 });
  return (
    <li>
      <fieldset>
        <legend className="visually-hidden">{name}</legend>
        <div className={css['row']}>
          <b className={css['number']}>{at + 1}</b>
          <DraftText {...field('title_zh')} label={t('criteria.title_zh')} lang="zh-CN" />
          <DraftText {...field('title_en')} label={t('criteria.title_en')} lang="en" />
          <DraftText {...field('weight')} label={t('criteria.weight')} inputMode="decimal" inside="%" />
          <DraftText {...field('threshold')} label={t('criteria.least')} inputMode="decimal" />
        </div>
        <div className={css['tools']}>
          <details className={form['more']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{t('criteria.more')}</summary>
            {/* Closed ones stay out of the page: forty criteria would be five hundred fields. */}
            {(isOpen || isTried) && <CriterionDetails {...props} at={at} criterion={criterion} />}
          </details>
          <div className={css['buttons']}>
            <Button size="small" look="quiet" disabled={at === 0} onClick={() => change((before) => moveCriterion(before, at, -1))} aria-label={t('criteria.up', { name })}>
              ↑
            </Button>
            <Button size="small" look="quiet" disabled={at === count - 1} onClick={() => change((before) => moveCriterion(before, at, 1))} aria-label={t('criteria.down', { name })}>
              ↓
            </Button>
            <Button size="small" look="quiet" icon="close" disabled={count === 1} onClick={() => change((before) => removeCriterion(before, at))} aria-label={t('criteria.remove', { name })} />
          </div>
        </div>
      </fieldset>
    </li>
  );
}
