// TanStack Query as this product wants it: rules are not asked twice, passing faults are, and nothing is thrown away while refreshing.

import { QueryClient } from '@tanstack/react-query';

import { isPassing } from './problem';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 2 && isPassing(error),
        staleTime: 5_000,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
