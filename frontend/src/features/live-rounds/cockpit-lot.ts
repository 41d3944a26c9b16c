// A lot of the cockpit: published facts, baseline and marks as fetched, figures as they come by the socket. Pure.
import { formatInstant } from '@/domain/instant';
import type { Amount } from '@/domain/money';

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

export interface LogRow {
  key: string;
  at: string;
  kind: 'bid' | 'best' | 'extension' | 'by_hand' | 'pause' | 'resumed' | 'broadcast';
  lotNumber: number | null;
  alias?: string;
  amount?: Amount;
  to?: string;
  texts?: { zh: string; en: string };
}

/** Everything that happened, newest first: bids by alias where aliases are shown, marks of the clock, messages to all. */
export function logRows(info: CockpitInfo, lots: readonly WatchedLot[]): LogRow[] {
  const rows: LogRow[] = lots.flatMap((lot) => [...bidRows(lot), ...clockRows(lot)]);
  for (const { zh, en, at } of info.broadcasts) rows.push({ key: `m${at}`, at, kind: 'broadcast', lotNumber: null, texts: { zh, en } });
  return rows.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function bidRows({ lot, state }: WatchedLot): LogRow[] {
  if (!hasFigures(state)) return [];
  const lotNumber = lot.number;
  if (state.series.length > 0) {
    return state.series.map(([at, alias, amount, n]) => ({ key: `b${lot.id}.${n}`, at, kind: 'bid', lotNumber, alias, amount }));
  }
  return state.best_line.map(([at, amount]) => ({ key: `l${lot.id}.${at}.${amount}`, at, kind: 'best', lotNumber, amount }));
}

function clockRows({ lot, pauses, extensions }: WatchedLot): LogRow[] {
  const lotNumber = lot.number;
  return [
    ...extensions.map((mark): LogRow => ({ key: `e${lot.id}.${mark.at}`, at: mark.at, kind: mark.by_hand ? 'by_hand' : 'extension', lotNumber, to: mark.after })),
    ...pauses.flatMap((span): LogRow[] => [
      { key: `p${lot.id}.${span.since}`, at: span.since, kind: 'pause', lotNumber },
      ...(span.until === null ? [] : [{ key: `r${lot.id}.${span.until}`, at: span.until, kind: 'resumed' as const, lotNumber }]),
    ]),
  ];
}

export function lotTotal(lot: WatchedLot, amount: Amount): Amount {
  return totalOf(lot.lot, amount);
}

export function clockText(at: string, zone: string): string {
  return formatInstant(at, zone, 'time-second');
}
