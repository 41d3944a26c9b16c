import { describe, expect, it } from 'vitest';

import { boundsOf, checkAmount, percentAmounts, quickAmounts, type LiveRules, type LotTerms } from './bidding';

const rules = (own: Partial<LiveRules> = {}): LiveRules => ({
  format: 'open_descending',
  opens_at: '2026-11-21T06:00:00.000Z',
  duration_s: 1800,
  lots: 'parallel',
  stagger_s: 0,
  step: { measure: 'percent', size: '0.30', rule: 'at_least', basis: 'own_last' },
  change_limit: null,
  feedback: 'rank_only',
  ties: 'earlier_first',
  buyer_view: 'aliases',
  soft_close: null,
  ...own,
});
const terms: LotTerms = { scale: 2, ceiling_price: '300.00', start_price: '295.00' };

describe('bounds', () => {
  it('start at the lower of start and ceiling price', () => {
    expect(boundsOf(rules(), terms, null)).toMatchObject({ highest: '295.00', leastStep: '0.89' });
    expect(boundsOf(rules(), { ...terms, start_price: null }, null)?.highest).toBe('300.00');
  });

  it('take a percent step up to the scale, as the server does', () => {
    // 0.30 % of 279.30 is 0.8379: at least 0.84.
    expect(boundsOf(rules(), terms, '279.30')).toEqual({
      highest: '278.46',
      lowest: '0.01',
      leastStep: '0.84',
      reference: '279.30',
      multiple: false,
    });
  });

  it('never have a step of nothing, and end where nothing is left', () => {
    expect(boundsOf(rules(), terms, '0.02')?.highest).toBe('0.01');
    expect(boundsOf(rules(), terms, '0.01')).toBeNull();
  });

  it('keep the largest decrease, rounded down, never under the least step', () => {
    const limited = rules({ change_limit: { measure: 'percent', size: '10' } });
    expect(boundsOf(limited, terms, '279.33')?.lowest).toBe('251.40');
    expect(boundsOf(limited, terms, null)?.lowest).toBe('265.50');
    const narrow = rules({ step: { ...rules().step, size: '0.50' }, change_limit: { measure: 'percent', size: '0.50' } });
    expect(boundsOf(narrow, terms, '1.01')).toMatchObject({ highest: '1.00', lowest: '1.00' });
  });
});

describe('a step from the best price', () => {
  const fromBest = rules({ feedback: 'rank_and_best', step: { measure: 'percent', size: '0.50', rule: 'at_least', basis: 'best' } });

  it('is measured from it while it is told and lower, else from the own last bid', () => {
    expect(boundsOf(fromBest, terms, '280.00', '270.00')).toMatchObject({ highest: '268.65', reference: '270.00', leastStep: '1.35' });
    expect(boundsOf(fromBest, terms, '280.00', null)?.highest).toBe('278.60');
    expect(boundsOf(fromBest, terms, null, '270.00')?.highest).toBe('295.00');
  });

  it('leaves a way to the next valid amount beyond the largest decrease', () => {
    const limited = { ...fromBest, change_limit: { measure: 'percent', size: '1' } as const };
    expect(boundsOf(limited, terms, '280.00', '250.00')).toMatchObject({ highest: '248.75', lowest: '248.75' });
  });
});

describe('a step that shrinks', () => {
  const shrinking = rules({ step: { measure: 'percent', size: '0.50', rule: 'at_least', basis: 'own_last', below: [{ price: '250', size: '0.20' }, { price: '200', size: '0.10' }] } });

  it.each([
    ['250.00', '248.75'],
    ['249.99', '249.49'],
    ['199.99', '199.79'],
  ])('from %s goes to %s, as the server does', (own, next) => {
    expect(boundsOf(shrinking, terms, own)?.highest).toBe(next);
  });
});

