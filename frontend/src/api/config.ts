// What the deployment says of itself to everybody.

import { useQuery } from '@tanstack/react-query';

import { api, unwrap } from './client';

export function useConfig() {
  return useQuery({ queryKey: ['config'], queryFn: () => unwrap(api.GET('/api/config')), staleTime: Infinity });
}
