// A lot of the cockpit: published facts, baseline and marks as fetched, figures as they come by the socket. Pure.
import { formatInstant } from '@/domain/instant';
import { divideHalfUp, fromUnits, scaleOf, toUnits, type Amount } from '@/domain/money';

import type { CockpitInfo, CockpitLot } from './cockpit-data';
import { totalOf } from './lot-view';
import type { BuyerLot, LotTimes } from './messages';
import { filled } from './series';

export interface WatchedLot extends Omit<CockpitLot, 'state'> {
  /** An auditor gets the clock alone while the lot runs. */
  state: BuyerLot | LotTimes;
}

export function hasFigures(state: BuyerLot | LotTimes): state is BuyerLot {
  return 'view' in state;
}

export function watchedLots(info: CockpitInfo, states: readonly (BuyerLot | LotTimes)[]): WatchedLot[] {
  return [...info.lots]
    .sort((a, b) => a.lot.number - b.lot.number)
    .map((fetched) => {
      const live = states.find((state) => state.lot_id === fetched.lot.id);
      if (live === undefined) return fetched;
      return { ...fetched, state: hasFigures(live) ? filled(live, fetched.state) : live };
    });
}

export function bestOf(lot: WatchedLot): Amount | null {
  return hasFigures(lot.state) ? lot.state.best : null;
}

export type RowKind = 'bid' | 'best' | 'extension' | 'by_hand' | 'pause' | 'resumed' | 'void' | 'opened' | 'closed' | 'broadcast';

/** By whom a line came about: a bidder, the buyer's people, or the service by rule. */
export type By = 'bidder' | 'buyer' | 'desk' | 'service';

export interface LogRow {
  key: string;
  at: string;
  kind: RowKind;
  by: By;
  lotId: string | null;
  lotNumber: number | null;
  alias?: string;
  amount?: Amount;
  to?: string;
  reason?: string;
  texts?: { zh: string; en: string };
}

/** Everything that happened, newest first: bids by alias where aliases are shown, acts by role, messages to all. */
export function logRows(info: CockpitInfo, lots: readonly WatchedLot[]): LogRow[] {
  const rows: LogRow[] = lots.flatMap((lot) => [...bidRows(lot), ...clockRows(lot), ...lifeRows(lot)]);
  for (const { zh, en, at } of info.broadcasts) rows.push({ key: `m${at}`, at, kind: 'broadcast', by: 'buyer', lotId: null, lotNumber: null, texts: { zh, en } });
  return rows.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function bidRows({ lot, state }: WatchedLot): LogRow[] {
  if (!hasFigures(state)) return [];
  const own = { by: 'bidder', lotId: lot.id, lotNumber: lot.number } as const;
  if (state.series.length > 0) {
    return state.series.map(([at, alias, amount, n]) => ({ ...own, key: `b${lot.id}.${n}`, at, kind: 'bid', alias, amount }));
  }
  return state.best_line.map(([at, amount]) => ({ ...own, key: `l${lot.id}.${at}.${amount}`, at, kind: 'best', amount }));
}

// What the service stops by itself, by its reason (app/live_rounds/holding.py); the desk pauses for somebody on the phone.
const BY_RULE = new Set(['outage', 'clock_jump', 'rules_changed']);

function byWhom(reason: string | null): By {
  if (reason === 'by_phone') return 'desk';
  return reason !== null && BY_RULE.has(reason) ? 'service' : 'buyer';
}

function clockRows({ lot, pauses, extensions, voids }: WatchedLot): LogRow[] {
  const own = { lotId: lot.id, lotNumber: lot.number };
  return [
    ...extensions.map((mark): LogRow => ({ ...own, key: `e${lot.id}.${mark.at}`, at: mark.at, kind: mark.by_hand ? 'by_hand' : 'extension', by: mark.by_hand ? 'buyer' : 'service', to: mark.after })),
    ...pauses.flatMap((span): LogRow[] => [
      { ...own, key: `p${lot.id}.${span.since}`, at: span.since, kind: 'pause', by: byWhom(span.reason_code), reason: span.reason_code ?? 'other' },
      ...(span.until === null ? [] : [{ ...own, key: `r${lot.id}.${span.until}`, at: span.until, kind: 'resumed' as const, by: 'service' as const }]),
    ]),
    ...voids.map((at): LogRow => ({ ...own, key: `v${lot.id}.${at}`, at, kind: 'void', by: 'buyer' })),
  ];
}

function lifeRows({ lot, state }: WatchedLot): LogRow[] {
  const own = { by: 'service', lotId: lot.id, lotNumber: lot.number } as const;
  if (state.status === 'scheduled') return [];
  const rows: LogRow[] = [{ ...own, key: `o${lot.id}`, at: state.opens_at, kind: 'opened' }];
  if (state.status === 'closed') rows.push({ ...own, key: `c${lot.id}`, at: state.closes_at, kind: 'closed' });
  return rows;
}

export function lotTotal(lot: WatchedLot, amount: Amount): Amount {
  return totalOf(lot.lot, amount);
}

/** A total as it would be for one unit, at the lot's scale; only to be drawn beside unit prices. */
export function unitOf({ lot }: WatchedLot, total: Amount): Amount {
  if (lot.basis === 'total') return total;
  const scale = scaleOf(total) + scaleOf(lot.quantity);
  const [units, many] = [toUnits(total, scale), toUnits(lot.quantity, scale)];
  return many === 0n ? total : fromUnits(divideHalfUp(units * 10n ** BigInt(lot.scale), many), lot.scale);
}

export function clockText(at: string, zone: string): string {
  return formatInstant(at, zone, 'time-second');
}
