// Where the own turn stands in a format that moves by time (app/domain/formats): from two instants the server tells. Pure.
import type { LiveRules } from '@/domain/bidding';
import { toMs } from '@/domain/instant';

import type { OwnPace } from './messages';

/** `none`: not told yet; `out`: no turn comes any more; `over`: this stage's is behind. */
export type Turn = 'none' | 'ahead' | 'now' | 'over' | 'done' | 'out';

export function turnAt(pace: OwnPace, nowMs: number): Turn {
  if (pace.is_out) return 'out';
  if (pace.acts_from === null || pace.acts_until === null) return 'none';
  if (nowMs < toMs(pace.acts_from)) return 'ahead';
  if (nowMs >= toMs(pace.acts_until)) return 'over';
  return pace.is_done ? 'done' : 'now';
}

/** Whether the format names the price, tick by tick: then nobody else does. Turns have slots, ticks have none. */
export function namesPrice({ pace }: LiveRules): boolean {
  return pace !== null && pace !== undefined && (pace.slots ?? null) === null;
}

/** Whether the format lets this bidder act at this instant; formats that do not move by time always do. */
export function mayAct(pace: OwnPace | null | undefined, nowMs: number): boolean {
  return pace === null || pace === undefined || turnAt(pace, nowMs) === 'now';
}
