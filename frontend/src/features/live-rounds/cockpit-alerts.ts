// Alert rules of the cockpit (CK-09), over what is on the screen anyway. Pure. There is no rule about connections: who is
// there is nobody's to see on the buyer's side (VISIBILITY.md d16, attacks.md N15), not even as a number.
import { toMs } from '@/domain/instant';
import { compare, isAmount, percentChange, type Amount } from '@/domain/money';

import { hasFigures, type WatchedLot } from './cockpit-lot';
import type { BuyerLot } from './messages';

/** Null: the rule is off. */
export interface AlertRules {
  quietMinutes: number | null;
  gapPercent: Amount | null;
  dropPercent: Amount | null;
}

export const USUAL_RULES: AlertRules = { quietMinutes: 5, gapPercent: '5', dropPercent: '20' };

export interface Alert {
  /** The same as long as it is the same matter: put aside once, it does not come back. */
  key: string;
  kind: 'quiet' | 'quiet_best' | 'gap' | 'drop';
  lotId: string;
  lotNumber: number;
  at: string | null;
  minutes?: number;
  percent?: string;
  alias?: string;
  amount?: Amount;
}

export function alertsOf(lots: readonly WatchedLot[], rules: AlertRules, nowMs: number, byPrice: boolean): Alert[] {
  return lots.flatMap((lot) => {
    const { state } = lot;
    if (!hasFigures(state) || (state.status !== 'open' && state.status !== 'overtime')) return [];
    const base = { lotId: lot.lot.id, lotNumber: lot.lot.number };
    return [...quiet(state, rules, nowMs), ...(byPrice ? gap(state, rules) : []), ...drops(state, rules)].map((one) => ({ ...base, ...one, key: `${base.lotId}.${one.key}` }));
  });
}

type Found = Omit<Alert, 'lotId' | 'lotNumber'>;

function quiet(state: BuyerLot, { quietMinutes }: AlertRules, nowMs: number): Found[] {
  if (quietMinutes === null || state.view === 'none') return [];
  const last = state.series.at(-1)?.[0] ?? state.best_line.at(-1)?.[0] ?? state.opens_at;
  const minutes = Math.floor((nowMs - toMs(last)) / 60_000);
  if (minutes < quietMinutes) return [];
  return [{ key: `quiet.${last}`, kind: state.series.length > 0 || state.best_line.length === 0 ? 'quiet' : 'quiet_best', at: null, minutes }];
}

function gap(state: BuyerLot, { gapPercent }: AlertRules): Found[] {
  if (gapPercent === null || state.series.length === 0) return [];
  const lowest = new Map<string, Amount>();
  for (const [, alias, amount] of state.series) lowest.set(alias, amount);
  const [best, second] = [...lowest].sort(([, a], [, b]) => compare(a, b));
  if (best === undefined || second === undefined) return [];
  const percent = percentChange(best[1], second[1]);
  if (percent === null || compare(percent, gapPercent) <= 0) return [];
  return [{ key: `gap.${best[1]}.${second[1]}`, kind: 'gap', at: null, percent }];
}

/** A bid far below the same bidder's last one, or below the best price before where bidders are not told apart. */
function drops(state: BuyerLot, { dropPercent }: AlertRules): Found[] {
  if (dropPercent === null) return [];
  const last = new Map<string, Amount>();
  const points = state.series.length > 0 ? state.series : state.best_line.map(([at, amount]) => [at, '', amount] as const);
  return points.flatMap(([at, alias, amount]): Found[] => {
    const before = last.get(alias);
    last.set(alias, amount);
    const change = before === undefined ? null : percentChange(before, amount);
    if (change === null || !change.startsWith('-') || compare(change.slice(1), dropPercent) <= 0) return [];
    return [{ key: `drop.${at}.${alias}.${amount}`, kind: 'drop', at, percent: change.slice(1), alias, amount }];
  });
}

/** A typed threshold: a number above zero, or nothing for off; undefined where it is neither. */
export function thresholdOf(text: string): Amount | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  return isAmount(typed) && compare(typed, '0') > 0 && compare(typed, '1000') <= 0 ? typed : undefined;
}

const KEY = 'bidroom.alert-rules';

/** The rules kept on this device: they are a reader's own and change nothing of the round. */
export function keptRules(store: Pick<Storage, 'getItem'>): AlertRules {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? 'null');
    return typeof kept === 'object' && kept !== null ? { ...USUAL_RULES, ...kept } : USUAL_RULES;
  } catch {
    return USUAL_RULES;
  }
}

export function keepRules(store: Pick<Storage, 'setItem'>, rules: AlertRules): void {
  store.setItem(KEY, JSON.stringify(rules));
}
