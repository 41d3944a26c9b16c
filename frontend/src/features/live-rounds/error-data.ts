// Reports of an error in a bid (SCREENS.md LR-27): the sender's own, the desk's cases, what the buyer's side is shown.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { Amount } from '@/domain/money';

export const SLIPS = ['digit', 'separator', 'total_as_unit', 'tax', 'wrong_lot'] as const;
export type Slip = (typeof SLIPS)[number];

export interface OwnReport {
  state: 'none' | 'reported' | 'verified' | 'dismissed' | 'proposed' | 'stands' | 'voided';
  until: string;
}

export interface DeskCase {
  id: string;
  reference: string;
  title_zh: string;
  title_en: string;
  lot: string;
  bid: string;
  slip: Slip;
  state: 'reported' | 'verified' | 'dismissed' | 'proposed';
  note: string;
  person: string;
  supplier_zh: string;
  supplier_en: string;
  phone: string;
  reported_at: string;
}

export interface Reported {
  id: string;
  lot: string;
  slip: Slip;
  state: 'verified' | 'proposed';
  alias: string | null;
  amount: Amount | null;
  is_voided: boolean;
  can_propose: boolean;
}

// A case moves by the acts of others; a minute is long while a lot runs.
const LOOK_EVERY_MS = 5_000;

export function useOwnReport(bidId: string) {
  return useQuery({
    queryKey: ['error-report', bidId],
    queryFn: () => send<OwnReport>('GET', `/api/receipts/${bidId}/error-report`),
    refetchInterval: ({ state }) => (state.data?.state === 'none' ? false : LOOK_EVERY_MS),
  });
}

export function useReport(bidId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { slip: Slip; note: string }) => send<OwnReport>('POST', `/api/receipts/${bidId}/error-report`, body),
    onSuccess: (report) => client.setQueryData(['error-report', bidId], report),
  });
}

export function useDeskCases() {
  return useQuery({
    queryKey: ['desk-cases'],
    queryFn: async () => (await send<{ cases: DeskCase[] }>('GET', '/api/desk/error-reports')).cases,
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useDecideCase(reportId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { verdict: 'verified' | 'dismissed'; reason: string }) =>
      send<null>('POST', `/api/desk/error-reports/${reportId}/decision`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['desk-cases'] }),
  });
}

export function useReported(roundId: string) {
  return useQuery({
    queryKey: ['reported', roundId],
    queryFn: async () => (await send<{ reports: Reported[] }>('GET', `/api/rounds/${roundId}/error-reports`)).reports,
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useProposeVoid(roundId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reportId: string) => send<{ proposal_id: string }>('POST', `/api/error-reports/${reportId}/void`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['reported', roundId] }),
  });
}
