import { describe, expect, it } from 'vitest';

import { sayRank } from './announcer';
import type { SupplierLot } from './messages';
import { isWorse, placeOf, type Place } from './place';

const LOT: SupplierLot = {
  lot_id: 'l1', status: 'open', opens_at: '2026-11-21T06:00:00.000Z', closes_at: '2026-11-21T06:30:00.000Z', hard_stop_at: '2026-11-21T07:15:00.000Z',
  extensions: 0, max_extensions: 10, pause_reason: null, resume_at: null,
  own_amount: '280.00', own_seq: 1, next_valid: '279.16', rank: null, tied: false, leading: false, best: null,
};
const lot = (change: Partial<SupplierLot>): SupplierLot => ({ ...LOT, ...change });

describe('the own place', () => {
  it.each<[Partial<SupplierLot>, Place]>([
    [{ own_amount: null, band: null }, { kind: 'none' }],
    [{ rank: 3 }, { kind: 'rank', rank: 3 }],
    [{ band: 'top' }, { kind: 'top' }],
    [{ band: 'leading', leading: true }, { kind: 'leading' }],
    [{ leading: true }, { kind: 'leading' }],
    [{}, { kind: 'not_leading' }],
  ])('is read as far as the rules tell it: %j', (change, place) => {
    expect(placeOf(lot(change))).toEqual(place);
  });

  it('is worse one step down, never from nothing', () => {
    expect(isWorse({ kind: 'leading' }, { kind: 'not_leading' })).toBe(true);
    expect(isWorse({ kind: 'top' }, { kind: 'outside' })).toBe(true);
    expect(isWorse({ kind: 'outside' }, { kind: 'leading' })).toBe(false);
    expect(isWorse({ kind: 'none' }, { kind: 'outside' })).toBe(false);
    expect(isWorse({ kind: 'rank', rank: 1 }, { kind: 'rank', rank: 2 })).toBe(true);
  });

  it('is spoken when it is worse, in the words of its mode', () => {
    expect(sayRank(lot({ leading: true }), lot({}), '2').map(({ say }) => say)).toEqual(['place_not_leading']);
    expect(sayRank(lot({ band: 'leading' }), lot({ band: 'outside' }), '2').map(({ say }) => say)).toEqual(['place_outside']);
    expect(sayRank(lot({}), lot({ leading: true }), '2')).toEqual([]);
  });
});
