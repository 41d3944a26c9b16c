import { describe, expect, it } from 'vitest';

import { fromUnits } from './money';

import { judge, type GuardInput } from './guard';

const input = (amount: string, own: Partial<GuardInput> = {}): GuardInput => ({
  amount,
  reference: '284.00',
  leastStep: '0.86',
  basis: 'unit',
  quantity: '310000',
  others: [],
  ...own,
});

const level = (amount: string, own?: Partial<GuardInput>) => judge(input(amount, own)).level;

describe('the change', () => {
  it.each([
    ['283.14', 'send'],
    ['269.80', 'send'], // 5 % exactly
    ['269.79', 'confirm'],
    ['227.20', 'confirm'], // 20 % exactly
    ['227.19', 'retype'],
    ['142.00', 'retype'], // 50 % exactly
    ['141.99', 'blocked'],
    ['0.01', 'blocked'],
  ])('%s is %s', (amount, expected) => {
    expect(level(amount)).toBe(expected);
  });

  it('is calm up to five least steps where these are more than 5 %', () => {
    expect(level('244.00', { leastStep: '8.00' })).toBe('send');
    expect(level('243.99', { leastStep: '8.00' })).toBe('confirm');
  });

  it('does not take a plain step below a round number for a lost digit', () => {
    expect(level('99.70', { reference: '100.00', leastStep: '0.30' })).toBe('send');
    expect(level('90.00', { reference: '100.00', leastStep: '0.30' })).toBe('retype');
  });

  it('leaves an amount that is no lower to the rules', () => {
    expect(level('284.00')).toBe('send');
    expect(level('290.00')).toBe('send');
  });
});

describe('the slips', () => {
  it('knows a shifted point: 28.75 for 287.50', () => {
    expect(judge(input('28.75', { reference: '287.50' }))).toEqual({
      level: 'blocked',
      suspicions: [{ kind: 'factor', factor: 10, more: false }],
    });
    expect(judge(input('2810.00')).suspicions).toEqual([{ kind: 'factor', factor: 10, more: true }]);
    expect(judge(input('283000')).suspicions).toEqual([{ kind: 'factor', factor: 1000, more: true }]);
  });

  it('knows the tax basis: 251.33 is 284.00 without 13 %', () => {
    expect(judge(input('251.33'))).toEqual({
      level: 'confirm',
      suspicions: [{ kind: 'vat', rate: '13', more: false }],
    });
    expect(judge(input('320.92')).suspicions).toEqual([{ kind: 'vat', rate: '13', more: true }]);
  });

  it('asks even where the change alone would be calm', () => {
    // 6 % VAT on a lot whose five least steps allow 14 %.
    expect(judge(input('267.92', { leastStep: '8.00' })).level).toBe('confirm');
  });

  it('knows a total typed as a unit price', () => {
    expect(judge(input('2819.00', { quantity: '10' })).suspicions.map((each) => each.kind)).toContain('factor');
    expect(judge(input('3379.60', { quantity: '12' })).suspicions).toEqual([{ kind: 'total_as_unit' }]);
    expect(judge(input('3379.60', { quantity: '12', basis: 'total' })).suspicions).toEqual([]);
  });

  it('knows the amount of another lot, unless it is an ordinary one here too', () => {
    const others = [{ lot: '1', amount: '240.10' }];
    expect(judge(input('240.1', { others })).suspicions).toEqual([{ kind: 'other_lot', lot: '1' }]);
    expect(judge(input('283.00', { others: [{ lot: '1', amount: '283.00' }] })).suspicions).toEqual([]);
  });
});

describe('no oracle', () => {
  it('only ever asks for more care as the amount falls', () => {
    const care = ['send', 'confirm', 'retype', 'blocked'];
    let last = 0;
    for (let units = 28_400n; units > 0n; units -= 37n) {
      const now = care.indexOf(level(fromUnits(units, 2)));
      // A pattern may ask for more at one spot; the change alone never asks for less further down.
      if (judge(input(fromUnits(units, 2))).suspicions.length > 0) continue;
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('has nothing to tell of rivals: its input has no such field', () => {
    const fields = Object.keys(input('1')).sort();
    expect(fields).toEqual(['amount', 'basis', 'leastStep', 'others', 'quantity', 'reference']);
  });
});

describe('the own floor', () => {
  it.each([
    ['283.00', '283.00', 'send'],
    ['282.99', '283.00', 'confirm'],
    ['227.00', '283.00', 'retype'],
    ['283.00', null, 'send'],
  ])('%s with the floor %s is %s', (amount, ownFloor, expected) => {
    expect(level(amount, { ownFloor })).toBe(expected);
  });
});
