// Identity's questions and acts.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import { becomeMe, type Me } from '@/api/session';

export type Seat = components['schemas']['SeatView'];
export type Account = components['schemas']['AccountView'];
export type InviteStaff = components['schemas']['InviteStaff'];

/** Makes the answered person the signed-in one. */
function useBecoming<T>(act: (given: T) => Promise<Me>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: (me) => becomeMe(client, me) });
}

export function useSignIn() {
  return useBecoming((given: { email: string; password: string }) => unwrap(api.POST('/api/session', { body: given })));
}

export function useAcceptInvitation() {
  return useBecoming((given: { token: string; password: string }) => unwrap(api.POST('/api/account-invitations/accept', { body: given })));
}

export function useAcceptReset() {
  return useBecoming((given: { token: string; password: string }) => unwrap(api.POST('/api/password-resets/accept', { body: given })));
}

export function useTakeSeat() {
  return useBecoming((seat: string) => unwrap(api.POST('/api/demo/seats/{seat}', { params: { path: { seat } } })));
}

export function useAskReset() {
  return useMutation({ mutationFn: (email: string) => unwrap(api.POST('/api/password-resets', { body: { email } })) });
}

export function useInvitation(token: string, isWanted: boolean) {
  return useQuery({
    queryKey: ['account-invitation', token],
    queryFn: () => unwrap(api.POST('/api/account-invitations/look', { body: { token } })),
    staleTime: Infinity,
    enabled: isWanted,
  });
}

export function useSeats() {
  return useQuery({ queryKey: ['demo-seats'], queryFn: () => unwrap(api.GET('/api/demo/seats')), staleTime: 60_000 });
}

const SESSIONS = ['my-sessions'];

export function useSessions() {
  return useQuery({ queryKey: SESSIONS, queryFn: () => unwrap(api.GET('/api/me/sessions')) });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ref: string) => unwrap(api.DELETE('/api/me/sessions/{ref}', { params: { path: { ref } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}

export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/me/sessions')),
    onSuccess: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}

export function useSaveTexts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (texts: { mobile: string | null; is_on: boolean }) => unwrap(api.PATCH('/api/me', { body: { texts } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['me'] }),
  });
}

const ACCOUNTS = ['accounts'];

export function useAccounts() {
  return useQuery({ queryKey: ACCOUNTS, queryFn: () => unwrap(api.GET('/api/accounts')) });
}

export function useInviteStaff() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: InviteStaff) => unwrap(api.POST('/api/accounts', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ACCOUNTS }),
  });
}

export function useDisableAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/accounts/{account_id}/disable', { params: { path: { account_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ACCOUNTS }),
  });
}