describe('a typed amount', () => {
  const bounds = (own: string | null, more: Partial<LiveRules> = {}) => {
    const found = boundsOf(rules(more), terms, own);
    if (found === null) throw new Error('no bounds');
    return found;
  };

  it.each([
    ['278.45', { ok: true, amount: '278.45' }],
    ['278.46', { ok: true, amount: '278.46' }],
    ['278.47', { ok: false, code: 'STEP_TOO_SMALL', nearest: '278.46' }],
    ['279.30', { ok: false, code: 'STEP_TOO_SMALL', nearest: '278.46' }],
    ['300.01', { ok: false, code: 'ABOVE_CEILING', nearest: '278.46' }],
    ['0', { ok: false, code: 'NOT_POSITIVE', nearest: '278.46' }],
    ['270', { ok: true, amount: '270.00' }],
  ])('%s after 279.30', (amount, expected) => {
    expect(checkAmount(bounds('279.30'), terms, '279.30', amount)).toEqual(expected);
  });

  it('that is the first may be the start price itself', () => {
    expect(checkAmount(bounds(null), terms, null, '295')).toEqual({ ok: true, amount: '295.00' });
    expect(checkAmount(bounds(null), terms, null, '295.01')).toMatchObject({ code: 'ABOVE_START', nearest: '295.00' });
  });

  it('that must be a multiple is led to the nearest one', () => {
    const multiple = bounds('280.00', { step: { measure: 'money', size: '0.50', rule: 'multiple', basis: 'own_last' } });
    expect(checkAmount(multiple, terms, '280.00', '278.50')).toMatchObject({ ok: true });
    expect(checkAmount(multiple, terms, '280.00', '278.60')).toMatchObject({ code: 'NOT_A_MULTIPLE', nearest: '278.50' });
    expect(checkAmount(multiple, terms, '280.00', '278.80')).toMatchObject({ nearest: '279.00' });
  });

  it('that falls too far is led to the lowest allowed', () => {
    const limited = bounds('280.00', { change_limit: { measure: 'money', size: '20' } });
    expect(checkAmount(limited, terms, '280.00', '259.99')).toMatchObject({ code: 'CHANGE_LIMIT', nearest: '260.00' });
  });
});

describe('quick amounts', () => {
  it('are one, two and five steps, and the published price for a first bid', () => {
    const found = boundsOf(rules(), terms, '279.30');
    expect(found && quickAmounts(found, terms, '279.30').map((each) => each.amount)).toEqual(['278.46', '277.62', '275.10']);
    const first = boundsOf(rules(), terms, null);
    expect(first && quickAmounts(first, terms, null).map((each) => each.amount)).toEqual(['295.00', '294.11', '290.55']);
  });

  it('leave out what the rules would refuse', () => {
    const found = boundsOf(rules({ change_limit: { measure: 'money', size: '1.70' } }), terms, '279.30');
    expect(found && quickAmounts(found, terms, '279.30').map((each) => each.steps)).toEqual([1, 2]);
  });

  it('are one, five and ten per cent too, in whole steps where the rules ask for them, and never one they refuse', () => {
    const amounts = (own: string | null, change: Partial<LiveRules> = {}) => {
      const found = boundsOf(rules(change), terms, own);
      return found && percentAmounts(found, terms, own).map((each) => each.amount);
    };
    expect(amounts('279.30')).toEqual(['276.51', '265.33', '251.37']);
    expect(amounts(null)).toEqual(['292.05', '280.25', '265.50']);
    const step = { measure: 'money', size: '2', rule: 'multiple', basis: 'own_last' } as const;
    expect(amounts('279.30', { step })).toEqual(['277.30', '265.30', '251.30']);
    expect(amounts('279.30', { step, change_limit: { measure: 'percent', size: '6' } })).toEqual(['277.30', '265.30']);
    expect(amounts('279.30', { step: { ...step, rule: 'at_least', size: '20' } })).toEqual(['251.37']);
  });
});
