// What the published rules leave this bidder to send now: the same arithmetic as app/domain/formats/open_descending.py,
// from the bidder's own numbers alone. The server decides; this only explains before sending (SCREENS.md LR-20, LR-21).
import type { Currencies } from './exchanging';
import { compare, divideHalfUp, fromUnits, scaleOf, subtract, toUnits, type Amount } from './money';

export interface Size {
  measure: 'money' | 'percent';
  size: Amount;
}

export interface LiveRules {
  format: string;
  opens_at: string;
  duration_s: number;
  lots: 'parallel' | 'staggered' | 'series';
  stagger_s: number;
  /** `series` only: from the close of a lot to the opening of the next. */
  gap_s?: number;
  step: Step;
  change_limit: Size | null;
  feedback: 'rank_only' | 'lead_only' | 'rank_band' | 'best_price' | 'rank_and_best' | 'score_rank';
  /** Other currencies bids may be in, by frozen rates. */
  currencies?: Currencies | null;
  /** Nothing of the market before the own first bid (LR-16). */
  starting_gate?: boolean;
  /** What bids are ranked by; absent where it is the price alone. */
  basis?: 'price' | 'bonus_malus' | 'coefficient' | 'points';
  factors?: { measure?: 'money' | 'percent' | null } | null;
  tells_lead?: boolean;
  ties: 'earlier_first' | 'equal_rank';
  buyer_view: 'aliases' | 'best_only' | 'none';
  soft_close: SoftClose | null;
  /** The service may bid for a bidder down to a limit. */
  auto_bid?: boolean;
  /** Formats that move by time: stages, and the length of a turn or tick. */
  pace?: { stages: number; each_s: number; slots?: number | null } | null;
}

export interface Step extends Size {
  rule: 'at_least' | 'multiple';
  /** `best`: measured from the best price as long as the bidder is told it. */
  basis: 'own_last' | 'best';
  /** Smaller sizes below falling prices. */
  below?: readonly { price: Amount; size: Amount }[];
}

export interface SoftClose {
  window_s: number;
  hard_stop_after_s: number;
  max_extensions: number;
  trigger: 'any_accepted' | 'new_best' | 'top_change';
  mode: 'reset' | 'add';
  added_s: number | null;
  top: number | null;
}

export interface LotTerms {
  scale: number;
  ceiling_price: Amount;
  start_price: Amount | null;
}

export interface Bounds {
  /** The next valid amount: nothing above it is taken. */
  highest: Amount;
  /** Nothing below it is taken, where the rules limit one decrease. */
  lowest: Amount;
  /** The least decrease in money; before the first bid, from the published price. */
  leastStep: Amount;
  /** What the step is measured from. */
  reference: Amount;
  multiple: boolean;
}

/** The step in force at a price: the smallest size whose threshold it is below. */
function stepAt(step: Step, reference: Amount): Size {
  const sizes = (step.below ?? []).filter((each) => compare(reference, each.price) < 0).map((each) => each.size);
  return { measure: step.measure, size: sizes.reduce((least, size) => (compare(size, least) < 0 ? size : least), step.size) };
}

function roundedUnits(size: Size, reference: bigint, scale: number, way: 'up' | 'down'): bigint {
  const sizeScale = scaleOf(size.size);
  const units = toUnits(size.size, sizeScale);
  const numerator = size.measure === 'money' ? units * 10n ** BigInt(scale) : reference * units;
  const denominator = 10n ** BigInt(sizeScale) * (size.measure === 'money' ? 1n : 100n);
  const down = numerator / denominator;
  return way === 'up' && down * denominator < numerator ? down + 1n : down;
}

export function highestFirst(terms: LotTerms): Amount {
  const { start_price: start, ceiling_price: ceiling } = terms;
  return start !== null && compare(start, ceiling) < 0 ? start : ceiling;
}

/** The amounts that may be sent now, or null when a least step leaves nothing above zero. `best`: the best price, where it is told. */
export function boundsOf(rules: LiveRules, terms: LotTerms, own: Amount | null, best: Amount | null = null): Bounds | null {
  const { scale } = terms;
  const from = own ?? highestFirst(terms);
  const isFromBest = rules.step.basis === 'best' && own !== null && best !== null && compare(best, own) < 0;
  const reference = isFromBest ? best : from;
  const [held, measured] = [toUnits(from, scale), toUnits(reference, scale)];
  const least = max(roundedUnits(stepAt(rules.step, reference), measured, scale, 'up'), 1n);
  const highest = own === null ? held : measured - least;
  if (highest <= 0n) return null;
  return {
    highest: fromUnits(highest, scale),
    lowest: fromUnits(max(lowestUnits(rules, scale, held, own === null ? 0n : held - highest), 1n), scale),
    leastStep: fromUnits(least, scale),
    reference: fromUnits(measured, scale),
    multiple: own !== null && rules.step.rule === 'multiple',
  };
}

