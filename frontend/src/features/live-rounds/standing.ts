// The room's picture of the lots: standing + frame → standing. Pure; the screens only read it.
// A state frame is whole, so a dropped one is healed by the next; a late or repeated one is known by its tick.
import type { Broadcast, LotTimes, NoticeFrame, ServerFrame, StateFrame, WelcomeFrame } from './messages';

export interface Standing<Lot extends LotTimes = LotTimes> {
  /** The number of the newest frame taken in, null before the first. Sent back in `hello` to resume. */
  tick: number | null;
  /** The server's instant of that frame: "figures from 14:21:07". */
  asOf: string | null;
  /** False from the loss of the connection until a welcome has brought a whole picture: no button works meanwhile. */
  fresh: boolean;
  lots: readonly Lot[];
  /** Newest first, without repeats. */
  notices: readonly NoticeFrame[];
}

// Enough to scroll back through a long round, little enough to keep a phone light.
const MOST_NOTICES = 200;

/** What becomes of a lot when a frame speaks of it: the supplier's is replaced, the buyer's grows by its tail. */
export type Blend<Lot extends LotTimes> = (known: Lot | undefined, said: Lot) => Lot;

/** What did not change keeps its identity: a tick comes four times a second and mostly says nothing new. */
export function replacing<Lot extends LotTimes>(known: Lot | undefined, said: Lot): Lot {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(said) ? known : said;
}

export function emptyStanding<Lot extends LotTimes>(): Standing<Lot> {
  return { tick: null, asOf: null, fresh: false, lots: [], notices: [] };
}

/** What is on the screen stays, greyed with its age; nothing may be sent on the strength of it. */
export function losing<Lot extends LotTimes>(standing: Standing<Lot>): Standing<Lot> {
  return standing.fresh ? { ...standing, fresh: false } : standing;
}

export function taking<Lot extends LotTimes>(
  standing: Standing<Lot>,
  frame: ServerFrame<Lot>,
  blend: Blend<Lot> = replacing,
): Standing<Lot> {
  switch (frame.type) {
    case 'welcome':
      return takingSnapshot(standing, frame);
    case 'state':
      return takingState(standing, frame, blend);
    case 'notice':
      return takingNotice(standing, frame);
    default:
      return standing;
  }
}

function takingSnapshot<Lot extends LotTimes>(standing: Standing<Lot>, frame: WelcomeFrame<Lot>): Standing<Lot> {
  // Taken even with a lower number: after a restart, or on another replica, ticks begin anew.
  const notices = frame.broadcasts.map(noticeOf).reduce(takingNotice<Lot>, standing).notices;
  return { tick: frame.tick, asOf: frame.now, fresh: true, lots: frame.lots, notices };
}

/** A message to all that was sent before this screen came. */
function noticeOf({ zh, en, at }: Broadcast): NoticeFrame {
  return { type: 'notice', kind: 'broadcast', lot_id: null, params: { zh, en }, at };
}

function takingState<Lot extends LotTimes>(standing: Standing<Lot>, frame: StateFrame<Lot>, blend: Blend<Lot>): Standing<Lot> {
  if (!standing.fresh) return standing;
  if (standing.tick !== null && frame.tick <= standing.tick) return standing;
  return { ...standing, tick: frame.tick, asOf: frame.now, lots: sharing(standing.lots, frame.lots, blend) };
}

function sharing<Lot extends LotTimes>(before: readonly Lot[], said: readonly Lot[], blend: Blend<Lot>): readonly Lot[] {
  const news = new Map(said.map((lot) => [lot.lot_id, lot]));
  const known = before.map((lot) => {
    const next = news.get(lot.lot_id);
    return next === undefined ? lot : blend(lot, next);
  });
  const added = said.filter((lot) => !before.some((old) => old.lot_id === lot.lot_id));
  return added.length === 0 && known.every((lot, place) => lot === before[place]) ? before : [...known, ...added];
}

/** A state read over HTTP while there is no line: newer figures to look at, and still none to act upon. */
export function looking<Lot extends LotTimes>(standing: Standing<Lot>, frame: StateFrame<Lot>, blend: Blend<Lot> = replacing): Standing<Lot> {
  if (standing.fresh || (standing.asOf !== null && frame.now <= standing.asOf)) return standing;
  return { ...standing, asOf: frame.now, lots: sharing(standing.lots, frame.lots, blend) };
}

function takingNotice<Lot extends LotTimes>(standing: Standing<Lot>, frame: NoticeFrame): Standing<Lot> {
  const key = noticeKey(frame);
  if (standing.notices.some((known) => noticeKey(known) === key)) return standing;
  const notices = [frame, ...standing.notices].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { ...standing, notices: notices.slice(0, MOST_NOTICES) };
}

export function noticeKey(notice: NoticeFrame): string {
  return [notice.kind, notice.lot_id ?? '', notice.at, JSON.stringify(notice.params)].join('|');
}

export function lotOf<Lot extends LotTimes>(standing: Standing<Lot>, lotId: string): Lot | undefined {
  return standing.lots.find((lot) => lot.lot_id === lotId);
}
