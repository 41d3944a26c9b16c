// What the cockpit counts and compares: savings against three references, participation in counts. Pure.
// Everything is made from what the buyer is shown anyway: below four bidders there is no series, and so no count.
import { compare, percentChange, subtract, type Amount } from '@/domain/money';
import { toMs } from '@/domain/instant';

import type { CockpitInfo } from './cockpit-data';
import { bestOf, hasFigures, lotTotal, type WatchedLot } from './cockpit-lot';

/** So far back a bidder counts as bidding now. */
export const RECENT_MS = 600_000;

export interface Saved {
  money: Amount;
  percent: string | null;
}

/** What a total saves against another, both for the whole lot. */
export function savedAgainst(reference: Amount, cost: Amount): Saved {
  const change = percentChange(reference, cost);
  return { money: subtract(reference, cost), percent: change === null ? null : change.startsWith('-') ? change.slice(1) : /[1-9]/.test(change) ? `-${change}` : change };
}

/** The lowest of the bidders' first bids (CK-03): what the round itself has moved. Null where bidders are not told apart. */
export function openingOf({ state }: WatchedLot): Amount | null {
  if (!hasFigures(state) || state.series.length === 0) return null;
  const first = new Map<string, Amount>();
  for (const [, alias, amount] of state.series) if (!first.has(alias)) first.set(alias, amount);
  return [...first.values()].reduce((low, each) => (compare(each, low) < 0 ? each : low));
}

/** The saving against the best opening bid, null where either is not known. */
export function savedSinceOpening(lot: WatchedLot): Saved | null {
  const [opening, best] = [openingOf(lot), bestOf(lot)];
  return opening === null || best === null ? null : savedAgainst(lotTotal(lot, opening), lotTotal(lot, best));
}

export interface Funnel {
  invited: number;
  joined: number | null;
  practised: number | null;
  active: number | null;
  recent: number | null;
  /** Bidders who improved their own bid at least once. */
  improved: number | null;
}

/** Participation in counts (CK-04). Who is online is nobody's to see (VISIBILITY.md d16), not even as a number. */
export function funnelOf(info: CockpitInfo, { state }: WatchedLot, nowMs: number): Funnel {
  const { invited, joined, practised } = info;
  if (!hasFigures(state)) return { invited, joined, practised, active: null, recent: null, improved: null };
  const isTold = state.series.length > 0;
  const bids = new Map<string, number>();
  const recent = new Set<string>();
  for (const [at, alias] of state.series) {
    bids.set(alias, (bids.get(alias) ?? 0) + 1);
    if (toMs(at) >= nowMs - RECENT_MS) recent.add(alias);
  }
  return {
    invited,
    joined,
    practised,
    active: state.active,
    recent: isTold ? recent.size : null,
    improved: isTold ? [...bids.values()].filter((count) => count > 1).length : null,
  };
}

/** CK-04: two bidders and more who answer each other. */
export function isInteractive(funnel: Funnel): boolean {
  return (funnel.improved ?? 0) >= 2;
}

/** How many bids count on the lot, where bidders are told apart. */
export function bidCount({ state }: WatchedLot): number | null {
  return hasFigures(state) && state.series.length > 0 ? state.series.length : null;
}
