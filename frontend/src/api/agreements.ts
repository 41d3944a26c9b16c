// What waits for the signed-in person in talks and contracts: cards of three home pages; and the contracts of a project.

import { useQuery } from '@tanstack/react-query';

import { api, unwrap } from './client';
import type { components } from './schema';

export type AgreementTask = components['schemas']['AgreementTaskView'];

export function useAgreementTasks() {
  return useQuery({ queryKey: ['agreement-tasks'], queryFn: () => unwrap(api.GET('/api/agreement-tasks')), refetchInterval: 30_000 });
}

export function useProjectContracts(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: ['project-contracts', id],
    queryFn: () => unwrap(api.GET('/api/projects/{project_id}/contracts', { params: { path: { project_id: id } } })),
    enabled: isWanted,
  });
}
