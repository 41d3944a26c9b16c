// Reports, debriefs and savings over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Reports = Shapes['ReportsView'];
export type Report = Shapes['ReportView'];
export type SavingsSheet = Shapes['TenderSavingsSheet'];
export type LotSavings = Shapes['LotSavingsView'];
export type CostRow = Shapes['CostRow'];
export type RecordFigure = Shapes['RecordFigure'];
export type FigureKind = RecordFigure['kind'];

export function useReports(id: string) {
  return useQuery({
    queryKey: ['award', id, 'reports'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/reports', { params: { path: { tender_id: id } } })),
    refetchInterval: 30_000,
  });
}

export function useMakeReport(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/tenders/{tender_id}/reports', { params: { path: { tender_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id, 'reports'] }),
  });
}

export function useTenderSavings(id: string) {
  return useQuery({
    queryKey: ['award', id, 'savings'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/savings', { params: { path: { tender_id: id } } })),
  });
}

export function useRecordFigure(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RecordFigure) => unwrap(api.POST('/api/tenders/{tender_id}/savings', { params: { path: { tender_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['award', id] }),
  });
}

/** The orders that name the contract of a tender, the first hundred of them. */
export function useContractOrders(reference: string) {
  return useQuery({
    queryKey: ['orders', 'of', reference],
    queryFn: () => unwrap(api.GET('/api/orders', { params: { query: { contract: reference } } })),
  });
}

export function useRealise(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes['RealiseLot']) => unwrap(api.POST('/api/tenders/{tender_id}/savings/realised', { params: { path: { tender_id: id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['award', id] }),
  });
}
