// A supplier's life: applications, findings and corrective actions, appeals.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type ApplicationRow = Schemas['ApplicationRow'];
export type Application = Schemas['ApplicationView'];
export type Life = Schemas['LifeView'];
export type OwnLife = Schemas['OwnLifeView'];
export type Finding = Schemas['FindingView'];
export type Action = Schemas['ActionView'];
export type Appeal = Schemas['AppealView'];
export type FindingForm = Schemas['RecordFinding'];
export type AppealForm = Schemas['MakeAppeal'];

const LIFE = 'supplier-life';
const APPLICATIONS = 'supplier-applications';

function useAct<Given, Made>(act: (given: Given) => Promise<Made>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all([LIFE, APPLICATIONS, 'approvals', 'performance'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useApply() {
  return useMutation({ mutationFn: (body: Schemas['ApplyAsSupplier']) => unwrap(api.POST('/api/supplier-applications', { body })) });
}

export function useApplications(isOpen: boolean) {
  return useQuery({
    queryKey: [APPLICATIONS, isOpen],
    queryFn: () => unwrap(api.GET('/api/supplier-applications', { params: { query: { is_open: isOpen } } })),
  });
}

export function useApplication(id: string) {
  return useQuery({
    queryKey: [APPLICATIONS, 'one', id],
    queryFn: () => unwrap(api.GET('/api/supplier-applications/{application_id}', { params: { path: { application_id: id } } })),
  });
}

export function useProposeAdmission(id: string) {
  return useAct((into: string | null) =>
    unwrap(api.POST('/api/supplier-applications/{application_id}/admission', { params: { path: { application_id: id } }, body: { into } })),
  );
}

export function useRefuseApplication(id: string) {
  return useAct((reason: string) =>
    unwrap(api.POST('/api/supplier-applications/{application_id}/refusal', { params: { path: { application_id: id } }, body: { reason } })),
  );
}

export function useLife(supplierId: string) {
  return useQuery({
    queryKey: [LIFE, supplierId],
    queryFn: () => unwrap(api.GET('/api/suppliers/{supplier_id}/life', { params: { path: { supplier_id: supplierId } } })),
  });
}

export function useOwnLife() {
  return useQuery({ queryKey: [LIFE, 'own'], queryFn: () => unwrap(api.GET('/api/my/life')) });
}

export function useRecordFinding(supplierId: string) {
  return useAct((body: FindingForm) => unwrap(api.POST('/api/suppliers/{supplier_id}/findings', { params: { path: { supplier_id: supplierId } }, body })));
}

export function useDecideAction(supplierId: string) {
  return useAct(({ id, accept }: { id: string; accept: boolean }) =>
    unwrap(
      api.POST('/api/suppliers/{supplier_id}/actions/{action_id}/decision', {
        params: { path: { supplier_id: supplierId, action_id: id } },
        body: { accept },
      }),
    ),
  );
}

export function useReportAction() {
  return useAct(({ id, text }: { id: string; text: string }) =>
    unwrap(api.POST('/api/my/actions/{action_id}/report', { params: { path: { action_id: id } }, body: { text } })),
  );
}

export function useMakeAppeal() {
  return useAct((body: AppealForm) => unwrap(api.POST('/api/my/appeals', { body })));
}

export function useAppeals() {
  return useQuery({ queryKey: [LIFE, 'appeals'], queryFn: () => unwrap(api.GET('/api/supplier-appeals')) });
}

export function useDecideAppeal(id: string) {
  return useAct((body: Schemas['DecideAppeal']) =>
    unwrap(api.POST('/api/supplier-appeals/{appeal_id}/decision', { params: { path: { appeal_id: id } }, body })),
  );
}
