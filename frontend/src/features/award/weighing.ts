// The rankings at other price weights, as the server computed them: only looked up here, never computed.

import type { LotRanking, LotSensitivity } from './queries';

export interface PlacedLine {
  label: string;
  rank: number;
  official: number;
  /** Places won against the official rank. */
  moved: number;
  total: string;
}

/** The order at a whole price weight, each row beside its official rank. */
export function orderAt(lot: LotRanking, told: LotSensitivity, weight: number): PlacedLine[] {
  const official = new Map(lot.rows.map((row) => [row.label, row.rank]));
  return told.lines
    .map((line) => {
      const rank = line.ranks[weight] ?? 0;
      const before = official.get(line.label) ?? rank;
      return { label: line.label, rank, official: before, moved: before - rank, total: line.totals[weight] ?? '' };
    })
    .sort((one, other) => one.rank - other.rank);
}

const TENTHS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100] as const;

/** The ranks of all lines at each tenth: the twin of the chart. */
export function ranksByTenth(told: LotSensitivity): { weight: number; ranks: number[] }[] {
  return TENTHS.map((weight) => ({ weight, ranks: told.lines.map((line) => line.ranks[weight] ?? 0) }));
}
