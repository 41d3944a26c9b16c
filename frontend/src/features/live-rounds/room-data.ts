// What the room reads over HTTP before and beside the socket: the round's published facts, own bids, receipts.
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { Amount } from '@/domain/money';

import type { LiveRules } from '@/domain/bidding';
import { ownBidsOf, type History } from './own-bids';
import type { Broadcast, Receipt } from './messages';
import { useRoomSource } from './room-source';

export interface RoundTender {
  id: string;
  reference: string;
  title_zh: string;
  title_en: string;
  currency: string;
  tax_basis: 'excluded' | 'included';
  time_zone: string;
}

export interface RoundLot {
  id: string;
  number: number;
  title_zh: string;
  title_en: string;
  scale: number;
  basis: 'unit' | 'total';
  quantity: Amount;
  unit: string;
  ceiling_price: Amount;
  start_price: Amount | null;
}

export interface RoundInfo {
  id: string;
  audience: 'supplier' | 'buyer' | 'observer';
  tender: RoundTender;
  rules: LiveRules;
  rules_hash: string;
  sentences: { zh: readonly string[]; en: readonly string[] };
  lots: readonly RoundLot[];
  broadcasts: readonly Broadcast[];
  /** In percent of the total, where bids are ranked by points. */
  weights: { technical: string; price: string } | null;
  resume_notice_s: number;
}

export function useRound(roundId: string) {
  return useQuery({
    queryKey: ['round', roundId],
    queryFn: () => send<RoundInfo>('GET', `/api/rounds/${roundId}`),
    staleTime: 60_000,
  });
}

const ownBidsKey = (lotId: string) => ['own-bids', lotId] as const;

export function useOwnBids(lotId: string) {
  const { keepsBids } = useRoomSource();
  return useQuery({
    queryKey: ownBidsKey(lotId),
    queryFn: () => send<History>('GET', `/api/lots/${lotId}/history`),
    select: ownBidsOf,
    staleTime: 30_000,
    enabled: keepsBids,
  });
}

/** After an answer of the server the list of own bids is asked for anew. */
export function useRefreshOwnBids(): (lotId: string) => void {
  const client = useQueryClient();
  return (lotId) => void client.invalidateQueries({ queryKey: ownBidsKey(lotId) });
}

export function fetchReceipt(bidId: string): Promise<Receipt> {
  return send<Receipt>('GET', `/api/receipts/${bidId}`);
}
