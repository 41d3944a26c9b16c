// How prices become points: the formula and its parameters, the weight, the shortlist. The sentence and the worked example
// come from the server, computed by what computes the real points.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import type { SectionProps } from './builder';
import css from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { changeEvaluation, changeFormula, changeParam, changeWeights, evaluationOf, sealedOf } from './evaluation-edit';
import { FormulaParams } from './formula-params';

const FORMULAS = ['price_only', 'lowest_ratio', 'deduct_from_benchmark'] as const;

export function PriceSection(props: SectionProps) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const evaluation = evaluationOf(draft);
  const { has_technical: hasTechnical } = sealedOf(draft);
  const place = (name: string) => ({ path: `evaluation.${name}`, faults, isTried });
  const { code, params } = evaluation.price.formula;
  return (
    <Panel title={t('price.title')} note={t('price.note')}>
      <div className="stack">
        <div className={css['fields']}>
          <DraftSelect {...place('price.formula.code')} label={t('price.formula')} value={code} onValue={(next) => change((before) => changeFormula(before, next))} options={FORMULAS.map((value) => ({ value, label: t(`price.${value}`) }))} />
          {hasTechnical && (
            <DraftText {...place('price.weight')} label={t('price.weight')} hint={t('price.weight_hint')} inputMode="decimal" inside="%" value={evaluation.price.weight} onValue={(weight) => change((before) => changeWeights(before, 'price', weight))} />
          )}
          <DraftNumber {...place('shortlist.count')} label={t('price.shortlist')} hint={t('price.shortlist_hint')} value={evaluation.shortlist.count} onNumber={(count) => change((before) => changeEvaluation(before, { shortlist: { count } }))} />
        </div>
        <FormulaParams code={code} params={params} faults={faults} isTried={isTried} onParam={(name, value) => change((before) => changeParam(before, name, value))} />
        {draft.procedure === 'sealed_live' && hasTechnical && (
          <CheckField data-path="evaluation.freeze_technical" label={t('price.freeze')} checked={evaluation.freeze_technical} onChange={(event) => change((before) => changeEvaluation(before, { freeze_technical: event.target.checked }))} />
        )}
      </div>
    </Panel>
  );
}
