// Opening committees over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import type { EnvelopeKind } from '@/sealing/seal';

type Shapes = components['schemas'];

export type CommitteeSheet = Shapes['CommitteeView'];
export type Seat = Shapes['CommitteeSeatView'];
export type OwnSeat = Shapes['OwnSeatView'];
export type Progress = Shapes['OpeningProgress'];
export type Wraps = Shapes['WrapsView'];

const LOOK_AGAIN_MS = 5_000;
// While packages are being opened one wants to see how far it is.
const LOOK_CLOSELY_MS = 1_000;

export function useOwnSeats() {
  return useQuery({ queryKey: ['own-seats'], queryFn: () => send<Shapes['OwnSeatsView']>('GET', '/api/my/seats') });
}

export function useCommittee(round: string) {
  return useQuery({ queryKey: ['committee', round], queryFn: () => send<CommitteeSheet>('GET', `/api/rounds/${round}/committee`), refetchInterval: LOOK_AGAIN_MS });
}

/** How far the opening has come; asked of committee rounds alone. */
export function useProgress(round: string) {
  return useQuery({ queryKey: ['committee', round, 'opening'], queryFn: () => send<Progress>('GET', `/api/rounds/${round}/opening`), refetchInterval: (query) => (query.state.data?.step === 'opening' ? LOOK_CLOSELY_MS : LOOK_AGAIN_MS) });
}

/** What is due to be released; fetched when the member is about to use the key. */
export function fetchWraps(round: string, envelope: EnvelopeKind): Promise<Wraps> {
  return send<Wraps>('GET', `/api/rounds/${round}/wraps?envelope=${envelope}`);
}

/** An act on a committee: its path below the round, and its body. Everything of the round is read anew. */
export function useCommitteeAct(round: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method = 'POST', path, body }: { method?: 'POST' | 'PUT'; path: string; body: object }) => send<unknown>(method, `/api/rounds/${round}/${path}`, body),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['committee', round] }), client.invalidateQueries({ queryKey: ['own-seats'] })]),
  });
}

/** The own seat's public key in the policy that is in force. */
export function ownKeyOf(sheet: CommitteeSheet): string {
  return sheet.seats.find((seat) => seat.is_own)?.key ?? '';
}
