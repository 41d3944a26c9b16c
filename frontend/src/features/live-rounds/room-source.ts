// Where the room's page finds own bids and receipts: at the server, or, while practising, in what this visit has heard.
import { createContext, useContext } from 'react';

import type { Receipt } from './messages';

export interface RoomSource {
  /** Whether the server keeps a list of own bids. */
  keepsBids: boolean;
  /** A receipt that was opened; null leaves it to the server. */
  receiptOf(bidId: string): Receipt | null;
}

export const RoomSourceContext = createContext<RoomSource>({ keepsBids: true, receiptOf: () => null });

export function useRoomSource(): RoomSource {
  return useContext(RoomSourceContext);
}
