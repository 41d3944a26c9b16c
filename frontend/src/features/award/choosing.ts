// Choosing by label, without React: what a choice must explain, who stands in reserve, what is saved, how far from the best. Pure.

import type { LotReserve } from '@/api/reserves';
import { add, compare, percentChange, scaleOf, subtract, toUnits, type Amount } from '@/domain/money';

import type { ChoiceBody, Decision, LotRanking, Ranking, RankingRow, Saving } from './queries';

export interface LotShare {
  label: string;
  /** Percent of the lot. */
  share: string;
}

/** null: no award. `shares`: as the adopted scenario splits the lot; without them the whole lot goes to `label`. */
export interface LotChoice {
  label: string | null;
  reason: string;
  shares?: readonly LotShare[];
}

/** What the adopted scenario awards of a lot, and what the lot costs then. */
export interface LotAdopted {
  number: number;
  parts: readonly LotShare[];
  cost: Amount;
}

export type Adopted = Readonly<Record<string, LotAdopted>>;
export type Choices = Readonly<Record<string, LotChoice>>;
export type WhyReason = NonNullable<RankingRow['needs_reason']>;

/** What stands there before anybody chooses: what the adopted scenario says, else the earlier proposal as far as its label is still ranked, else the first of the shortlist, who is rank 1. */
export function firstChoice(lot: LotRanking, decision: Pick<Decision, 'choices'>, adopted?: LotAdopted): LotChoice {
  const before = decision.choices.find((choice) => choice.lot_id === lot.lot_id);
  if (adopted) {
    const taken = takeAdopted(lot, adopted, '');
    return before?.label === taken.label ? { ...taken, reason: before.reason } : taken;
  }
  if (before && before.shares.length === 0 && (before.label === null || rowOf(lot, before.label))) return { label: before.label, reason: before.reason };
  return { label: lot.shortlist?.labels[0] ?? lot.rows[0]?.label ?? null, reason: '' };
}

/** The lot as the adopted scenario awards it; of equal largest shares the best ranked is the preferred. */
export function takeAdopted(lot: LotRanking, { parts }: LotAdopted, reason: string): LotChoice {
  const most = parts[0]?.share;
  const label = lot.rows.find((row) => parts.some((part) => part.label === row.label && part.share === most))?.label ?? null;
  return parts.length > 1 ? { label, reason, shares: parts } : { label, reason };
}

/** Who is awarded how much of the lot. */
export function awardedOf({ label, shares = [] }: LotChoice): readonly LotShare[] {
  if (shares.length > 0) return shares;
  return label === null ? [] : [{ label, share: '100' }];
}

/** Whether the choice is another than the adopted scenario's (domain/sharing.py, departs). */
export function departs(choice: LotChoice, adopted?: LotAdopted): boolean {
  if (adopted === undefined) return (choice.shares ?? []).length > 0;
  const [own, parts] = [awardedOf(choice), adopted.parts];
  return own.length !== parts.length || !own.every((one) => parts.some((part) => part.label === one.label && part.share === one.share));
}

export function rowOf(lot: LotRanking, label: string | null): RankingRow | null {
  return lot.rows.find((row) => row.label === label) ?? null;
}

/** The ranking with its rows above an opened reserve price marked: whoever takes one of them explains it. */
export function aboveReserves(ranking: Ranking, reserves: readonly LotReserve[]): Ranking {
  if (reserves.length === 0) return ranking;
  const amounts = new Map(reserves.map((one) => [one.lot_id, one.amount]));
  const marked = (lot: LotRanking): LotRanking => {
    const reserve = amounts.get(lot.lot_id) ?? null;
    if (reserve === null) return lot;
    return { ...lot, rows: lot.rows.map((row) => (compare(row.amount, reserve) > 0 ? { ...row, needs_reason: 'above_reserve' } : row)) };
  };
  return { ...ranking, lots: ranking.lots.map(marked) };
}

/** Why the choice must be explained, or null (domain/awarding.py, why_choice). */
export function whyReason(lot: LotRanking, choice: LotChoice, adopted?: LotAdopted): WhyReason | null {
  if (choice.label === null) return lot.rows.length > 0 ? 'no_award' : null;
  if (awardedOf(choice).some((one) => rowOf(lot, one.label)?.needs_reason === 'above_reserve')) return 'above_reserve';
  return rowOf(lot, choice.label)?.needs_reason ?? (departs(choice, adopted) ? 'off_scenario' : null);
}

/** The best ranked who has no share (domain/awarding.py, reserve_of). */
export function reserveOf(lot: LotRanking, choice: LotChoice): RankingRow | null {
  const awarded = awardedOf(choice).map((one) => one.label);
  return awarded.length === 0 ? null : (lot.rows.find((row) => !awarded.includes(row.label)) ?? null);
}

