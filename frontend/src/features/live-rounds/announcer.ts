// What a screen reader is told in the room (SCREENS.md 2.2.7). The timer itself is silent; these are its milestones
// and the events that matter, as keys of the catalogue. Pure; the two regions are mounted before any text arrives.
import type { LinkState } from './feed';
import type { NoticeFrame, PenFrame, SupplierLot } from './messages';
import type { Outbox } from './outbox';
import { isWorse, placeOf } from './place';

export interface Utterance {
  region: 'status' | 'alert';
  /** Words of `live-rounds:say.…`. */
  say: Say;
  params: Readonly<Record<string, string | number>>;
  /** Same key, later words: only the last of them is spoken, after the pause. */
  coalesce: string | null;
  /** Left out in quiet mode, which keeps own bids, extension, close and connection. */
  chatty: boolean;
}

export type Say =
  | 'accepted'
  | 'accepted_ranked'
  | 'refused'
  | 'unsent'
  | 'rank_worse'
  | 'place_not_leading'
  | 'place_top'
  | 'place_outside'
  | 'minutes_left'
  | 'seconds_left'
  | 'extension'
  | 'extended_by_hand'
  | 'pause'
  | 'resume_set'
  | 'resumed'
  | 'closed'
  | 'cancelled'
  | 'opened'
  | 'void'
  | 'broadcast'
  | 'lost'
  | 'pen_lost'
  | 'pen_mine'
  | 'pen_free'
  | 'back';

// 10, 5, 2, 1 minutes; 30 and 10 seconds.
const MILESTONES_S = [600, 300, 120, 60, 30, 10] as const;
export const COALESCE_MS = 5_000;

function utter(region: Utterance['region'], say: Say, params: Utterance['params'] = {}, chatty = false): Utterance {
  return { region, say, params, coalesce: null, chatty };
}

/** The milestone passed between two looks at the clock, if any; a jump over several speaks the last one only. */
export function sayTime(leftBeforeMs: number, leftMs: number, lot: string): Utterance[] {
  // An extension makes time go up: nothing is passed then.
  const passed = MILESTONES_S.filter((mark) => leftBeforeMs > mark * 1_000 && leftMs <= mark * 1_000 && leftMs > 0);
  const mark = passed.at(-1);
  if (mark === undefined) return [];
  if (mark >= 60) return [utter('status', 'minutes_left', { lot, count: mark / 60 }, true)];
  return [utter('status', 'seconds_left', { lot, count: mark }, true)];
}

/** Only a worse rank is spoken, and at most once in five seconds: a good one is heard with the own bid. */
export function sayRank(before: SupplierLot | undefined, after: SupplierLot, lot: string): Utterance[] {
  const place = placeOf(after);
  if (before === undefined || place.kind === 'none' || place.kind === 'leading' || !isWorse(placeOf(before), place)) return [];
  const spoken = place.kind === 'rank' ? utter('status', 'rank_worse', { lot, rank: place.rank }, true) : utter('status', `place_${place.kind}`, { lot }, true);
  return [{ ...spoken, coalesce: `rank.${after.lot_id}` }];
}

/** Answers to own bids that came between two states of the outbox; codes become words in the screen. */
export function sayBids(before: Outbox, after: Outbox): Utterance[] {
  return after.flatMap((bid) => {
    const was = before.find((known) => known.bidId === bid.bidId);
    if (was === undefined || was.state === bid.state) return [];
    if (bid.state === 'accepted') return [utter('status', 'accepted', { amount: bid.amount })];
    if (bid.state === 'unsent') return [utter('alert', 'unsent', { amount: bid.amount })];
    if (bid.state !== 'refused') return [];
    return [utter('alert', 'refused', { amount: bid.amount, code: bid.code ?? '', ...bid.detail })];
  });
}

const ALERTS: ReadonlySet<NoticeFrame['kind']> = new Set([
  'extension',
  'extended_by_hand',
  'pause',
  'resume_set',
  'resumed',
  'closed',
  'cancelled',
]);
const CHATTY: ReadonlySet<NoticeFrame['kind']> = new Set(['broadcast', 'opened', 'void', 'pause', 'resume_set', 'resumed']);

export function sayNotice(notice: NoticeFrame, lot: string): Utterance {
  const region = ALERTS.has(notice.kind) ? 'alert' : 'status';
  return utter(region, notice.kind, { lot, ...notice.params }, CHATTY.has(notice.kind));
}

/** Once per change; slow is not worth a word. */
export function sayLink(before: LinkState, after: LinkState): Utterance[] {
  const wasUp = before === 'live' || before === 'slow';
  const isUp = after === 'live' || after === 'slow';
  if (wasUp && !isUp) return [utter('alert', 'lost')];
  if (!wasUp && isUp && before !== 'connecting') return [utter('status', 'back')];
  return [];
}

/** Only a change of who writes is spoken; the first word about it is what one expects. */
export function sayPen(before: PenFrame | null, after: PenFrame): Utterance[] {
  if (before === null || (before.mine === after.mine && before.free === after.free)) return [];
  if (after.mine) return [utter('status', 'pen_mine')];
  return after.free ? [utter('alert', 'pen_free')] : before.mine ? [utter('alert', 'pen_lost')] : [];
}

/** Speaks at once, or after the pause the last of those that share a key. */
export class Announcer {
  private readonly waiting = new Map<string, Utterance>();
  private readonly speak: (utterance: Utterance) => void;
  private readonly later: (run: () => void, ms: number) => void;
  private readonly isQuiet: () => boolean;

  constructor(ports: { speak: (utterance: Utterance) => void; later: (run: () => void, ms: number) => void; isQuiet: () => boolean }) {
    this.speak = ports.speak;
    this.later = ports.later;
    this.isQuiet = ports.isQuiet;
  }

  hear(utterances: readonly Utterance[]): void {
    for (const utterance of utterances) {
      if (utterance.chatty && this.isQuiet()) continue;
      if (utterance.coalesce === null) this.speak(utterance);
      else this.hold(utterance.coalesce, utterance);
    }
  }

  private hold(key: string, utterance: Utterance): void {
    const isHeld = this.waiting.has(key);
    this.waiting.set(key, utterance);
    if (isHeld) return;
    this.later(() => {
      const last = this.waiting.get(key);
      this.waiting.delete(key);
      if (last !== undefined) this.speak(last);
    }, COALESCE_MS);
  }
}
