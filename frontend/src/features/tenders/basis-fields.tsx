// What bids of the live round are ranked by: the price, an addition or a coefficient by grade, or the points of the evaluation;
// beside it what the rule says as saved, with an example computed by what computes the real ranks.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import { useComparison, type Draft, type Fault, type RulesDraft } from './api';
import css from './builder.module.css';
import { SentenceList } from './document-parts';
import { DraftSelect, DraftText } from './draft-field';

type Basis = RulesDraft['basis'];
type Factors = NonNullable<RulesDraft['factors']>;

const GRADES = ['A', 'B', 'C', 'D'] as const;
const MALUS: Factors = { measure: 'percent', grades: { A: '0', B: '1', C: '2', D: '4' } };
const FEATURES: Factors = { measure: null, grades: { A: '0.04', B: '0.02', C: '0', D: '0' } };

interface BasisProps {
  draft: Draft;
  tenderId: string;
  set: (part: Partial<RulesDraft>) => void;
  place: (path: string) => { path: string; faults: readonly Fault[]; isTried: boolean };
}

/** What goes with another basis: values by grade, and what a bidder may see. */
export function changeBasis(rules: RulesDraft, basis: Basis): Partial<RulesDraft> {
  const tellsBest = rules.feedback === 'best_price' || rules.feedback === 'rank_and_best';
  const feedback = basis === 'points' ? 'score_rank' : rules.feedback === 'score_rank' || (basis !== 'price' && tellsBest) ? 'rank_only' : rules.feedback;
  return { basis, factors: basis === 'bonus_malus' ? MALUS : basis === 'coefficient' ? FEATURES : null, feedback, tells_lead: basis === 'points' && rules.tells_lead, ...(basis === 'price' ? {} : { ties: 'earlier_first', step: { ...rules.step, basis: 'own_last' } }) };
}

export function BasisFields({ draft, tenderId, set, place }: BasisProps) {
  const { t } = useWords('tenders');
  const { rules } = draft;
  const { factors, basis } = rules;
  // Then the coefficient may be made of technical points alone.
  const hasFormula = draft.procedure === 'sealed_live' && draft.evaluation?.price.formula.code === 'coefficient';
  const bases: readonly Basis[] = draft.procedure === 'sealed_live' ? ['price', 'bonus_malus', 'coefficient', 'points'] : ['price', 'bonus_malus', 'coefficient'];
  return (
    <div className="stack" data-path="rules.factors">
      <div className={css['fields']}>
        <DraftSelect {...place('basis')} label={t('rules.basis')} hint={t(`rules.basis_${basis}_hint`)} value={basis} onValue={(next) => set(changeBasis(rules, next as Basis))} options={bases.map((value) => ({ value, label: t(`rules.basis_${value}`) }))} />
        {basis === 'bonus_malus' && factors !== null && (
          <DraftSelect
            {...place('factors.measure')}
            label={t('rules.factor_measure')}
            value={factors.measure ?? 'percent'}
            onValue={(measure) => set({ factors: { ...factors, measure: measure as 'money' | 'percent' } })}
            options={[
              { value: 'percent', label: t('rules.factor_percent') },
              { value: 'money', label: t('rules.factor_money', { currency: draft.currency }) },
            ]}
          />
        )}
        {factors !== null &&
          GRADES.map((grade) => (
            <DraftText
              key={grade}
              {...place(`factors.grades.${grade}`)}
              label={t('rules.factor_grade', { grade })}
              inputMode="decimal"
              inside={factors.measure === 'percent' ? '%' : undefined}
              value={factors.grades[grade]}
              onValue={(value) => set({ factors: { ...factors, grades: { ...factors.grades, [grade]: value } } })}
            />
          ))}
      </div>
      {basis === 'coefficient' && hasFormula && <CheckField label={t('rules.factor_too')} checked={factors !== null} onChange={(event) => set({ factors: event.target.checked ? FEATURES : null })} />}
      {rules.feedback === 'score_rank' && <CheckField data-path="rules.tells_lead" label={t('rules.tells_lead')} checked={rules.tells_lead} onChange={(event) => set({ tells_lead: event.target.checked })} />}
      <Said tenderId={tenderId} isOther={basis !== 'price'} />
    </div>
  );
}

function Said({ tenderId, isOther }: { tenderId: string; isOther: boolean }) {
  const { t, lang } = useWords('tenders');
  const { data } = useComparison(tenderId);
  if (!isOther || data === undefined) return null;
  return <div aria-live="polite">{data.basis ? <SentenceList sentences={data.basis[lang]} /> : <p className="muted small">{t('price.not_yet')}</p>}</div>;
}
