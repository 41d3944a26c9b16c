// A dry run: the rules to try go as a query, and nothing is kept.
import { useQuery } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';

export type DryRun = components['schemas']['DryRunView'];
export type DryRow = DryRun['rows'][number];

/** What is left as it was is empty. */
export interface Trial {
  feedback: string;
  ties: string;
  starting_gate: string;
  step_size: string;
  step_basis: string;
  window_min: string;
  trigger: string;
  max_extensions: string;
  seed: string;
}

export const AS_IT_WAS: Trial = { feedback: '', ties: '', starting_gate: '', step_size: '', step_basis: '', window_min: '', trigger: '', max_extensions: '', seed: '1' };

/** As the service asks it: spans in seconds, and only what is changed. */
export function queryOf(trial: Trial): string {
  const { window_min: minutes, ...rest } = trial;
  const named = { ...rest, window_s: minutes === '' ? '' : String(Math.round(Number(minutes) * 60)) };
  const told = Object.entries(named).filter(([, value]) => value !== '');
  return new URLSearchParams(told).toString();
}

export function useDryRun(lotId: string | undefined, trial: Trial) {
  const query = queryOf(trial);
  return useQuery({
    queryKey: ['dry-run', lotId, query],
    queryFn: () => send<DryRun>('GET', `/api/lots/${lotId ?? ''}/dry-run?${query}`),
    enabled: lotId !== undefined,
    staleTime: Infinity,
    placeholderData: (before) => before,
    retry: false,
  });
}
