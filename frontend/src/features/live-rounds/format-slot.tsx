// What a format that moves by time shows beside the bid field; nothing for the others.
import type { LotView } from './lot-view';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

export interface FormatSlotProps {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  fresh: boolean;
}

export function FormatSlot({ lot }: FormatSlotProps) {
  return (lot.state.pace ?? null) === null ? null : <></>;
}
