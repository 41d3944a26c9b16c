// Webhooks: questions and acts of the administrator.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';

export type Webhook = components['schemas']['WebhookView'];
export type NewWebhook = components['schemas']['AddWebhookBody'];
export type WebhookAct = components['schemas']['ChangeWebhookBody']['state'] | 'trial' | 'redelivery';

const WEBHOOKS = ['webhooks'];

export function useWebhooks() {
  return useQuery({ queryKey: WEBHOOKS, queryFn: () => unwrap(api.GET('/api/webhooks')) });
}

export function useAddWebhook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewWebhook) => unwrap(api.POST('/api/webhooks', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}

export function useWebhookAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: WebhookAct }): Promise<unknown> => {
      const params = { path: { webhook_id: id } };
      if (act === 'trial') return unwrap(api.POST('/api/webhooks/{webhook_id}/trial', { params }));
      if (act === 'redelivery') return unwrap(api.POST('/api/webhooks/{webhook_id}/redelivery', { params }));
      return unwrap(api.POST('/api/webhooks/{webhook_id}/state', { params, body: { state: act } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}

export function useNewSecret(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/webhooks/{webhook_id}/secret', { params: { path: { webhook_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}
