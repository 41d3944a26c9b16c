import { describe, expect, it } from 'vitest';

import type { BuyerLot, SeriesPoint } from './messages';
import { filled, growing, hasGap } from './series';

const point = (n: number): SeriesPoint => [`2026-11-21T06:00:${String(n).padStart(2, '0')}.000Z`, 'A', `${300 - n}.00`, n];
const lot = (from: number, to: number, own: Partial<BuyerLot> = {}): BuyerLot => ({
  lot_id: 'l1',
  status: 'open',
  opens_at: '',
  closes_at: '',
  hard_stop_at: '',
  extensions: 0,
  max_extensions: 10,
  pause_reason: null,
  resume_at: null,
  view: 'aliases',
  best: null,
  active: 4,
  series_from: from,
  series: Array.from({ length: to - from }, (_, place) => point(from + place)),
  best_from: 0,
  best_line: [],
  savings: null,
  ...own,
});

describe('the buyer’s series', () => {
  it('grows by the tail', () => {
    const grown = growing(lot(0, 40), lot(10, 42));
    expect(grown.series.map((each) => each[3])).toEqual(Array.from({ length: 42 }, (_, n) => n));
    expect(hasGap(grown)).toBe(false);
  });

  it('keeps its identity where the tail says nothing new', () => {
    const known = lot(0, 40);
    expect(growing(known, lot(8, 40))).toBe(known);
    expect(growing(known, lot(8, 40, { active: 5 }))).not.toBe(known);
  });

  it('takes back what was voided', () => {
    const tail = { ...lot(8, 40), series: lot(8, 40).series.filter((each) => each[3] !== 20) };
    expect(growing(lot(0, 40), tail).series.map((each) => each[3])).not.toContain(20);
  });

  it('knows a gap, and fills it from the whole', () => {
    const gapped = growing(lot(0, 5), lot(20, 40));
    expect(hasGap(gapped)).toBe(true);
    const whole = filled(gapped, lot(0, 38));
    expect(whole.series).toHaveLength(40);
    expect(hasGap(whole)).toBe(false);
  });
});
