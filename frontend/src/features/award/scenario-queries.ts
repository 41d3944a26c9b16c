// Award scenarios over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

import type { Adopted } from './choosing';

type Shapes = components['schemas'];

export type Scenarios = Shapes['ScenariosView'];
export type Scenario = Shapes['ScenarioView'];
export type ScenarioAward = Shapes['ScenarioAwardView'];
export type ScenarioConstraint = Shapes['ConstraintView'];
export type SplitLot = Shapes['SplitLotView'];
export type ConstraintBody = Shapes['ConstraintBody'];
export type ComputeScenario = Shapes['ComputeScenario'];

export function useScenarios(id: string) {
  return useQuery({
    queryKey: ['award', id, 'scenarios'],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/scenarios', { params: { path: { tender_id: id } } })),
    staleTime: 30_000,
  });
}

/** What the adopted scenario awards, by lot; nothing where none is adopted on the rankings that stand. */
export function useAdopted(id: string): Adopted {
  const told = useScenarios(id).data;
  return useMemo(() => {
    const adopted = told?.scenarios.find((scenario) => scenario.is_adopted);
    const lots = adopted?.award?.lots ?? [];
    return Object.fromEntries(lots.map((lot) => [lot.lot_id, { number: adopted?.number ?? 0, parts: lot.parts.map(({ label, share }) => ({ label, share })), cost: lot.cost }]));
  }, [told]);
}

export function useCompute(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ComputeScenario) => unwrap(api.POST('/api/tenders/{tender_id}/scenarios', { params: { path: { tender_id: id } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id] }),
  });
}

export function useAdopt(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (number: number) =>
      unwrap(api.POST('/api/tenders/{tender_id}/scenarios/{scenario_number}/adoption', { params: { path: { tender_id: id, scenario_number: number } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['award', id] }),
  });
}
