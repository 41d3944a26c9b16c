import { describe, expect, it } from 'vitest';

import { alertsOf, keptRules, thresholdOf, USUAL_RULES } from './cockpit-alerts';
import type { CockpitInfo } from './cockpit-data';
import { bidCount, funnelOf, isInteractive, openingOf, savedAgainst, savedSinceOpening } from './cockpit-figures';
import type { WatchedLot } from './cockpit-lot';
import type { BuyerLot, SeriesPoint } from './messages';

const at = (minute: number) => `2026-11-21T06:${String(minute).padStart(2, '0')}:00.000Z`;
const series: SeriesPoint[] = [
  [at(1), 'C', '288.00', 1],
  [at(2), 'K', '282.00', 2],
  [at(3), 'A', '284.00', 3],
  [at(4), 'C', '281.00', 4],
  [at(5), 'K', '280.00', 5],
  [at(20), 'C', '215.00', 6],
];
const watched = (own: Partial<BuyerLot> = {}): WatchedLot =>
  ({
    lot: { id: 'l1', number: 1, basis: 'unit', quantity: '1000', scale: 2 },
    state: { lot_id: 'l1', status: 'open', opens_at: at(0), closes_at: at(30), view: 'aliases', best: '215.00', active: 4, series, best_line: [], ...own },
  }) as unknown as WatchedLot;
const info = { invited: 10, joined: 9, practised: 7 } as unknown as CockpitInfo;
const now = Date.parse(at(25));

describe('what the cockpit compares', () => {
  it('measures the best against the best opening bid', () => {
    expect(openingOf(watched())).toBe('282.00');
    expect(savedSinceOpening(watched())).toEqual({ money: '67000.00', percent: '23.76' });
  });

  it('says a dearer price as less than nothing saved', () => {
    expect(savedAgainst('100.00', '110.00')).toEqual({ money: '-10.00', percent: '-10.00' });
    expect(savedAgainst('100.00', '100.00')).toEqual({ money: '0.00', percent: '0.00' });
  });

  it('counts nothing where bidders are not told apart', () => {
    const blind = watched({ series: [], best_line: [[at(1), '215.00']], view: 'best_only' });
    expect(openingOf(blind)).toBeNull();
    expect(bidCount(blind)).toBeNull();
    expect(funnelOf(info, blind, now)).toMatchObject({ active: 4, recent: null, improved: null });
  });

  it('counts who bids now, and calls it interactive from two who improved', () => {
    const funnel = funnelOf(info, watched(), now);
    expect(funnel).toEqual({ invited: 10, joined: 9, practised: 7, active: 4, recent: 1, improved: 2 });
    expect(isInteractive(funnel)).toBe(true);
    expect(isInteractive(funnelOf(info, watched({ series: series.slice(0, 4) }), now))).toBe(false);
  });
});

describe('alerts', () => {
  const kinds = (lot: WatchedLot, rules = USUAL_RULES, nowMs = now) => alertsOf([lot], rules, nowMs, true).map((alert) => alert.kind);

  it('sees a quiet lot, a gap and a drop', () => {
    expect(kinds(watched())).toEqual(['quiet', 'gap', 'drop']);
    expect(alertsOf([watched()], USUAL_RULES, now, true)[2]).toMatchObject({ alias: 'C', amount: '215.00', percent: '23.49', at: at(20) });
  });

  it('keeps still where a rule is off, the lot stands, or the buyer sees nothing', () => {
    expect(kinds(watched(), { quietMinutes: null, gapPercent: null, dropPercent: null })).toEqual([]);
    expect(kinds(watched({ status: 'paused' }))).toEqual([]);
    expect(kinds(watched({ series: [], view: 'none', best: null }))).toEqual([]);
  });

  it('speaks of the best price where bidders are not told apart', () => {
    expect(kinds(watched({ series: [], best_line: [[at(1), '280.00'], [at(20), '215.00']] }))).toEqual(['quiet_best', 'drop']);
  });

  it('reads thresholds and what a device kept', () => {
    expect(['', ' 7.5 ', '0', '-1', 'x', '1001'].map(thresholdOf)).toEqual([null, '7.5', undefined, undefined, undefined, undefined]);
    expect(keptRules({ getItem: () => '{"gapPercent":null}' })).toEqual({ ...USUAL_RULES, gapPercent: null });
    expect(keptRules({ getItem: () => 'no json' })).toEqual(USUAL_RULES);
  });
});
