import { expect, it } from 'vitest';

import { quantityText, UNITS, unitText } from './units';

it('shows a known unit in the language of the page, and any other as it was typed', () => {
  expect(UNITS.map((unit) => unitText('en', unit))).toEqual(['unit', 'piece', 'set', 'piece', 't', 'kg', 'm', 'pcs', 'set', 't', 'kg', 'm']);
  expect(UNITS.map((unit) => unitText('zh', unit)).every((unit) => /^\p{Script=Han}+$/u.test(unit))).toBe(true);
  expect([unitText('zh', 'kWh'), unitText('en', 'kWh'), unitText('en', '')]).toEqual(['kWh', 'kWh', '']);
});

it('counts', () => {
  expect(quantityText('en', '380000', '台')).toBe('380,000 units');
  expect(quantityText('en', '1', '台')).toBe('1 unit');
  expect(quantityText('zh', '1200', 'set')).toBe('1,200 套');
  expect(quantityText('en', '12', '周 / weeks')).toBe('12 周 / weeks');
});
