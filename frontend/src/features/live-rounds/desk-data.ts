// What the neutral desk reads and does.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';

import type { LotTimes } from './messages';

export interface DeskLot {
  number: number;
  title_zh: string;
  title_en: string;
  clock: LotTimes;
}

export interface DeskRound {
  id: string;
  tender_id: string;
  reference: string;
  title_zh: string;
  title_en: string;
  time_zone: string;
  lots: readonly DeskLot[];
}

const KEY = ['desk'];

export function useDesk() {
  return useQuery({ queryKey: KEY, queryFn: () => send<{ now: string; rounds: readonly DeskRound[] }>('GET', '/api/desk/rounds'), refetchInterval: 5_000 });
}

export function usePhonePause() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ lotId, code, reason }: { lotId: string; code: string; reason: string }) => send('POST', `/api/desk/lots/${lotId}/pause`, { code, reason }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
