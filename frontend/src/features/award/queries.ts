// Ranking, decision by alias, unsealing and result over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Ranking = Shapes['RankingView'];
export type LotRanking = Shapes['LotRankingView'];
export type RankingRow = Shapes['RankingRowView'];
export type Saving = Shapes['SavingView'];
export type SavingsTotal = Shapes['SavingsTotalView'];
export type Decision = Shapes['DecisionView'];
export type DecidedLot = Shapes['ChoiceView'];
export type Unsealing = Shapes['UnsealingView'];
export type ChoiceBody = Shapes['ChoiceBody'];
export type StaffResult = Shapes['StaffResult'];
export type SupplierResult = Shapes['SupplierResult'];
export type Offers = Shapes['OffersView'];
export type JudgedLot = Shapes['JudgedLot'];
export type JudgedOffer = Shapes['JudgedOffer'];
export type JudgedAnswer = Shapes['JudgedAnswerView'];
export type LotResult = Shapes['LotResultView'];
export type OwnLotResult = Shapes['OwnLotResult'];
export type Unsealed = Shapes['UnsealedView'];
export type Person = Shapes['PersonView'];
export type Sensitivity = Shapes['SensitivityView'];
export type LotSensitivity = Shapes['LotSensitivityView'];
export type Holding = Shapes['HoldingView'];
export type WhatIf = Shapes['WhatIfView'];
export type TryChange = Shapes['TryChange'];
export type Inquiries = Shapes['InquiriesView'];
export type FlaggedOffer = Shapes['FlaggedOfferView'];
export type OwnInquiry = Shapes['OwnInquiryView'];
export type Proposal = Shapes['ProposalView'];
export type StaffTender = Shapes['StaffTender'];
export type SupplierTender = Shapes['SupplierTender'];

const AWARD = 'award';
// A second person decides meanwhile: the page notices by itself.
const LOOK_AGAIN_MS = 10_000;

export function useTender(id: string) {
  return useQuery({ queryKey: ['tenders', id], queryFn: () => send<StaffTender | SupplierTender>('GET', `/api/tenders/${id}`), refetchInterval: 30_000 });
}

export function useRanking(id: string) {
  return useQuery({
    queryKey: [AWARD, id, 'ranking'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/ranking', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

export function useDecision(id: string) {
  return useQuery({
    queryKey: [AWARD, id, 'decision'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/decision', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** The technical offers; not asked where the tender has none. */
export function useOffers(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [AWARD, id, 'offers'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/offers', { params: { path: { tender_id: id } } })),
    enabled,
    refetchInterval: 30_000,
  });
}

export function useResult(id: string) {
  return useQuery({
    queryKey: [AWARD, id, 'result'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/result', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** The proposal that waits, for its state and its time; not asked where there is none. */
export function useProposal(id: string | null) {
  return useQuery({
    queryKey: ['approvals', 'one', id],
    queryFn: () => unwrap(api.GET('/api/approvals/{proposal_id}', { params: { path: { proposal_id: id ?? '' } } })),
    enabled: id !== null,
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** How firm the ranking stands; `digests` are those of the rankings it is asked about: another ranking, another answer. */
export function useSensitivity(id: string, digests: string) {
  return useQuery({
    queryKey: [AWARD, id, 'sensitivity', digests],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/sensitivity', { params: { path: { tender_id: id } } })),
    staleTime: 60_000,
  });
}

/** A change tried on one lot: asked as a question, so that nothing looks like an act. */
export function useWhatIf(id: string, change: TryChange, digests: string) {
  return useQuery({
    queryKey: [AWARD, id, 'what-if', digests, change],
    queryFn: () => unwrap(api.POST('/api/tenders/{tender_id}/what-if', { params: { path: { tender_id: id } }, body: change })),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
}

/** What looks abnormally low, and what was asked, answered and decided. */
export function useInquiries(id: string) {
  return useQuery({
    queryKey: [AWARD, id, 'inquiries'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/inquiries', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

export function useAsk(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes['AskInquiry']) => unwrap(api.POST('/api/tenders/{tender_id}/inquiries', { params: { path: { tender_id: id } }, body })),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useDecideOffer(id: string, inquiry: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes['DecideOffer']) =>
      unwrap(api.POST('/api/tenders/{tender_id}/inquiries/{inquiry_id}/decision', { params: { path: { tender_id: id, inquiry_id: inquiry } }, body })),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useOwnInquiries(id: string) {
  return useQuery({
    queryKey: [AWARD, id, 'own-inquiries'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/own-inquiries', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

export function useAnswer(id: string, inquiry: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) =>
      unwrap(api.POST('/api/tenders/{tender_id}/own-inquiries/{inquiry_id}/answer', { params: { path: { tender_id: id, inquiry_id: inquiry } }, body: { text } })),
    onSettled: () => client.invalidateQueries(),
  });
}

export function usePropose(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choices: ChoiceBody[]) =>
      unwrap(api.POST('/api/tenders/{tender_id}/decision', { params: { path: { tender_id: id } }, body: { choices } })),
    // Refused or not: the ranking or the decision may be another one now.
    onSettled: () => client.invalidateQueries(),
  });
}

export function useAskUnsealing(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/tenders/{tender_id}/unsealing', { params: { path: { tender_id: id } } })),
    onSettled: () => client.invalidateQueries(),
  });
}

export function useAskReopening(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => unwrap(api.POST('/api/tenders/{tender_id}/reopening', { params: { path: { tender_id: id } }, body: { reason } })),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Own bids of one lot with their receipts. */
interface OwnHistory {
  answers: readonly { bid_id: string; state: string; receipt: Readonly<Record<string, unknown>> | null }[];
}

export function useOwnReceipts(lotId: string, enabled: boolean) {
  return useQuery({
    queryKey: [AWARD, 'receipts', lotId],
    queryFn: () => send<OwnHistory>('GET', `/api/lots/${lotId}/history`),
    select: (history) => history.answers.flatMap((answer) => answer.receipt ?? []),
    enabled,
    staleTime: 60_000,
  });
}
