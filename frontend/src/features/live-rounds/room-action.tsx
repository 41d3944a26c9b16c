// The large button beside the figures and, on a phone, at the foot of the screen: the least step in one tap.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import { percentText } from './bid-panel';
import { moneyText, type LotView } from './lot-view';
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
  const own = lot.state.own_amount;
  if (bidding.bounds === null || bidding.moment === 'closed' || bidding.moment === 'cancelled') {
    return <p className={css['said']}>{whyNot}</p>;
  }
  if (bidding.isQuiet) {
    return (
      <div className={css['quiet']}>
        <p>{t('focal.leading')}</p>
        <Button onClick={bidding.lowerAnyway}>{t('bid.lower_anyway')}</Button>
      </div>
    );
  }
  const amount = moneyText(bidding.bounds.highest, info.tender.currency);
  return (
    <OneTap
      quote={{ amount: bidding.bounds.highest, own }}
      text={t('bid.one_tap', { amount })}
      note={whyNot ?? (own === null ? t('bid.first_note') : `${t('bid.steps', { count: 1 })} · ${percentText(bidding.reference, bidding.bounds.highest)}`)}
      disabled={!bidding.can}
      busy={bidding.waiting !== null}
      onTap={bidding.tap}
    />
  );
}
