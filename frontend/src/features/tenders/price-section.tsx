// How prices become points: the formula and its parameters, the weight; beside them the sentence and the worked example, from
// the server, computed by what computes the real points.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import { useComparison } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { SentenceList } from './document-parts';
import { DraftSelect, DraftText } from './draft-field';
import { changeEvaluation, changeWeights, evaluationOf, sealedOf } from './evaluation-edit';
import { changeFormula, changeParam, changeTrimming, FORMULAS, hasTotal } from './formula-edit';
import { FormulaParams } from './formula-params';

export function PriceSection(props: SectionProps) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const evaluation = evaluationOf(draft);
  const { has_technical: hasTechnical } = sealedOf(draft);
  const place = (name: string) => ({ path: `evaluation.${name}`, faults, isTried });
  const { formula, weight } = evaluation.price;
  return (
    <Panel title={t('price.title')}>
      <div className="stack">
        <div className={css['fields']}>
          <DraftSelect {...place('price.formula.code')} label={t('price.formula')} value={formula.code} onValue={(next) => change((before) => changeFormula(before, next))} options={FORMULAS.map((value) => ({ value, label: t(`price.${value}`) }))} />
          {hasTechnical && hasTotal(formula.code) && (
            <DraftText {...place('price.weight')} label={t('price.weight')} hint={t('price.weight_hint')} inputMode="decimal" inside="%" value={weight} onValue={(typed) => change((before) => changeWeights(before, 'price', typed))} />
          )}
        </div>
        <FormulaParams
          formula={formula}
          faults={faults}
          isTried={isTried}
          onParam={(name, value) => change((before) => changeParam(before, name, value))}
          onTrimming={(isOn) => change((before) => changeTrimming(before, isOn))}
        />
        {draft.procedure === 'sealed_live' && hasTechnical && (
          <CheckField data-path="evaluation.freeze_technical" label={t('price.freeze')} checked={evaluation.freeze_technical} onChange={(event) => change((before) => changeEvaluation(before, { freeze_technical: event.target.checked }))} />
        )}
        <Said tenderId={props.tenderId} />
      </div>
    </Panel>
  );
}

/** What the rules say as saved, example included. */
function Said({ tenderId }: { tenderId: string }) {
  const { t, lang } = useWords('tenders');
  const { data } = useComparison(tenderId);
  if (data === undefined) return null;
  return <div aria-live="polite">{data.sentences === null ? <p className="muted small">{t('price.not_yet')}</p> : <SentenceList sentences={data.sentences[lang]} />}</div>;
}
