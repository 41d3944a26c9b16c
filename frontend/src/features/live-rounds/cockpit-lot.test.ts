import { describe, expect, it } from 'vitest';

import type { CockpitInfo, CockpitLot } from './cockpit-data';
import { logRows, unitOf, watchedLots, type WatchedLot } from './cockpit-lot';
import type { BuyerLot } from './messages';

const state = (own: Partial<BuyerLot> = {}): BuyerLot => ({
  lot_id: 'l1',
  status: 'open',
  opens_at: '2026-11-21T06:00:00.000Z',
  closes_at: '2026-11-21T06:30:00.000Z',
  hard_stop_at: '2026-11-21T07:15:00.000Z',
  extensions: 0,
  max_extensions: 10,
  pause_reason: null,
  resume_at: null,
  view: 'aliases',
  best: '271.40',
  active: 4,
  series_from: 0,
  series: [],
  best_from: 0,
  best_line: [],
  savings: null,
  ...own,
});
const lot: CockpitLot = {
  lot: { id: 'l1', number: 1, title_zh: '', title_en: '', scale: 2, basis: 'unit', quantity: '310000', unit: '台', ceiling_price: '300', start_price: null },
  state: state(),
  baseline_price: '288.9871',
  baseline_source: 'FY25',
  baseline_on: '2026-01-01',
  pauses: [{ since: '2026-11-21T06:23:00.000Z', until: null, reason_code: 'technical' }],
  voids: ['2026-11-21T06:40:00.000Z'],
  extensions: [{ at: '2026-11-21T06:31:41.000Z', before: 'x', after: 'y', by_hand: false }],
};
const info = { broadcasts: [{ zh: '好', en: 'ok', at: '2026-11-21T06:19:00.000Z' }], lots: [lot] } as unknown as CockpitInfo;

describe('the log', () => {
  it('is newest first and knows bids by alias only', () => {
    const live = state({ series: [['2026-11-21T06:05:00.000Z', 'K', '282.50', 1]] });
    const rows = logRows(info, watchedLots(info, [live]));
    expect(rows.map((row) => row.kind)).toEqual(['void', 'extension', 'pause', 'broadcast', 'bid', 'opened']);
    expect(rows.at(-2)).toMatchObject({ alias: 'K', amount: '282.50', lotNumber: 1, by: 'bidder' });
    expect(rows.map((row) => row.by)).toEqual(['buyer', 'service', 'buyer', 'buyer', 'bidder', 'service']);
  });

  it('has the best line where no aliases are shown', () => {
    const live = state({ best_line: [['2026-11-21T06:05:00.000Z', '282.50']] });
    expect(logRows(info, watchedLots(info, [live])).at(-2)).toMatchObject({ kind: 'best' });
  });
});

describe('a pause', () => {
  it.each([
    ['technical', 'buyer'],
    ['by_phone', 'desk'],
    ['outage', 'service'],
  ])('for "%s" is the act of the %s', (reason, by) => {
    const paused: CockpitLot = { ...lot, pauses: [{ since: '2026-11-21T06:23:00.000Z', until: null, reason_code: reason }] };
    const rows = logRows({ ...info, lots: [paused] }, watchedLots({ ...info, lots: [paused] }, []));
    expect(rows.find((row) => row.kind === 'pause')?.by).toBe(by);
  });
});

describe('a total for one unit', () => {
  it('is drawn at the scale of the lot', () => {
    expect(unitOf(watchedLots(info, [])[0] as WatchedLot, '89586001.00')).toBe('288.99');
    const whole = { ...lot, lot: { ...lot.lot, basis: 'total' as const } };
    expect(unitOf(whole, '100.00')).toBe('100.00');
  });
});
