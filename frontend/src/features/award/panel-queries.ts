// The decision room over HTTP: the cut put to the panel, confirmations, votes, the lock, what-if notes.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Room = Shapes['DecisionRoomView'];
export type Ballot = Shapes['BallotView'];
export type Cut = Shapes['CutView'];
export type CutBody = Shapes['CutBody'];
export type CastVote = Shapes['CastVote'];
export type Vote = Shapes['Vote'];
export type WhatIfNote = Shapes['WhatIfNote'];

const LOOK_AGAIN_MS = 10_000;

export function useRoom(id: string) {
  return useQuery({
    queryKey: ['award', id, 'room'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/decision-room', { params: { path: { tender_id: id } } })),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** Whether the panel's word is still missing: then nothing can be proposed. */
export function isBlocked(room: Room | undefined): boolean {
  return room?.state === 'to_propose' || room?.state === 'voting';
}

/** Refused or not: somebody else may have acted meanwhile. */
function useAct<Body, Answer>(act: (body: Body) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries() });
}

const at = (id: string) => ({ params: { path: { tender_id: id } } });

export function usePutToPanel(id: string) {
  return useAct((cuts: CutBody[]) => unwrap(api.POST('/api/tenders/{tender_id}/shortlist', { ...at(id), body: { cuts } })));
}

export function useConfirm(id: string) {
  return useAct((digest: string) => unwrap(api.POST('/api/tenders/{tender_id}/ranking/confirmation', { ...at(id), body: { digest } })));
}

export function useVote(id: string) {
  return useAct((body: CastVote) => unwrap(api.POST('/api/tenders/{tender_id}/shortlist/vote', { ...at(id), body })));
}

export function useLockShortlist(id: string) {
  return useAct((digest: string) => unwrap(api.POST('/api/tenders/{tender_id}/shortlist/lock', { ...at(id), body: { digest } })));
}

export function useNoteWhatIf(id: string) {
  return useAct((body: Shapes['NoteWhatIf']) => unwrap(api.POST('/api/tenders/{tender_id}/what-if/notes', { ...at(id), body })));
}
