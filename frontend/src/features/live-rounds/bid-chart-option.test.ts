import { expect, it } from 'vitest';

import { named } from './bid-chart-option';

it('names marks that stand apart, and the first of those that touch', () => {
  const range = { fromMs: 0, toMs: 1000 };
  expect(named([100, 110, 219, 220, 900], range)).toEqual([true, false, false, true, true]);
  expect(named([], range)).toEqual([]);
});
