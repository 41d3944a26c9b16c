// The large button beside the figures and, on a phone, at the foot of the screen: the least step in one tap.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import { percentText } from './bid-panel';
import { useTakenText, useTakeText } from './format-price';
import { moneyText, type LotView } from './lot-view';
import { mayBid } from './moment';
import { OneTap } from './one-tap';
import { quoteFor, type OwnCurrency } from './own-currency';
import type { RoundInfo } from './room-data';
import css from './room-action.module.css';
import type { Bidding } from './use-bidding';
import { useWhyNot } from './why-not';

interface RoomActionProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  fresh: boolean;
  currency: OwnCurrency;
}

export function RoomAction({ info, lot, bidding, fresh, currency }: RoomActionProps) {
  const { t } = useWords('live-rounds');
  const whyNot = useWhyNot(bidding, lot, info, fresh);
  const take = useTakeText(info, lot);
  const taken = useTakenText(info, lot);
  const own = lot.state.own_amount;
  if (bidding.bounds === null || bidding.moment === 'closed' || bidding.moment === 'cancelled') {
    return <p className={css['said']}>{whyNot}</p>;
  }
  if (taken !== null && mayBid(bidding.moment)) return <p className={css['said']}>{taken}</p>;
  if (bidding.isQuiet) {
    return (
      <div className={css['quiet']}>
        <p>{t('focal.leading')}</p>
        <Button onClick={bidding.lowerAnyway}>{t('bid.lower_anyway')}</Button>
      </div>
    );
  }
  const home = info.tender.currency;
  const { text, ...quote } = quoteFor(currency, home, bidding.bounds, lot, bidding.bounds.highest);
  const steps = own === null ? t('bid.first_note') : `${t('bid.steps', { count: 1 })} · ${percentText(bidding.reference, quote.amount)}`;
  const counts = (quote.sent ?? null) === null ? steps : `${t('foreign.counts_as', { amount: moneyText(quote.amount, home) })} · ${steps}`;
  return (
    <OneTap
      quote={quote}
      text={take ?? t('bid.one_tap', { amount: text })}
      note={noteOf(take === null ? counts : '', bidding.isTurn || take === null ? whyNot : '')}
      disabled={!bidding.can}
      busy={bidding.waiting !== null}
      onTap={bidding.tap}
    />
  );
}

/** Why not, else what the amount is; a named price says both in its own panel. */
function noteOf(said: string, whyNot: string | null): string {
  return whyNot ?? said;
}
