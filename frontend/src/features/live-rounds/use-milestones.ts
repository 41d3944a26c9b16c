import { useEffect, useRef } from 'react';

import { toMs } from '@/domain/instant';
import { useServerNow } from '@/ui/use-server-now';

import { sayTime, type Utterance } from './announcer';
import type { LotView } from './lot-view';
import { isLive } from './messages';
import type { RoundInfo } from './room-data';

/** Speaks the milestones of each open lot's time. */
export function useMilestones(lots: readonly LotView[], info: RoundInfo, say: (utterances: readonly Utterance[]) => void): void {
  const now = useServerNow();
  const before = useRef(new Map<string, number>());
  useEffect(() => {
    for (const { facts, state } of lots) {
      if (!isLive(state.status)) continue;
      const left = toMs(state.closes_at) - now;
      say(sayTime(before.current.get(facts.id) ?? left, left, String(facts.number)));
      before.current.set(facts.id, left);
    }
  }, [now, lots, info, say]);
}
