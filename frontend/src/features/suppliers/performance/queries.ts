// Orders, deliveries and performance reviews.

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, send, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Order = Schemas['OrderView'];
export type Review = Schemas['ReviewView'];
export type Points = Schemas['PointsView'];
export type Performance = Schemas['StaffPerformanceView'];
export type OwnPerformance = Schemas['PerformanceView'];
export type OrdersImported = Schemas['OrdersImported'];
export type FileKind = Schemas['FileKind'];

const ORDERS = 'orders';
const PERFORMANCE = 'performance';

/** Of the contracts of one tender, by its reference; of all where that is empty. */
export function useOrders(contract: string) {
  return useInfiniteQuery({
    queryKey: [ORDERS, contract],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(api.GET('/api/orders', { params: { query: { ...(pageParam === null ? {} : { after: pageParam }), ...(contract === '' ? {} : { contract }) } } })),
    getNextPageParam: (page) => page.next,
  });
}

export function useContractsInForce(supplierId: string) {
  return useQuery({
    queryKey: [ORDERS, 'contracts', supplierId],
    queryFn: () => unwrap(api.GET('/api/suppliers/{supplier_id}/contracts-in-force', { params: { path: { supplier_id: supplierId } } })),
    enabled: supplierId !== '',
  });
}

export function usePerformance(supplierId: string) {
  return useQuery({
    queryKey: [PERFORMANCE, supplierId],
    queryFn: () => unwrap(api.GET('/api/suppliers/{supplier_id}/performance', { params: { path: { supplier_id: supplierId } } })),
  });
}

export function useOwnPerformance() {
  return useQuery({ queryKey: [PERFORMANCE, 'own'], queryFn: () => unwrap(api.GET('/api/my/performance')) });
}

/** Acts of this room change orders and reviews alike. */
function useAct<Given, Made>(act: (given: Given) => Promise<Made>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all([ORDERS, PERFORMANCE, 'approvals'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useEnterOrder() {
  return useAct((body: Schemas['EnterOrder']) => unwrap(api.POST('/api/orders', { body })));
}

export function useRecordDelivery(orderId: string) {
  return useAct((body: Schemas['RecordDelivery']) => unwrap(api.POST('/api/orders/{order_id}/deliveries', { params: { path: { order_id: orderId } }, body })));
}

export function useCancelOrder(orderId: string) {
  return useAct((reason: string) => unwrap(api.POST('/api/orders/{order_id}/cancellation', { params: { path: { order_id: orderId } }, body: { reason } })));
}

export function useImportOrders() {
  return useAct(({ kind, file }: { kind: FileKind; file: File }) => {
    const form = new FormData();
    form.set('file', file);
    form.set('kind', kind);
    return send<OrdersImported>('POST', '/api/orders/import', form);
  });
}

export function useMakeReview(supplierId: string) {
  return useAct((body: Schemas['MakeReview']) =>
    unwrap(api.POST('/api/suppliers/{supplier_id}/performance-reviews', { params: { path: { supplier_id: supplierId } }, body })),
  );
}

export function useCloseReview(reviewId: string) {
  return useAct(() => unwrap(api.POST('/api/performance-reviews/{review_id}/closing', { params: { path: { review_id: reviewId } } })));
}

export function useProposeEffect(reviewId: string) {
  return useAct(() => unwrap(api.POST('/api/performance-reviews/{review_id}/certification', { params: { path: { review_id: reviewId } } })));
}

export function useReply(reviewId: string) {
  return useAct((text: string) => unwrap(api.POST('/api/my/performance-reviews/{review_id}/reply', { params: { path: { review_id: reviewId } }, body: { text } })));
}
