// Where a supplier stands in the sealed round of a tender: read for each tender that has one, for the cards and the tender's page.
import { useQueries } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';

import type { InvitationRow } from './api';

type Shapes = components['schemas'];

export interface SealedStanding {
  status: Shapes['RoundStatus'];
  opensAt: string;
  closesAt: string;
  lots: number;
  /** On how many lots an own package is sealed. */
  sealed: number;
  /** When the newest of them was received. */
  sealedAt: number | null;
  /** What the opening wants of this bidder, the soonest over first. */
  asks: readonly Shapes['AskView'][];
}

type Asked = Pick<InvitationRow, 'sealed_round_id' | 'own' | 'state'>;

/** Over: nothing of the sealed round asks for anything any more. While bids are evaluated its prices may be shut still. */
const OVER: readonly string[] = ['awarded', 'unsuccessful', 'cancelled'];

export function isSealedAsked({ sealed_round_id: roundId, own, state }: Asked): boolean {
  return roundId !== null && own.joined && !OVER.includes(state);
}

/** By the id of the sealed round; what is not there yet is not known. */
export function useSealedStandings(rows: readonly Asked[]): Readonly<Record<string, SealedStanding>> {
  const ids = rows.filter(isSealedAsked).flatMap((row) => row.sealed_round_id ?? []);
  return useQueries({
    queries: ids.map((id) => ({ queryKey: ['sealed-round', id], queryFn: () => send<Shapes['SupplierRoundView']>('GET', `/api/rounds/${id}/sealed`), refetchInterval: 30_000 })),
    combine: (answers) => Object.fromEntries(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.round_id, standingOf(data)]]))),
  });
}

export function standingOf(round: Pick<Shapes['SupplierRoundView'], 'status' | 'opens_at' | 'closes_at' | 'lots' | 'asks'>): SealedStanding {
  const live = round.lots.flatMap(({ current }) => (current?.state === 'live' ? [Number(current.receipt['received_at'])] : []));
  return {
    status: round.status,
    opensAt: round.opens_at,
    closesAt: round.closes_at,
    lots: round.lots.length,
    sealed: live.length,
    sealedAt: live.length === 0 ? null : Math.max(...live),
    asks: round.asks,
  };
}