export function isExplained(lot: LotRanking, choice: LotChoice, adopted?: LotAdopted): boolean {
  return whyReason(lot, choice, adopted) === null || choice.reason.trim() !== '';
}

/** The body to send: one choice a lot; a reason only where one is due. */
export function bodyOf(ranking: Ranking, choices: Choices, adopted: Adopted = {}): ChoiceBody[] {
  return ranking.lots.map((lot) => {
    const choice = choices[lot.lot_id] ?? { label: null, reason: '' };
    const isDue = whyReason(lot, choice, adopted[lot.lot_id]) !== null;
    return { lot_id: lot.lot_id, label: choice.label, reason: isDue ? choice.reason.trim() : '', shares: [...(choice.shares ?? [])] };
  });
}

export interface TotalSaving {
  awarded: Amount;
  money: Amount;
  percent: string | null;
  lots: number;
  withoutBaseline: number;
}

/** The sum over the chosen lots that have a baseline; null where none has one or the reader may not see it. */
export function totalOf(ranking: Ranking, choices: Choices, adopted: Adopted = {}): TotalSaving | null {
  const savings = ranking.lots.flatMap((lot) => savingOf(lot, choices[lot.lot_id], adopted[lot.lot_id]) ?? []);
  const known = savings.flatMap(({ awarded, baseline, money }) => (baseline === null || money === null ? [] : [{ awarded, baseline, money }]));
  if (known.length === 0) return null;
  const sum = (key: 'awarded' | 'baseline' | 'money') => known.map((saving) => saving[key]).reduce(add);
  const [awarded, baseline] = [sum('awarded'), sum('baseline')];
  // Saved is what the award lies below the baseline.
  const change = percentChange(baseline, awarded);
  return {
    awarded,
    money: sum('money'),
    percent: change === null ? null : subtract('0', change),
    lots: known.length,
    withoutBaseline: savings.length - known.length,
  };
}

/** Of a lot in shares: its baseline less what the shares cost together. */
function savingOf(lot: LotRanking, choice: LotChoice | undefined, adopted: LotAdopted | undefined): Pick<Saving, 'awarded' | 'baseline' | 'money'> | null {
  const saving = rowOf(lot, choice?.label ?? null)?.saving ?? null;
  if (saving === null || !choice?.shares?.length || adopted === undefined) return saving;
  const { baseline } = saving;
  return { awarded: adopted.cost, baseline, money: baseline === null ? null : subtract(baseline, adopted.cost) };
}

export interface Distance {
  money: Amount;
  percent: string | null;
  /** 0 for the best, 100 for the farthest of the lot: the length of a bar, no figure. */
  share: number;
}

export function distanceOf(lot: LotRanking, row: RankingRow): Distance {
  const amounts = lot.rows.map((each) => each.amount);
  const best = amounts.reduce((a, b) => (compare(a, b) <= 0 ? a : b), row.amount);
  const worst = amounts.reduce((a, b) => (compare(a, b) >= 0 ? a : b), row.amount);
  const money = subtract(row.amount, best);
  return { money, percent: percentChange(best, row.amount), share: shareOf(money, subtract(worst, best)) };
}

function shareOf(part: Amount, whole: Amount): number {
  const scale = Math.max(scaleOf(part), scaleOf(whole));
  const [x, y] = [toUnits(part, scale), toUnits(whole, scale)];
  return y === 0n ? 0 : Number((x * 1000n) / y) / 10;
}

export const STEPS = ['ranking', 'choice', 'approval', 'unsealing', 'names'] as const;
export type Step = (typeof STEPS)[number];

/** Where the way from the ranking to the names stands now. */
export function stepOf(ranking: Pick<Ranking, 'state'>, decision: Decision): Step {
  if (decision.unsealing.state === 'done') return 'names';
  if (decision.state === 'approved') return 'unsealing';
  if (decision.state === 'proposed' && !decision.can_propose) return 'approval';
  return ranking.state === 'waiting' ? 'ranking' : 'choice';
}

/** Approved, and no lot awarded: there is no name to unseal. */
export function isWithoutAward(decision: Decision): boolean {
  return decision.state === 'approved' && decision.choices.every((choice) => choice.label === null);
}

/** "4200.0000" as "4200", "5850.0000" with two decimals as "5850.00": the server's stored zeros say nothing. */
export function trimmed(amount: Amount, least = 0): Amount {
  const [whole = '', decimals = ''] = amount.split('.');
  const kept = decimals.replace(/0+$/, '').padEnd(least, '0');
  return kept === '' ? whole : `${whole}.${kept}`;
}
