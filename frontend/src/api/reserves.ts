// Secret reserve prices over HTTP: asked for only where they may be read, since a refused reading is journalled.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from './client';
import type { components } from './schema';

export type LotReserve = components['schemas']['LotReserveView'];
type Typed = components['schemas']['LotReserveForm'];

/** Apart from the tender's own keys: whatever renews a tender's page must not ask for a sealed figure. */
const RESERVES = 'reserves';
const keyOf = (tenderId: string) => [RESERVES, tenderId] as const;

/** Everything a page holds but these figures: after an approval they may be sealed, and asking again would be refused. */
export function isNoReserve(query: { queryKey: readonly unknown[] }): boolean {
  return query.queryKey[0] !== RESERVES;
}

/** Reads the reserve prices of a draft, or of a tender after their opening. Nothing is kept once no page shows it. */
export function useReserves(tenderId: string, enabled: boolean) {
  return useQuery({
    queryKey: keyOf(tenderId),
    queryFn: async () => (await unwrap(api.GET('/api/tenders/{tender_id}/reserves', { params: { path: { tender_id: tenderId } } }))).lots,
    enabled,
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function useSetReserve(tenderId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (typed: Typed) =>
      (await unwrap(api.PUT('/api/tenders/{tender_id}/reserves', { params: { path: { tender_id: tenderId } }, body: { lots: [typed] } }))).lots,
    onSuccess: async (lots) => {
      client.setQueryData(keyOf(tenderId), lots);
      await Promise.all(['preflight', 'sentences'].map((what) => client.invalidateQueries({ queryKey: ['tenders', tenderId, what] })));
    },
    // Somebody was faster: what stands now is shown beside what was typed.
    onError: () => client.invalidateQueries({ queryKey: keyOf(tenderId) }),
  });
}

/** Who reads an opened reserve price (VISIBILITY.md d03). */
const READERS: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor']);

interface OfTender {
  hat: string;
  phase: string;
  document: unknown;
}

export interface BoundLot {
  id: string;
  number: number;
  reserve_commitment?: string;
}

/** The lots of a published document that have a reserve price, by its commitment. */
export function boundLots(document: unknown): BoundLot[] {
  const lots = (document as { lots?: readonly BoundLot[] } | null)?.lots ?? [];
  return lots.filter((lot) => lot.reserve_commitment !== undefined);
}

/** Whether asking is of use: there is one, its prices are open, and the reader's hat may read it. */
export function mayReadReserves(tender: OfTender): boolean {
  return READERS.has(tender.hat) && 'PVWZ'.includes(tender.phase) && boundLots(tender.document).length > 0;
}
