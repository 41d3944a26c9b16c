import { describe, expect, it } from 'vitest';

import type { Draft, ParsedRow } from './api';
import { addLot, adopting, changeLot, EMPTY_LOT, faultAt, linesOf, removeLot, tidied } from './draft-edit';

const draft = (lots: number): Draft =>
  ({ lots: Array.from({ length: lots }, (_, n) => ({ ...EMPTY_LOT, id: `l${n}`, unit: '台' })), rules: { lots: 'parallel', stagger_s: 0 } }) as unknown as Draft;

describe('lots', () => {
  it('close one after the other once there are two, and not with one', () => {
    const two = addLot(draft(1));
    expect(two.lots[1]).toMatchObject({ id: '', unit: '台' });
    expect(two.rules).toMatchObject({ lots: 'staggered', stagger_s: 300 });
    expect(removeLot(two, 1).rules).toMatchObject({ lots: 'parallel', stagger_s: 0 });
  });

  it('change one at a time', () => {
    const changed = changeLot(draft(2), 1, { quantity: '5' });
    expect(changed.lots.map((lot) => lot.quantity)).toEqual(['', '5']);
  });
});

describe('pasted rows', () => {
  const row: ParsedRow = {
    number: 3,
    is_clean: false,
    values: { description: '压缩机', unit: '台' },
    cells: [
      { column: 'description', address: 'A3', typed: '压缩机', value: '压缩机', fault: null, choices: [] },
      { column: 'quantity', address: 'B3', typed: '1.234', value: null, fault: 'AMBIGUOUS', choices: ['1.234', '1234'] },
    ],
  };

  it('take what was read, and what a person put for a fault', () => {
    expect(linesOf([row], {})).toMatchObject([{ description: '压缩机', quantity: '', unit: '台' }]);
    expect(linesOf([row], { '3.B3.quantity': '1234' })).toMatchObject([{ quantity: '1234' }]);
  });
});

describe('faults and amounts', () => {
  it('say what is missing only when submitting', () => {
    const faults = [{ field: 'title_zh', code: 'MISSING_VALUE', detail: {} }];
    expect(faultAt(faults, 'title_zh', false)).toBeUndefined();
    expect(faultAt(faults, 'title_zh', true)?.code).toBe('MISSING_VALUE');
  });

  it.each([
    ['１，２３４．５', '1234.5'],
    ['¥ 300', '300'],
    ['475,962', '475,962'],
    ['1.234,56', '1.234,56'],
    ['abc', 'abc'],
  ])('%s is written %s', (typed, shown) => {
    expect(tidied(typed)).toBe(shown);
  });
});

describe('a saved draft', () => {
  it('replaces ours where nothing was typed meanwhile, else gives new lots their names', () => {
    const sent = addLot(draft(1));
    const stored = changeLot(sent, 1, { id: 'new', quantity: '12' });
    expect(adopting(sent, sent, stored)).toBe(stored);
    const typed = changeLot(sent, 1, { quantity: '13' });
    expect(adopting(typed, sent, stored).lots[1]).toMatchObject({ id: 'new', quantity: '13' });
  });
});
