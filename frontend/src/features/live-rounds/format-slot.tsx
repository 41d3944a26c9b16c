// What a format that moves by time shows beside the bid field; nothing for the others.
import { PricePanel } from './format-price';
import { TurnPanel } from './format-turn';
import type { LotView } from './lot-view';
import { mayBid } from './moment';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

export interface FormatSlotProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
}

export function FormatSlot({ info, lot, bidding }: FormatSlotProps) {
  const pace = lot.state.pace ?? null;
  if (pace === null || !mayBid(bidding.moment)) return null;
  return pace.price === null ? <TurnPanel pace={pace} zone={info.tender.time_zone} /> : <PricePanel info={info} pace={pace} price={pace.price} />;
}
