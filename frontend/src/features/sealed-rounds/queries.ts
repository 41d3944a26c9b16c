// What the sealed round's page reads over HTTP: the round, the own packages, the tender's facts, the own names.
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';
import type { KeyPolicy, OwnNames } from '@/sealing/seal';

type Shapes = components['schemas'];

export interface TwoTongues {
  zh: string;
  en: string;
}

export interface Criterion {
  id: string;
  number: number;
  title_zh: string;
  title_en: string;
  weight: string;
  threshold: string | null;
  answer: 'text' | 'number' | 'choice';
  unit: string;
  choices: readonly TwoTongues[];
  prompt_zh: string;
  prompt_en: string;
  levels: readonly TwoTongues[];
}

export interface Evaluation {
  technical: { weight: string; threshold: string | null; criteria: readonly Criterion[] } | null;
  price: { weight: string };
}

export type SealedLot = Shapes['SealedLotView'];
export type SealedRound = Omit<Shapes['SupplierRoundView'], 'policy' | 'evaluation'> & { policy: KeyPolicy; evaluation: Evaluation | null };
export type RoundStatus = Shapes['RoundStatus'];
export type OwnPackage = Shapes['OwnPackageView'];
export type TenderFacts = Pick<Shapes['SupplierTender'], 'id' | 'reference' | 'rounds' | 'own' | 'state' | 'round_id' | 'procedure'> & {
  document: { title_zh: string; title_en: string; time_zone: string };
};

export const keys = {
  round: (id: string) => ['sealed-round', id] as const,
  packages: (id: string) => ['sealed-round', id, 'packages'] as const,
};

export function useSealedRound(roundId: string) {
  return useQuery({
    queryKey: keys.round(roundId),
    queryFn: () => send<SealedRound | { audience: 'staff'; tender_id: string }>('GET', `/api/rounds/${roundId}/sealed`),
    refetchInterval: 30_000,
  });
}

export function fetchPackages(roundId: string): Promise<OwnPackage[]> {
  return send<Shapes['OwnPackagesView']>('GET', `/api/rounds/${roundId}/packages`).then(({ packages }) => packages);
}

export function useOwnPackages(roundId: string, enabled: boolean) {
  return useQuery({ queryKey: keys.packages(roundId), queryFn: () => fetchPackages(roundId), enabled });
}

/** After an answer of the server both are read anew. */
export function useRefresh(roundId: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: keys.round(roundId) });
}

export function useTenderFacts(tenderId: string | undefined) {
  return useQuery({
    queryKey: ['tenders', tenderId],
    queryFn: () => send<TenderFacts>('GET', `/api/tenders/${tenderId ?? ''}`),
    enabled: tenderId !== undefined,
  });
}

/** What gives the own firm away, as far as the house knows it (AN-04). */
export function useOwnNames() {
  return useQuery({
    queryKey: ['my-supplier'],
    queryFn: () => send<Shapes['OwnDossierView']>('GET', '/api/my/supplier'),
    staleTime: 60_000,
    select: (dossier): OwnNames => ({
      names: [dossier.name_zh, dossier.name_en, dossier.contact.name].filter(Boolean),
      creditCode: dossier.credit_code,
      domain: dossier.contact.email.split('@')[1] ?? '',
      phone: dossier.contact.phone,
      mail: dossier.contact.email,
    }),
  });
}
