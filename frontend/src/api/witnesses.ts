// Who outside the house watches the journal; told to everybody.

import { useQuery } from '@tanstack/react-query';

import { api, unwrap } from './client';
import type { components } from './schema';

export type OutsideWitness = components['schemas']['OutsideWitness'];

// A witness counts as away after a quarter of an hour: no page need ask every minute.
const EVERY_MS = 180_000;

export function useWitnesses() {
  return useQuery({
    queryKey: ['witnesses'],
    queryFn: () => unwrap(api.GET('/api/audit/witnesses')),
    staleTime: 60_000,
    refetchInterval: EVERY_MS,
  });
}
