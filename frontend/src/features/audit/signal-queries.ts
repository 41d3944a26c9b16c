// The auditor's screens: the board of leads, one lead, and what is made of it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Board = Schemas['BoardView'];
export type Lead = Schemas['LeadView'];
export type PastBoard = Schemas['PastBoard'];
export type PastLead = Schemas['PastLead'];
export type LeadPageData = Schemas['LeadPage'];
export type Method = Schemas['ScreenMethod'];
export type MethodWords = Schemas['ScreenMethodView'];
export type LookState = Schemas['LookState'];

export interface Asked {
  tender: string;
  method: string;
  everything: boolean;
  unsettled: boolean;
}

/** Every reading is an entry of the journal: the page asks once, and not again by itself. */
const ONCE = { refetchOnWindowFocus: false, refetchOnReconnect: false, refetchInterval: false, staleTime: 60_000 } as const;

export function queryOf(asked: Asked) {
  return {
    ...(asked.tender && { tender: asked.tender }),
    ...(asked.method && { method: asked.method as Method }),
    ...(asked.everything && { everything: true }),
    ...(asked.unsettled && { unsettled: true }),
  };
}

export function useSignals(asked: Asked) {
  return useQuery({
    queryKey: ['signals', asked],
    queryFn: () => unwrap(api.GET('/api/audit/signals', { params: { query: queryOf(asked) } })),
    placeholderData: (before) => before,
    ...ONCE,
  });
}

export function useLead(key: string) {
  return useQuery({
    queryKey: ['lead', key],
    queryFn: () => unwrap(api.GET('/api/audit/signals/{key}', { params: { path: { key } } })),
    ...ONCE,
  });
}

export function useLook(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['LookBody']) => unwrap(api.POST('/api/audit/signals/{key}/looks', { params: { path: { key } }, body })),
    onSuccess: (page) => {
      client.setQueryData(['lead', key], page);
      return client.invalidateQueries({ queryKey: ['signals'] });
    },
  });
}

/** A look at a file of past tenders; nothing is stored. */
export function usePast() {
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return send<PastBoard>('POST', '/api/audit/signals/past', form);
    },
  });
}
