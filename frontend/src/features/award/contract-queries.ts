// Negotiations and contracts over HTTP; shapes come from the OpenAPI document. One sheet for both sides.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Agreements = Shapes['AgreementsView'];
export type Agreement = Shapes['AgreementView'];
export type Negotiation = Shapes['NegotiationView'];
export type Turn = Shapes['TurnView'];
export type Contract = Shapes['ContractView'];
export type Issues = Shapes['IssuesForm'];
export type TurnAct = Turn['act'];

const LOOK_AGAIN_MS = 10_000;

export function useAgreements(id: string) {
  return useQuery({
    queryKey: ['award', id, 'agreements'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/agreements', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** Any act on the sheet: its path below /api, and its body. The sheet is read anew whatever came of it. */
export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: object }) => send<unknown>('POST', `/api/${path}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id, 'agreements'] }),
  });
}
