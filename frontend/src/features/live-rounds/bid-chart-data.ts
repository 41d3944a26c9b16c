// From the lot's series to what the chart draws. Pure; amounts become positions on a screen here and nowhere else.
import { toMs } from '@/domain/instant';
import { percentChange, type Amount } from '@/domain/money';

import type { WatchedLot } from './cockpit-lot';
import { hasFigures } from './cockpit-lot';

/** `change`: in percent against the point before it in the same line; null for the first. */
export type Point = readonly [atMs: number, position: number, amount: Amount, change: string | null];

export interface ChartLine {
  alias: string;
  points: readonly Point[];
}

export interface ChartData {
  lines: readonly ChartLine[];
  /** The lowest price so far, as a step line. */
  best: readonly Point[];
}

function pointOf(at: string, amount: Amount, before: Point | undefined): Point {
  // A position on a screen, never compared with a price.
  return [toMs(at), Number(amount), amount, before === undefined ? null : percentChange(before[2], amount)];
}

export function chartData({ state }: WatchedLot): ChartData {
  if (!hasFigures(state)) return { lines: [], best: [] };
  const byAlias = new Map<string, Point[]>();
  for (const [at, alias, amount] of state.series) {
    const line = byAlias.get(alias) ?? [];
    line.push(pointOf(at, amount, line.at(-1)));
    byAlias.set(alias, line);
  }
  const lines = [...byAlias].map(([alias, points]) => ({ alias, points })).sort((a, b) => (a.alias < b.alias ? -1 : 1));
  const best: Point[] = [];
  for (const [at, amount] of state.best_line) best.push(pointOf(at, amount, best.at(-1)));
  return { lines, best: best.length > 0 ? best : lowest(lines) };
}

function lowest(lines: readonly ChartLine[]): Point[] {
  const all = lines.flatMap((line) => line.points).sort((a, b) => a[0] - b[0]);
  const best: Point[] = [];
  for (const point of all) {
    const last = best.at(-1);
    if (last === undefined || point[1] < last[1]) best.push([point[0], point[1], point[2], last === undefined ? null : percentChange(last[2], point[2])]);
  }
  return best;
}

/** Lines run on to the present: a step without an end would look like a bidder who left. */
export function runOn(points: readonly Point[], untilMs: number): readonly Point[] {
  const last = points.at(-1);
  return last === undefined || last[0] >= untilMs ? points : [...points, [untilMs, last[1], last[2], null]];
}
