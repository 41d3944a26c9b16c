// Which moment a lot is in for this screen, and what may be done in it (SCREENS.md 2.2.9). Pure.
// The screen may call time over, never closed: that is the server's word (LR-03).
import { toMs } from '@/domain/instant';

import type { LotTimes } from './messages';

export type Moment = 'waiting' | 'open' | 'window' | 'paused' | 'closing' | 'closed' | 'cancelled';

export function momentOf(lot: LotTimes, nowMs: number, windowMs: number): Moment {
  switch (lot.status) {
    case 'scheduled':
      return 'waiting';
    case 'open':
    case 'overtime': {
      const left = toMs(lot.closes_at) - nowMs;
      if (left <= 0) return 'closing';
      return left <= windowMs ? 'window' : 'open';
    }
    default:
      return lot.status;
  }
}

export function mayBid(moment: Moment): boolean {
  return moment === 'open' || moment === 'window';
}

/** What is typed survives everything but the end. */
export function mayType(moment: Moment): boolean {
  return moment !== 'closed' && moment !== 'cancelled';
}

/** The instant the timer runs to, or null where it stands. */
export function timerEnd(lot: LotTimes, moment: Moment): string | null {
  if (moment === 'waiting') return lot.opens_at;
  return mayBid(moment) ? lot.closes_at : null;
}

/** How much of the scheduled time has run, in thousandths; for the thin line under the timer. */
export function elapsedShare(lot: LotTimes, nowMs: number): number {
  const [from, to] = [toMs(lot.opens_at), toMs(lot.closes_at)];
  if (to <= from) return 1000;
  return Math.round(Math.min(1, Math.max(0, (nowMs - from) / (to - from))) * 1000);
}
