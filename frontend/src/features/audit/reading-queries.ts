// Readings of the identity vault: what can be asked of a tender, what was asked, and the reading itself.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Readings = Schemas['ReadingsView'];
export type Reading = Schemas['ReadingChoice']['reading'];
export type Asked = Schemas['AskedView'];
export type Read = Schemas['ReadView'];
export type Opened = Schemas['OpenedView'];

const keyOf = (tender: string) => ['readings', tender];

export function useReadings(tender: string) {
  return useQuery({
    queryKey: keyOf(tender),
    queryFn: () => unwrap(api.GET('/api/audit/tenders/{tender_id}/readings', { params: { path: { tender_id: tender } } })),
    refetchInterval: 15_000,
  });
}

export function useAskReading(tender: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['AskReadingBody']) => unwrap(api.POST('/api/audit/tenders/{tender_id}/readings', { params: { path: { tender_id: tender } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(tender) }),
  });
}

/** What was read stays on the page that asked for it and goes with it: nothing of it is kept in the cache. */
export function useOpenReading() {
  return useMutation({
    gcTime: 0,
    mutationFn: async (asked: Asked): Promise<Read> => {
      const path = { proposal_id: asked.id };
      if (asked.reading !== 'originals') return unwrap(api.POST('/api/audit/readings/{proposal_id}/opening', { params: { path } }));
      const file = await unwrap(api.POST('/api/audit/readings/{proposal_id}/file', { params: { path }, parseAs: 'blob' }));
      download(file, 'original');
      return { reading: 'originals', rows: [] };
    },
  });
}

export function useAskInvestigation(tender: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      unwrap(api.POST('/api/audit/tenders/{tender_id}/emergency-unsealing', { params: { path: { tender_id: tender } }, body: { reason } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(tender) }),
  });
}

export function useReadNames(tender: string) {
  return useMutation({
    gcTime: 0,
    mutationFn: () => unwrap(api.POST('/api/audit/tenders/{tender_id}/emergency-unsealing/names', { params: { path: { tender_id: tender } } })),
  });
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
