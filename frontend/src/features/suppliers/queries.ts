// The suppliers' room: list, dossier, certification, evidence, import.

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type SupplierRow = Schemas['SupplierRow'];
export type Dossier = Schemas['StaffDossierView'];
export type OwnDossier = Schemas['OwnDossierView'];
export type Certification = Schemas['CertificationView'];
export type Evidence = Schemas['EvidenceView'];
export type Suspension = Schemas['SuspensionView'];
export type Standing = Schemas['StandingState'];
export type Registration = Schemas['RegisterSupplier'];
export type CertificationForm = Schemas['ProposeCertification'];
export type SupplierChange = Schemas['ChangeSupplier'];
export type Import = Schemas['ImportView'];
export type FaultyCell = Schemas['FaultyCell'];

const SUPPLIERS = 'suppliers';

export interface Wanted {
  q: string;
  state: Standing | null;
  category: string | null;
}

export function useSuppliers(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: [SUPPLIERS, 'list', wanted],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/suppliers', {
          params: {
            query: {
              q: wanted.q,
              ...(wanted.state && { state: wanted.state }),
              ...(wanted.category && { category: wanted.category }),
              ...(pageParam && { after: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
}

export function useDossier(id: string) {
  return useQuery({
    queryKey: [SUPPLIERS, 'one', id],
    queryFn: () => unwrap(api.GET('/api/suppliers/{supplier_id}', { params: { path: { supplier_id: id } } })),
  });
}

export function useOwnDossier() {
  return useQuery({ queryKey: [SUPPLIERS, 'own'], queryFn: () => unwrap(api.GET('/api/my/supplier')) });
}

/** Acts of this room change lists and dossiers alike. */
function useSupplierAct<Given, Made>(act: (given: Given) => Promise<Made>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: [SUPPLIERS] }), client.invalidateQueries({ queryKey: ['approvals'] })]),
  });
}

export function useRegister() {
  return useSupplierAct((body: Registration) => unwrap(api.POST('/api/suppliers', { body })));
}

export function useChangeSupplier(id: string) {
  return useSupplierAct((body: SupplierChange) => unwrap(api.PATCH('/api/suppliers/{supplier_id}', { params: { path: { supplier_id: id } }, body })));
}

export function useProposeCertification(id: string) {
  return useSupplierAct((body: CertificationForm) =>
    unwrap(api.POST('/api/suppliers/{supplier_id}/certifications', { params: { path: { supplier_id: id } }, body })),
  );
}

export function useProposeSuspension(id: string, act: 'suspension' | 'reinstatement') {
  const params = { path: { supplier_id: id } };
  return useSupplierAct((reason: string) =>
    act === 'suspension'
      ? unwrap(api.POST('/api/suppliers/{supplier_id}/suspension', { params, body: { reason } }))
      : unwrap(api.POST('/api/suppliers/{supplier_id}/reinstatement', { params, body: { reason } })),
  );
}

export interface NewEvidence {
  file: File;
  aspect: string;
  title: string;
  validUntil: string | null;
}

/** `null` for the own company. */
export function useAddEvidence(supplierId: string | null) {
  return useSupplierAct((given: NewEvidence) => {
    const form = new FormData();
    form.set('file', given.file);
    form.set('aspect', given.aspect);
    form.set('title', given.title);
    if (given.validUntil) form.set('valid_until', given.validUntil);
    return send<Evidence>('POST', supplierId === null ? '/api/my/evidence' : `/api/suppliers/${supplierId}/evidence`, form);
  });
}

export function evidenceAddress(supplierId: string | null, evidenceId: string): string {
  const owner = supplierId === null ? '/api/my/evidence' : `/api/suppliers/${supplierId}/evidence`;
  return `${owner}/${evidenceId}/content`;
}

/** The page makes the id: a repeat of a lost answer imports nothing twice, and progress can be asked meanwhile. */
export function useImport() {
  return useSupplierAct(({ id, file, lang }: { id: string; file: File; lang: string }) => {
    const form = new FormData();
    form.set('file', file);
    form.set('import_id', id);
    form.set('locale', lang);
    return send<Import>('POST', '/api/suppliers/import', form);
  });
}

export function useImportProgress(id: string, isRunning: boolean) {
  return useQuery({
    queryKey: ['supplier-import', id],
    queryFn: () => unwrap(api.GET('/api/suppliers/imports/{import_id}', { params: { path: { import_id: id } } })),
    enabled: isRunning,
    refetchInterval: 700,
    retry: true,
    retryDelay: 700,
  });
}
