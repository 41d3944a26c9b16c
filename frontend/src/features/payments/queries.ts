// Payments over HTTP; shapes come from the OpenAPI document. A supplier has routes of its own.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type Payments = Shapes['PaymentsView'];
export type Milestone = Shapes['MilestoneView'];
export type PaymentDocument = Shapes['RecordView'];
export type Award = Shapes['AwardOwed'];
export type MilestoneKind = Milestone['kind'];
export type Method = NonNullable<PaymentDocument['method']>;

export type PaymentsImported = Shapes['PaymentsImportedView'];
export type ProposedPlan = Shapes['PlanProposed'];
export type Year = Shapes['YearView'];
export type Group = Shapes['YearGroup'];

/** A year of awards, or all of them. */
export function useYear(year: string) {
  return useQuery({
    queryKey: ['year-view', year],
    queryFn: () => send<Year>('GET', `/api/year-view${year === '' ? '' : `?year=${year}`}`),
    placeholderData: (before) => before,
  });
}

export function usePayments(isSupplier: boolean) {
  return useQuery({
    queryKey: ['payments', isSupplier],
    queryFn: () => send<Payments>('GET', isSupplier ? '/api/my/payments' : '/api/payments'),
    refetchInterval: 60_000,
  });
}

/** One act on payments; whatever it answers, the list may be another one now. */
export function usePaymentAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => send<null>('POST', path, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['payments'] }),
  });
}

/** A file, or a look at what would come of it. */
export function useImportPayments() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, isPreview }: { file: File; isPreview: boolean }) => {
      const form = new FormData();
      form.set('file', file);
      form.set('is_preview', String(isPreview));
      return send<PaymentsImported>('POST', '/api/payments/import', form);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['payments'] }),
  });
}

/** The milestones that the terms of a contract in force come to. */
export function useProposedPlan(award: Award) {
  return useQuery({
    queryKey: ['payments', 'proposal', award.tender_id, award.supplier_id],
    queryFn: () => send<ProposedPlan>('GET', `/api/tenders/${award.tender_id}/payments/proposal?supplier_id=${award.supplier_id}`),
    retry: false,
  });
}
