// A preview of what domain/certification.py will decide: weighted score, grade band, minimums. The server's figures stand.

import { formatInstant, HOME_ZONE, toMs } from './instant';
import { compare, divideHalfUp, fromUnits, toUnits, type Amount } from './money';

export const ASPECTS = ['quality', 'delivery', 'credit'] as const;

export type Aspect = (typeof ASPECTS)[number];
export type Grade = 'A' | 'B' | 'C' | 'D';
export type Marks = Readonly<Record<Aspect, Amount>>;

// SCREENS.md section 3; as domain/certification.py DEFAULT_WEIGHTS and DEFAULT_MINIMUMS.
export const DEFAULT_WEIGHTS: Marks = { quality: '0.5', delivery: '0.3', credit: '0.2' };
export const DEFAULT_MINIMUMS: Marks = { quality: '60', delivery: '60', credit: '60' };
// WORDS.md section 2, `grade`, best first.
export const BANDS: readonly (readonly [Grade, Amount])[] = [['A', '90'], ['B', '80'], ['C', '70'], ['D', '0']];

export type MarkFault = 'missing' | 'out_of_range' | 'below_minimum';

/** What is wrong with one mark: 0 to 100, at most two decimals, not under its minimum. */
export function markFault(mark: string, minimum: Amount): MarkFault | null {
  if (mark === '') return 'missing';
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(mark) || compare(mark, '100') > 0) return 'out_of_range';
  return compare(mark, minimum) < 0 ? 'below_minimum' : null;
}

/** Weights as shares are right when they sum to exactly one. */
export function weightsFit(weights: Marks): boolean {
  return ASPECTS.reduce((sum, aspect) => sum + toUnits(weights[aspect], 4), 0n) === 10_000n;
}

/** Weighted score, half up to one decimal, once, at the end; the published figure decides the grade. */
export function previewScore(marks: Marks, weights: Marks): { score: Amount; grade: Grade } {
  // Marks carry two decimals and weights four: the exact sum has six.
  const exact = ASPECTS.reduce((sum, aspect) => sum + toUnits(marks[aspect], 2) * toUnits(weights[aspect], 4), 0n);
  const score = fromUnits(divideHalfUp(exact, 100_000n), 1);
  return { score, grade: gradeOf(score) };
}

export function gradeOf(score: Amount): Grade {
  return BANDS.find(([, lowest]) => compare(score, lowest) >= 0)?.[0] ?? 'D';
}

const DAY_MS = 86_400_000;

/** "Valid until the 31st" includes the whole 31st in Beijing time: the instant at which that day is over. */
export function endOfDay(day: string): string {
  // Beijing time has had no daylight saving since 1991.
  return new Date(new Date(`${day}T00:00:00+08:00`).getTime() + DAY_MS).toISOString();
}

/** The last day on which a certificate holds, for people. */
export function lastDay(validUntil: string): string {
  return formatInstant(toMs(validUntil) - 1, HOME_ZONE, 'date');
}

/** A day some days from an instant, as a date field wants it. */
export function dayAfter(nowMs: number, days: number): string {
  return formatInstant(nowMs + days * DAY_MS, HOME_ZONE, 'date');
}