function lowestUnits(rules: LiveRules, scale: number, reference: bigint, atLeast: bigint): bigint {
  if (rules.change_limit === null) return 0n;
  return reference - max(roundedUnits(rules.change_limit, reference, scale, 'down'), atLeast);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export type TypedVerdict =
  | { ok: true; amount: Amount }
  | { ok: false; code: 'ABOVE_CEILING' | 'ABOVE_START' | 'STEP_TOO_SMALL' | 'NOT_A_MULTIPLE' | 'CHANGE_LIMIT' | 'NOT_POSITIVE'; nearest: Amount };

/** Says before sending what the rules would say after, and the nearest amount they would take. */
export function checkAmount(bounds: Bounds, terms: LotTerms, own: Amount | null, amount: Amount): TypedVerdict {
  const sent = fromUnits(toUnits(amount, terms.scale), terms.scale);
  if (toUnits(sent, terms.scale) <= 0n) return { ok: false, code: 'NOT_POSITIVE', nearest: bounds.highest };
  if (compare(sent, terms.ceiling_price) > 0) return { ok: false, code: 'ABOVE_CEILING', nearest: bounds.highest };
  if (own === null && compare(sent, bounds.highest) > 0) return { ok: false, code: 'ABOVE_START', nearest: bounds.highest };
  if (compare(sent, bounds.highest) > 0) return { ok: false, code: 'STEP_TOO_SMALL', nearest: bounds.highest };
  if (compare(sent, bounds.lowest) < 0) return { ok: false, code: 'CHANGE_LIMIT', nearest: bounds.lowest };
  if (bounds.multiple) return checkMultiple(bounds, terms.scale, sent);
  return { ok: true, amount: sent };
}

function checkMultiple(bounds: Bounds, scale: number, sent: Amount): TypedVerdict {
  const unit = toUnits(bounds.leastStep, scale);
  const drop = toUnits(bounds.reference, scale) - toUnits(sent, scale);
  if (drop % unit === 0n) return { ok: true, amount: sent };
  const steps = max(divideHalfUp(drop, unit), 1n);
  return { ok: false, code: 'NOT_A_MULTIPLE', nearest: fromUnits(toUnits(bounds.reference, scale) - steps * unit, scale) };
}

/** The amounts of 1, 2 and 5 least steps, as far as the rules allow them; before the first bid the published price comes first. */
export function quickAmounts(bounds: Bounds, terms: LotTerms, own: Amount | null): readonly { steps: number; amount: Amount }[] {
  const { scale } = terms;
  const from = toUnits(bounds.reference, scale);
  const unit = toUnits(bounds.leastStep, scale);
  const lowest = toUnits(bounds.lowest, scale);
  const offered = own === null ? [0, 1, 5] : [1, 2, 5];
  return offered
    .map((steps) => ({ steps, units: from - unit * BigInt(steps) }))
    .filter(({ units }) => units >= lowest && units > 0n)
    .map(({ steps, units }) => ({ steps, amount: fromUnits(units, scale) }));
}

// Per cent of the own last amount.
const PRESETS = [1, 5, 10] as const;

/** The amounts so many per cent below the own last amount (or the published price), in whole steps where the rules ask for
 * them, as far as they allow them at all. */
export function percentAmounts(bounds: Bounds, terms: LotTerms, own: Amount | null): readonly { percent: number; amount: Amount }[] {
  const { scale } = terms;
  const [from, reference] = [toUnits(own ?? highestFirst(terms), scale), toUnits(bounds.reference, scale)];
  const [unit, highest, lowest] = [bounds.leastStep, bounds.highest, bounds.lowest].map((each) => toUnits(each, scale)) as [bigint, bigint, bigint];
  return PRESETS.map((percent) => {
    const wanted = from - divideHalfUp(from * BigInt(percent), 100n);
    return { percent, units: bounds.multiple ? reference - divideHalfUp(reference - wanted, unit) * unit : wanted };
  })
    .filter(({ units }) => units > 0n && units <= highest && units >= lowest)
    .map(({ percent, units }) => ({ percent, amount: fromUnits(units, scale) }));
}

/** How far below the own last amount (or the published price) an amount lies. */
export function dropFrom(terms: LotTerms, own: Amount | null, amount: Amount): Amount {
  return subtract(own ?? highestFirst(terms), amount);
}
