// Panel, own marks, consensus and the lock over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Assignment = Shapes['EvaluationItem'];
export type SheetState = Assignment['state'];
export type Sheet = Shapes['SheetView'];
export type SheetLot = Shapes['SheetLot'];
export type SheetOffer = Shapes['OfferView'];
export type Answer = Shapes['AnswerView'];
export type StoredMark = Shapes['MarkView'];
export type Criterion = Shapes['CriterionView'];
export type TwoTongues = Shapes['WordingView'];
export type Consensus = Shapes['ConsensusView'];
export type ConsensusLot = Shapes['AgreedLot'];
export type ConsensusOffer = Shapes['AgreedOffer'];
export type ConsensusCell = Shapes['CellView'];
export type Leaning = Shapes['LeaningView'];
export type PanelView = Shapes['PanelView'];
export type PanelMember = Shapes['MemberView'];
export type MarkBody = Shapes['SaveMark'];
export type ConsensusBody = Shapes['AgreeValue'];

const EVALUATION = 'evaluation';
// Others submit and agree meanwhile: the page notices by itself.
const LOOK_AGAIN_MS = 10_000;

const keys = {
  mine: [EVALUATION, 'mine'] as const,
  sheet: (id: string) => [EVALUATION, id, 'sheet'] as const,
  consensus: (id: string) => [EVALUATION, id, 'consensus'] as const,
  panel: (id: string) => [EVALUATION, id, 'panel'] as const,
};

const at = (id: string) => ({ params: { path: { tender_id: id } } });

export function useAssignments() {
  return useQuery({ queryKey: keys.mine, queryFn: () => unwrap(api.GET('/api/evaluations')), select: (list) => list.items, refetchInterval: 30_000 });
}

export function useSheet(id: string) {
  return useQuery({ queryKey: keys.sheet(id), queryFn: () => readSheet(id), refetchInterval: 30_000 });
}

export function useConsensus(id: string) {
  return useQuery({ queryKey: keys.consensus(id), queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/consensus', at(id))), refetchInterval: LOOK_AGAIN_MS });
}

export function usePanel(id: string) {
  return useQuery({ queryKey: keys.panel(id), queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/panel', at(id))), refetchInterval: LOOK_AGAIN_MS });
}

export function putMark(id: string, body: MarkBody): Promise<StoredMark> {
  return unwrap(api.PUT('/api/tenders/{tender_id}/sheet/marks', { ...at(id), body }));
}

export function readSheet(id: string): Promise<Sheet> {
  return unwrap(api.GET('/api/tenders/{tender_id}/sheet', at(id)));
}

function useAct<B>(act: (body: B) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    // Refused or not: what the page shows may be another thing now.
    onSettled: () => client.invalidateQueries({ queryKey: [EVALUATION] }),
  });
}

export function useDeclare(id: string) {
  return useAct((body: { has_conflict: boolean; text: string }) => unwrap(api.POST('/api/tenders/{tender_id}/declaration', { ...at(id), body })));
}

export function useSubmitSheet(id: string) {
  return useAct(() => unwrap(api.POST('/api/tenders/{tender_id}/sheet/submission', at(id))));
}

export function useAgree(id: string) {
  return useAct((body: ConsensusBody) => unwrap(api.PUT('/api/tenders/{tender_id}/consensus', { ...at(id), body })));
}

export function useLock(id: string) {
  return useAct((digest: string) => unwrap(api.POST('/api/tenders/{tender_id}/scores/lock', { ...at(id), body: { digest } })));
}

export function useUnlock(id: string) {
  return useAct((reason: string) => unwrap(api.POST('/api/tenders/{tender_id}/scores/unlock', { ...at(id), body: { reason } })));
}

/** The whole panel in its order: the first who is not recused is the chair. */
export function useCallPanel(id: string) {
  return useAct((accounts: readonly string[]) => unwrap(api.POST('/api/tenders/{tender_id}/panel', { ...at(id), body: { accounts: [...accounts] } })));
}
