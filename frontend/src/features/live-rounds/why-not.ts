import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';

import { moneyText, type LotView } from './lot-view';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

/** Why no bid is possible this moment, in a sentence; null while one is. */
export function useWhyNot(bidding: Bidding, lot: LotView, info: RoundInfo, fresh: boolean): string | null {
  const { t } = useWords('live-rounds');
  switch (bidding.moment) {
    case 'closed':
    case 'cancelled':
    case 'paused':
    case 'closing':
      return t(`bid.${bidding.moment}`);
    case 'waiting':
      return t('bid.not_open', { time: formatInstant(lot.state.opens_at, info.tender.time_zone, 'time-second') });
    case 'open':
    case 'window':
      break;
  }
  if (!fresh) return t('bid.not_fresh');
  if (!bidding.mayWrite) return t('bid.not_writing');
  if (!bidding.isTurn) return t('bid.not_your_turn');
  if (bidding.waiting !== null) return t('bid.waiting', { amount: moneyText(bidding.waiting.amount, info.tender.currency) });
  return bidding.bounds === null ? t('bid.no_amount_left') : null;
}
