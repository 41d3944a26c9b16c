import { describe, expect, it } from 'vitest';

import { amountOf, answersOf, EMPTY_OFFER, faultsOf, priceOf, stampOf, worthOf, type OfferDraft } from './offer';
import { CRITERIA, LOT } from './testing/samples';

const offer = (change: Partial<OfferDraft>): OfferDraft => ({ ...EMPTY_OFFER, ...change });

describe('the price of a lot', () => {
  it('has exactly the decimals of the lot', () => {
    expect(amountOf(LOT, offer({ amount: '271.4' }))).toBe('271.40');
    expect(worthOf(LOT, '271.40')).toBe('51566000.00');
  });

  it('adds the lines up where the lot is bought as a whole', () => {
    const line = { item_code: '', description: '', unit: '套' };
    const lot = { ...LOT, basis: 'total', lines: [{ ...line, number: 1, quantity: '10' }, { ...line, number: 2, quantity: '2.5' }] };
    expect(amountOf(lot, offer({ lines: { 1: '3.10' } }))).toBeNull();
    const full = offer({ lines: { 1: '3.1', 2: '4' } });
    expect(priceOf(lot, full)).toMatchObject({ amount: '41.00', lines: [[1, '3.10'], [2, '4.00']] });
  });

  it.each([
    ['301.00', 'ABOVE_CEILING'],
    ['149.99', 'BELOW_MINIMUM'],
    ['0.00', 'NOT_POSITIVE'],
    ['', 'MISSING'],
  ])('%s is %s', (amount, code) => {
    expect(faultsOf(LOT, [], offer({ amount }))).toMatchObject([{ field: 'amount', code }]);
  });
});

describe('technical answers', () => {
  it('are asked for one by one, numbers as numbers', () => {
    const answers = { c2: { value: 'six weeks', text: '' } };
    expect(faultsOf(LOT, CRITERIA, offer({ amount: '280', answers })).map(({ field, code }) => [field, code])).toEqual([
      ['answer.c1', 'MISSING'],
      ['answer.c2', 'NOT_A_NUMBER'],
      ['answer.c3', 'MISSING'],
    ]);
  });

  it('are sealed in plain digits', () => {
    const answers = { c1: { value: '', text: ' our way ' }, c2: { value: '４２', text: '' }, c3: { value: '1', text: '' } };
    expect(answersOf(CRITERIA, offer({ answers }))).toEqual([
      { criterion: 'c1', value: '', text: 'our way' },
      { criterion: 'c2', value: '42', text: '' },
      { criterion: 'c3', value: '1', text: '' },
    ]);
  });
});

it('knows a change since sealing, whatever the order of typing', () => {
  const first = offer({ amount: '1', answers: { a: { value: '1', text: '' }, b: { value: '', text: 'x' } } });
  const second = offer({ amount: '1', answers: { b: { value: '', text: 'x' }, a: { value: '1', text: '' }, c: { value: '', text: '' } } });
  expect(stampOf(first, [])).toBe(stampOf(second, []));
  expect(stampOf(first, [{ name: 'f', size: 1 }])).not.toBe(stampOf(first, []));
});
