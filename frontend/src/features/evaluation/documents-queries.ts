// Files of the offers as they were drawn anew, and what is held for the relay. Pages are pictures with addresses of their own.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type OfferDocument = Shapes['DocumentView'];
export type Documents = Shapes['DocumentsView'];
export type HeldDocument = Shapes['HeldDocumentView'];
export type Box = Shapes['BoxForm'];
export type HeldDecision = Shapes['DecideHeld'];

const DOCUMENTS = 'documents';

export function useDocuments(tenderId: string) {
  return useQuery({
    queryKey: [DOCUMENTS, tenderId],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/documents', { params: { path: { tender_id: tenderId } } })),
    refetchInterval: 20_000,
  });
}

export function pageAddress(id: string, page: number): string {
  return `/api/documents/${id}/pages/${String(page)}`;
}

export function heldAddress(key: string, page: number, version: number): string {
  // The version makes it another picture for the browser after a clearing.
  return `/api/held-documents/${key}/pages/${String(page)}?v=${String(version)}`;
}

export function useTable(id: string, page: number) {
  return useQuery({
    queryKey: [DOCUMENTS, 'table', id, page],
    queryFn: () => unwrap(api.GET('/api/documents/{document_id}/tables/{page}', { params: { path: { document_id: id, page } } })),
    retry: false,
  });
}

export function useHeldTable(key: string, page: number) {
  return useQuery({
    queryKey: [DOCUMENTS, 'held-table', key, page],
    queryFn: () => unwrap(api.GET('/api/held-documents/{key}/tables/{page}', { params: { path: { key, page } } })),
    retry: false,
  });
}

export function useHeld() {
  return useQuery({
    queryKey: [DOCUMENTS, 'held'],
    queryFn: () => unwrap(api.GET('/api/held-documents')),
    // In random order each time: kept in one order on the page.
    select: ({ documents }) => [...documents].sort((first, second) => first.key.localeCompare(second.key)),
    refetchInterval: 20_000,
  });
}

function useAct<B>(act: (body: B) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: [DOCUMENTS] }) });
}

export function useReportLeak() {
  return useAct((id: string) => unwrap(api.POST('/api/documents/{document_id}/report', { params: { path: { document_id: id } } })));
}

export function useDecideHeld(key: string) {
  return useAct((body: HeldDecision) => unwrap(api.POST('/api/held-documents/{key}/decision', { params: { path: { key } }, body })));
}

/** None before the unsealing, and for whoever may not have them. */
export function useOriginals(tenderId: string, enabled: boolean) {
  return useQuery({
    queryKey: [DOCUMENTS, tenderId, 'originals'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/originals', { params: { path: { tender_id: tenderId } } })),
    select: ({ originals }) => originals,
    enabled,
  });
}

export function originalAddress(tenderId: string, id: string): string {
  return `/api/tenders/${tenderId}/originals/${id}`;
}
