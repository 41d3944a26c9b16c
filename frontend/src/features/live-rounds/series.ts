// The buyer's picture grows: a state frame brings the tail of a lot's series, and the tail joins what is known. Pure.
import type { BestPoint, BuyerLot, SeriesPoint } from './messages';

/** The known lot with the tail of the new one; the known one itself where nothing changed. */
export function growing(known: BuyerLot | undefined, said: BuyerLot): BuyerLot {
  if (known === undefined || !('series' in said)) return said;
  const series = joined<SeriesPoint>(known.series, known.series_from, said.series, said.series_from);
  const best = joined<BestPoint>(known.best_line, known.best_from, said.best_line, said.best_from);
  const next: BuyerLot = { ...said, series: series.points, series_from: series.from, best_line: best.points, best_from: best.from };
  return sameFigures(known, next) && series.points === known.series && best.points === known.best_line ? known : next;
}

/** True where the middle of a series is missing: more points came between two frames than a tail holds. */
export function hasGap(lot: BuyerLot): boolean {
  return lot.series_from > 0 || lot.best_from > 0;
}

interface Joined<Point> {
  points: readonly Point[];
  from: number;
}

function joined<Point>(known: readonly Point[], knownFrom: number, tail: readonly Point[], from: number): Joined<Point> {
  const at = from - knownFrom;
  // A tail that starts before what is known, or beyond its end, stands alone until the whole is fetched.
  if (at < 0 || at > known.length) return { points: tail, from };
  const old = known.slice(at);
  if (old.length === tail.length && JSON.stringify(old) === JSON.stringify(tail)) return { points: known, from: knownFrom };
  return { points: [...known.slice(0, at), ...tail], from: knownFrom };
}

function sameFigures(a: BuyerLot, b: BuyerLot): boolean {
  const figures = (lot: BuyerLot) => JSON.stringify({ ...lot, series: null, best_line: null });
  return figures(a) === figures(b);
}

/** The whole series as fetched, where the line has a gap; else what the line knows. */
export function filled(lot: BuyerLot, fetched: BuyerLot | undefined): BuyerLot {
  if (fetched === undefined || !hasGap(lot) || hasGap(fetched)) return lot;
  const series = joined<SeriesPoint>(fetched.series, 0, lot.series, lot.series_from);
  const best = joined<BestPoint>(fetched.best_line, 0, lot.best_line, lot.best_from);
  return { ...lot, series: series.points, series_from: series.from, best_line: best.points, best_from: best.from };
}
