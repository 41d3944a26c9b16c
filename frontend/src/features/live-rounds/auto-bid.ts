// The own limit under which the service bids: read and written over HTTP; how it stands comes with every frame too.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import type { Amount } from '@/domain/money';

export type AutoBid = components['schemas']['AutoBidView'];

const keyOf = (lotId: string) => ['auto-bid', lotId] as const;

/** The own limit; read anew when the frames say that it stands differently. */
export function useAutoBid(lotId: string, told: string | null | undefined, isAllowed: boolean) {
  return useQuery({
    enabled: isAllowed,
    queryKey: [...keyOf(lotId), told ?? null],
    queryFn: () => unwrap(api.GET('/api/lots/{lot_id}/auto-bid', { params: { path: { lot_id: lotId } } })),
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
}

/** Sets a limit, or withdraws it with null. */
export function useSetAutoBid(lotId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limit: Amount | null) => {
      const params = { path: { lot_id: lotId } };
      return unwrap(limit === null ? api.DELETE('/api/lots/{lot_id}/auto-bid', { params }) : api.PUT('/api/lots/{lot_id}/auto-bid', { params, body: { limit } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(lotId) }),
  });
}
