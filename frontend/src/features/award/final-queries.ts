// Best-and-final rounds over HTTP; shapes come from the OpenAPI document. One sheet for both sides.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import type { HeaderJson } from '@/sealing/seal';

type Shapes = components['schemas'];

export type FinalOffers = Shapes['FinalOffersView'];
export type FinalRound = Shapes['FinalRoundView'];
export type FinalLot = Shapes['OwnFinalLot'];
export type FinalReceipt = Shapes['ReceiptView'];

/** A price envelope, ready to be handed in. */
export interface SealedFinal {
  header: HeaderJson;
  digest: string;
  ct: string;
}

// The close is watched from the page.
const LOOK_AGAIN_MS = 5_000;

export function useFinalOffers(id: string) {
  return useQuery({
    queryKey: ['award', id, 'final-offers'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/final-offers', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** Asking for a round, or for calling one off: its path below /api, and its body. */
export function useFinalAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => send<unknown>('POST', `/api/${path}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id] }),
  });
}

/** The sealed offer goes out; the same one again gives the identical receipt. */
export function useHandIn(id: string, roundId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ header, ct }: SealedFinal) =>
      send<FinalReceipt>('PUT', `/api/my/final-rounds/${roundId}/offers/${header.lot}`, { header, price: { ct } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id, 'final-offers'] }),
  });
}
