// The auditor's questions: timeline, checkpoints, exports, the public key.

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Entry = Schemas['TimelineEntry'];
export type Band = Schemas['Band'];
export type Kind = Schemas['Kind'];
export type Filters = Schemas['Filters'];
export type Checkpoint = Schemas['CheckpointView'];
export type Export = Schemas['ExportView'];
export type ExportRequest = Schemas['ExportRequest'];
export type ExportForm = ExportRequest['form'];
export type TenderChoice = Schemas['TenderChoice'];
export type Sealing = Schemas['SealingView'];
export type SavedQuery = Schemas['SavedQuery'];
export type QueryRequest = Schemas['QueryRequest'];
export type Preset = Schemas['Preset'];

export interface Wanted {
  tender: string | null;
  lot: string | null;
  alias: string | null;
  actor: string | null;
  kinds: readonly Kind[];
  after: string | null;
  before: string | null;
  preset: Preset | null;
}

export function useTimeline(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: ['timeline', wanted],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const { kinds, ...rest } = wanted;
      const given = Object.fromEntries(Object.entries({ ...rest, cursor: pageParam }).filter(([, value]) => value !== null));
      return unwrap(api.GET('/api/audit/timeline', { params: { query: { ...given, ...(kinds.length > 0 && { kind: [...kinds] }) } } }));
    },
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
}

export function useFilters(tender: string | null) {
  return useQuery({
    queryKey: ['timeline-filters', tender],
    queryFn: () => unwrap(api.GET('/api/audit/filters', { params: { query: tender ? { tender } : {} } })),
    placeholderData: (before) => before,
  });
}

export function useCheckpoints() {
  return useInfiniteQuery({
    queryKey: ['checkpoints'],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/audit/checkpoints', { params: { query: pageParam ? { before: pageParam } : {} } })),
    getNextPageParam: (page) => page.next_before,
    refetchInterval: 30_000,
  });
}

// The key may be rotated while a page is open.
const A_MINUTE = 60_000;

export function useKey() {
  return useQuery({ queryKey: ['journal-key'], queryFn: () => unwrap(api.GET('/api/audit/key')), staleTime: A_MINUTE });
}

export function useSealing() {
  return useQuery({ queryKey: ['sealing'], queryFn: () => unwrap(api.GET('/api/sealing')), staleTime: 60_000 });
}

const EXPORTS = ['exports'];

export function useExports() {
  return useQuery({
    queryKey: EXPORTS,
    queryFn: () => unwrap(api.GET('/api/audit/exports')),
    // While one is being made its progress is looked at; otherwise there is nothing to wait for.
    refetchInterval: (query) => (query.state.data?.some((job) => job.state === 'queued' || job.state === 'running') ? 800 : 30_000),
  });
}

const QUERIES = ['saved-queries'];

export function useSavedQueries() {
  return useQuery({ queryKey: QUERIES, queryFn: () => unwrap(api.GET('/api/audit/queries')) });
}

export function useSaveQuery() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: QueryRequest) => unwrap(api.POST('/api/audit/queries', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: QUERIES }),
  });
}

export function useDropQuery() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/audit/queries/{query_id}', { params: { path: { query_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: QUERIES }),
  });
}

export function useRequestExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ExportRequest) => unwrap(api.POST('/api/audit/exports', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: EXPORTS }),
  });
}
