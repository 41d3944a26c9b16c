// Second factors, proofs, relations and roles: questions and acts.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import { makePasskey, provePasskey } from '@/api/passkey';
import type { components } from '@/api/schema';
import { becomeMe, stayMe, type Me } from '@/api/session';

export type Factor = components['schemas']['FactorView'];
export type Relation = components['schemas']['RelationView'];
export type RelationKind = components['schemas']['RelationKind'];
type Role = components['schemas']['Role'];

const FACTORS = ['second-factors'];
const RELATIONS = ['relations'];

export type GivenProof = { by: 'totp' | 'recovery'; code: string } | { by: 'password'; password: string } | { by: 'passkey' };

async function prove(given: GivenProof): Promise<Me> {
  if (given.by !== 'passkey') return unwrap(api.POST('/api/session/proof', { body: given }));
  const { options } = await unwrap(api.POST('/api/session/passkey-options'));
  return unwrap(api.POST('/api/session/proof', { body: { by: 'passkey', credential: await provePasskey(options) } }));
}

/** The session is a new one afterwards; what is on the screen stays. */
export function useProve() {
  const client = useQueryClient();
  return useMutation({ mutationFn: prove, onSuccess: (me) => stayMe(client, me) });
}

export function useFactors() {
  return useQuery({ queryKey: FACTORS, queryFn: () => unwrap(api.GET('/api/me/second-factors')) });
}

export function useTotpOffer() {
  return useMutation({ mutationFn: () => unwrap(api.POST('/api/me/totp')) });
}

/** Whoever renews a session tells the page last: it may show recovery codes first. */
function useEnrolling<T>(act: (given: T) => Promise<components['schemas']['EnrolledView']>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async ({ me }) => {
      stayMe(client, me);
      await client.invalidateQueries({ queryKey: FACTORS });
    },
  });
}

export function useConfirmTotp() {
  return useEnrolling(({ id, code, name }: { id: string; code: string; name: string }) =>
    unwrap(api.POST('/api/me/totp/{factor_id}/confirmation', { params: { path: { factor_id: id } }, body: { code, name } })),
  );
}

export function useAddPasskey() {
  return useEnrolling(async (name: string) => {
    const { options } = await unwrap(api.POST('/api/me/passkeys/options'));
    return unwrap(api.POST('/api/me/passkeys', { body: { credential: await makePasskey(options), name } }));
  });
}

export function useRenewCodes() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/me/recovery-codes')),
    onSuccess: () => client.invalidateQueries({ queryKey: FACTORS }),
  });
}

export function useRenameFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      unwrap(api.PATCH('/api/me/second-factors/{factor_id}', { params: { path: { factor_id: id } }, body: { name } })),
    onSuccess: () => client.invalidateQueries({ queryKey: FACTORS }),
  });
}

export function useRemoveFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/me/second-factors/{factor_id}', { params: { path: { factor_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: FACTORS }),
  });
}

export function useGoOut() {
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/single-sign-on')),
    onSuccess: ({ url }) => location.assign(url),
  });
}

export function useComeBack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { code: string; state: string }) => unwrap(api.POST('/api/single-sign-on/return', { body })),
    onSuccess: (me) => becomeMe(client, me),
  });
}

export function useRelations() {
  return useQuery({ queryKey: RELATIONS, queryFn: () => unwrap(api.GET('/api/me/relations')) });
}

export function useDeclareRelation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { credit_code: string; kind: RelationKind; note: string }) => unwrap(api.POST('/api/me/relations', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: RELATIONS }),
  });
}

export function useEndRelation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/me/relations/{relation_id}', { params: { path: { relation_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: RELATIONS }),
  });
}

export function useChangeRoles() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, roles }: { id: string; roles: Role[] }) =>
      unwrap(api.PUT('/api/accounts/{account_id}/roles', { params: { path: { account_id: id } }, body: { roles } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

export function useResetFactors() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      unwrap(api.POST('/api/accounts/{account_id}/second-factor-reset', { params: { path: { account_id: id } }, body: { reason } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}
