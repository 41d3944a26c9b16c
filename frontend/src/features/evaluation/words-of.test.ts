import { expect, it } from 'vitest';

import { groupsAbove, shareOfAll } from './words-of';

const GROUPS = [
  { id: 'g1', title_zh: '方案', title_en: 'Solution', weight: '66.67' },
  { id: 'g2', title_zh: '质量', title_en: 'Quality', weight: '30', parent: 'g1' },
];

it('multiplies the weights down the tree, and rounds once', () => {
  expect(shareOfAll({ groups: [] }, { weight: '40.0000', parent: null })).toBe('40');
  expect(shareOfAll({ groups: GROUPS }, { weight: '60', parent: 'g1' })).toBe('40');
  // 66.67 · 30/100 · 12.5/100 = 2.500125.
  expect(shareOfAll({ groups: GROUPS }, { weight: '12.5', parent: 'g2' })).toBe('2.5');
  expect(groupsAbove('en', { groups: GROUPS }, { parent: 'g2' })).toEqual(['Solution', 'Quality']);
});
