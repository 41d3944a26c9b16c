// The large button beside the figures and, on a phone, at the foot of the screen: the least step in one tap.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import { percentText } from './bid-panel';
import { useTakenText, useTakeText } from './format-price';
import { moneyText, type LotView } from './lot-view';
import { mayBid } from './moment';
import { OneTap } from './one-tap';
import type { RoundInfo } from './room-data';
import css from './room-action.module.css';
import type { Bidding } from './use-bidding';
import { useWhyNot } from './why-not';

interface RoomActionProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  fresh: boolean;
}

export function RoomAction({ info, lot, bidding, fresh }: RoomActionProps) {
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
  const amount = moneyText(bidding.bounds.highest, info.tender.currency);
  const steps = own === null ? t('bid.first_note') : `${t('bid.steps', { count: 1 })} · ${percentText(bidding.reference, bidding.bounds.highest)}`;
  return (
    <OneTap
      quote={{ amount: bidding.bounds.highest, own }}
      text={take ?? t('bid.one_tap', { amount })}
      note={noteOf(take === null ? steps : '', bidding.isTurn || take === null ? whyNot : '')}
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
