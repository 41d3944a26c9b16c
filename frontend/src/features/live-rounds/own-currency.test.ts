import { expect, it } from 'vitest';

import { boundsOf, type LiveRules } from '@/domain/bidding';

import type { LotView } from './lot-view';
import { quoteFor, type OwnCurrency } from './own-currency';

const RULES = { step: { rule: 'at_least', basis: 'own_last', measure: 'percent', size: '0.30' }, change_limit: null } as unknown as LiveRules;
const DOLLARS: OwnCurrency = { code: 'USD', rate: '7.1', codes: ['CNY', 'USD'], choose: () => undefined };
const LOT = { facts: { scale: 2, ceiling_price: '310.00', start_price: null }, state: { own_amount: '300.00' } } as unknown as LotView;

function quoted(own: OwnCurrency, rule: 'at_least' | 'multiple') {
  const bounds = boundsOf({ ...RULES, step: { ...RULES.step, rule } }, LOT.facts, '300.00');
  return bounds === null ? null : quoteFor(own, 'CNY', bounds, LOT, bounds.highest);
}

it('names the highest amount of the own currency that is valid, and what it counts as', () => {
  // 42.12 × 7.1 = 299.052 → 299.05; 42.13 would count as 299.12, above the limit of 299.10.
  expect(quoted(DOLLARS, 'at_least')).toMatchObject({ amount: '299.05', sent: 'USD 42.12', text: '$42.12', own: '300.00' });
});

it('is in the tender\'s currency where that is chosen, or where no amount of the other would be taken', () => {
  const plain = { amount: '299.10', text: '¥299.10', own: '300.00' };
  expect(quoted({ ...DOLLARS, code: 'CNY', rate: null }, 'at_least')).toEqual(plain);
  expect(quoted(DOLLARS, 'multiple')).toEqual(plain);
});
