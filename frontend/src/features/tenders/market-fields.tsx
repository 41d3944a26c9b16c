// What bidders are told of the market, from when on, and what comes of equal amounts (SCREENS.md 2.2.3).
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { RulesDraft } from './api';
import css from './builder.module.css';
import { DraftSelect } from './draft-field';
import { choicesOf, type RuleFieldsProps } from './rule-choices';

const BY_PRICE = ['rank_only', 'lead_only', 'rank_band', 'best_price', 'rank_and_best'] as const;

export function MarketFields({ draft, set, place }: RuleFieldsProps) {
  const { t } = useWords('tenders');
  const { rules } = draft;
  return (
    <>
      <div className={css['fields']}>
        <DraftSelect {...place('feedback')} label={t('rules.feedback')} hint={t(`rules.feedback_${rules.feedback}_hint`)} value={rules.feedback} onValue={(feedback) => set(changeFeedback(rules, feedback as RulesDraft['feedback']))} options={choicesOf(feedbacksOf(rules.basis), t, 'feedback')} />
        <DraftSelect {...place('buyer_view')} label={t('rules.buyer_view')} value={rules.buyer_view} onValue={(view) => set({ buyer_view: view as RulesDraft['buyer_view'] })} options={choicesOf(['aliases', 'best_only', 'none'], t, 'view')} />
        {(rules.basis === 'price' || rules.ties === 'equal_rank') && (
          <DraftSelect {...place('ties')} label={t('rules.ties')} hint={t('rules.ties_hint')} value={rules.ties} onValue={(ties) => set({ ties: ties as RulesDraft['ties'] })} options={choicesOf(['earlier_first', 'equal_rank'], t, 'ties')} />
        )}
      </div>
      {(draft.procedure === 'live' || rules.starting_gate) && (
        <CheckField data-path="rules.starting_gate" label={t('rules.starting_gate')} checked={rules.starting_gate} onChange={(event) => set({ starting_gate: event.target.checked })} />
      )}
    </>
  );
}

/** A step from the best price goes with being told it, and with nothing else. */
export function changeFeedback(rules: RulesDraft, feedback: RulesDraft['feedback']): Partial<RulesDraft> {
  const tellsBest = feedback === 'best_price' || feedback === 'rank_and_best';
  return tellsBest ? { feedback } : { feedback, step: { ...rules.step, basis: 'own_last' } };
}

/** The best price says nothing where another basis decides, and points there must be to be shown. */
export function feedbacksOf(basis: RulesDraft['basis']): readonly string[] {
  if (basis === 'price') return BY_PRICE;
  const plain = ['rank_only', 'lead_only', 'rank_band'];
  return basis === 'points' ? [...plain, 'score_rank'] : plain;
}
