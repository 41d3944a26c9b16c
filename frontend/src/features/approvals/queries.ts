// Four eyes: what waits, what was decided, and the word of the second person.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import { isNoReserve } from '@/api/reserves';
import type { components } from '@/api/schema';

export type Proposal = components['schemas']['ProposalView'];
export type Verdict = components['schemas']['Verdict'];
export type Task = components['schemas']['TaskView'];
export type Delegation = components['schemas']['DelegationView'];

const APPROVALS = 'approvals';

export function useProposals(decided: boolean) {
  return useQuery({
    queryKey: [APPROVALS, 'list', decided],
    queryFn: () => unwrap(api.GET('/api/approvals', { params: { query: { decided } } })),
    refetchInterval: 15_000,
  });
}

export function useProposal(id: string) {
  return useQuery({
    queryKey: [APPROVALS, 'one', id],
    queryFn: () => unwrap(api.GET('/api/approvals/{proposal_id}', { params: { path: { proposal_id: id } } })),
  });
}

export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { verdict: Verdict; reason: string }) =>
      unwrap(api.POST('/api/approvals/{proposal_id}/decision', { params: { path: { proposal_id: id } }, body })),
    // Whatever came out, the thing it was about may look different now.
    onSettled: () => client.invalidateQueries({ predicate: isNoReserve }),
  });
}

export function useTasks() {
  return useQuery({ queryKey: ['tasks'], queryFn: () => unwrap(api.GET('/api/tasks')), refetchInterval: 30_000 });
}

const DELEGATIONS = ['delegations'];

export function useDelegations() {
  return useQuery({ queryKey: DELEGATIONS, queryFn: () => unwrap(api.GET('/api/delegations')) });
}

export function useHandOver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: components['schemas']['HandOverTasks']) => unwrap(api.POST('/api/delegations', { body })),
    onSuccess: (list) => client.setQueryData(DELEGATIONS, list),
  });
}

export function useTakeBack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/delegations/{delegation_id}/end', { params: { path: { delegation_id: id } } })),
    onSuccess: (list) => client.setQueryData(DELEGATIONS, list),
  });
}
