// The least step: in what, how much, from what it is measured, and smaller ones below falling prices. The service says in the
// examples below the rules what they come to.
import { currencySign, group, isAmount, percentChange, subtract } from '@/domain/money';
import { boundsOf } from '@/domain/bidding';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { Draft, RulesDraft } from './api';
import css from './builder.module.css';
import { DraftSelect, DraftText } from './draft-field';
import { choicesOf, type RuleFieldsProps } from './rule-choices';

// As many thresholds as the rules allow (live_rules_check.MOST_SIZES).
const MOST_SIZES = 5;

export function StepFields({ draft, set, place }: RuleFieldsProps) {
  const { t } = useWords('tenders');
  const { step, feedback } = draft.rules;
  const change = (part: Partial<RulesDraft['step']>) => set({ step: { ...step, ...part } });
  const tellsBest = feedback === 'best_price' || feedback === 'rank_and_best';
  return (
    <>
      <div className={css['fields']}>
        <DraftSelect {...place('step.measure')} label={t('rules.step_measure')} value={step.measure} onValue={(measure) => change({ measure: measure as 'money' | 'percent' })} options={choicesOf(['percent', 'money'], t, 'measure')} />
        <DraftText {...place('step.size')} label={t('rules.step_size')} hint={<StepCalculator draft={draft} />} inputMode="decimal" value={step.size} onValue={(size) => change({ size })} />
        <DraftSelect {...place('step.rule')} label={t('rules.step_rule')} value={step.rule} onValue={(rule) => change({ rule: rule as 'at_least' | 'multiple' })} options={choicesOf(['at_least', 'multiple'], t, 'step')} />
        {(tellsBest || step.basis === 'best') && (
          <DraftSelect {...place('step.basis')} label={t('rules.step_basis')} hint={t(`rules.step_basis_${step.basis}_hint`)} value={step.basis} onValue={(basis) => change({ basis: basis as 'own_last' | 'best' })} options={choicesOf(['own_last', 'best'], t, 'step_basis')} />
        )}
      </div>
      {step.below.map((each, at) => {
        const put = (part: Partial<(typeof step.below)[number]>) => change({ below: step.below.map((one, index) => (index === at ? { ...one, ...part } : one)) });
        return (
          // The place in the table is its only name.
          <div key={at} className={css['fields']}>
            <DraftText {...place(`step.below.${String(at)}.price`)} label={t('rules.step_below_price')} inside={currencySign(draft.currency)} inputMode="decimal" value={each.price} onValue={(price) => put({ price })} />
            <DraftText {...place(`step.below.${String(at)}.size`)} label={t('rules.step_below_size')} inside={step.measure === 'percent' ? '%' : undefined} inputMode="decimal" value={each.size} onValue={(size) => put({ size })} />
            <Button className={css['drop']} look="quiet" icon="close" onClick={() => change({ below: step.below.filter((_, index) => index !== at) })}>
              {t('common:actions.remove')}
            </Button>
          </div>
        );
      })}
      {step.below.length < MOST_SIZES && (
        <div data-path="rules.step.below">
          <Button look="quiet" size="small" icon="plus" onClick={() => change({ below: [...step.below, { price: '', size: '' }] })}>
            {t('rules.step_below_add')}
          </Button>
        </div>
      )}
    </>
  );
}

/** What the step is in money on the first lot's ceiling, and in percent: 0.25 to 0.5 % is the usual guide. */
function StepCalculator({ draft }: { draft: Draft }) {
  const { t } = useWords('tenders');
  const lot = draft.lots[0];
  const { step } = draft.rules;
  if (lot === undefined || !isAmount(lot.ceiling_price) || !isAmount(step.size)) return <>{t('rules.step_guide')}</>;
  const terms = { scale: lot.scale, ceiling_price: lot.ceiling_price, start_price: null };
  const bounds = stepOn({ ...draft.rules, step: { ...step, below: [] } }, terms);
  if (bounds === null) return <>{t('rules.step_guide')}</>;
  const after = subtract(lot.ceiling_price, bounds.leastStep);
  const percent = (percentChange(lot.ceiling_price, after) ?? '').replace('-', '');
  return <>{t('rules.step_is', { amount: `${currencySign(draft.currency)}${group(bounds.leastStep)}`, percent, ceiling: `${currencySign(draft.currency)}${group(lot.ceiling_price)}` })}</>;
}

function stepOn(rules: RulesDraft, terms: { scale: number; ceiling_price: string; start_price: null }) {
  try {
    return boundsOf({ ...rules, change_limit: null }, terms, terms.ceiling_price);
  } catch {
    // A ceiling with more decimals than its lot allows is the pre-flight's to say.
    return null;
  }
}
