import { describe, expect, it } from 'vitest';

import { readPasted, type NumberStyle, type PastedRow } from './pasted-bids';

const LOTS = [
  { id: 'a', number: 1, scale: 2, titles: ['1.0 匹变频', '1.0 HP inverter'] },
  { id: 'b', number: 2, scale: 2, titles: ['1.5 匹变频', '1.5 HP inverter'] },
  { id: 'c', number: 12, scale: 0, titles: ['纸箱', 'Cartons'] },
];

function read(text: string, style: NumberStyle = 'unstated', column?: number): string {
  const told = (row: PastedRow) => `${row.lotId ?? '?'}=${row.fault ?? row.amount ?? '?'}`;
  return readPasted(text, LOTS, style, column).rows.map(told).join(' ');
}

describe('one cell as spreadsheets write it', () => {
  it.each<[string, string, NumberStyle?]>([
    ['278.46', '278.46'],
    ['1,234.56', '1234.56'],
    ['1,234,567.80', '1234567.8'],
    ['1234567', '1234567'],
    ['１２３．４', '123.4'],
    ['￥１，２３４．５６', '1234.56'],
    ['¥12', '12'],
    ['¥ 12.00', '12'],
    ['12.5元', '12.5'],
    ['CNY 99.90', '99.9'],
    ['99.90 CNY', '99.9'],
    ['RMB1,000.5', '1000.5'],
    ['"1,234.56"', '1234.56'],
    ['1 234.56', '1234.56'],
    ['1 234.56', '1234.56'],
    ['278.4600', '278.46'],
    ['.5', '0.5'],
    ['475,962', 'ambiguous'],
    ['475,962', '475962', 'point'],
    ['475,96', '475.96', 'comma'],
    ['475,962', 'too_precise', 'comma'],
    ['1.234', 'ambiguous'],
    ['1.234', 'too_precise', 'point'],
    ['1.234', '1234', 'comma'],
    ['1.234,56', 'ambiguous'],
    ['1.234,56', '1234.56', 'comma'],
    ['1.234.567,8', '1234567.8', 'comma'],
    ['1,234.56', 'ambiguous', 'comma'],
    ['12.34', 'ambiguous', 'comma'],
    ['12,34', 'ambiguous'],
    ['12,34', 'ambiguous', 'point'],
    ['278.465', 'too_precise', 'point'],
    ['1e5', 'not_an_amount'],
    ['-5', 'not_an_amount'],
    ['#REF!', 'not_an_amount'],
    ['12万', 'not_an_amount'],
    ['(278.46)', 'not_an_amount'],
    ['', 'no_amount'],
    ['123456789012345', 'too_long'],
  ])('%s is %s', (cell, meant, style) => {
    expect(read(`1\t${cell}\n2\t100`, style)).toBe(`a=${meant} b=100`);
  });
});

describe('rows and lots', () => {
  it.each([
    ['by number', '1\t10\n12\t30\n2\t20', 'a=10 c=30 b=20'],
    ['by other numbers', 'L1\t10\nLot 2\t20\n采购包12\t30', 'a=10 b=20 c=30'],
    ['by title', '1.5 匹变频\t20\nCartons\t30', 'b=20 c=30'],
    ['in order, where nobody is named', '10\n20\n30', 'a=10 b=20 c=30'],
    ['in order, under a heading', '新报价\n10\n20\n30', 'a=10 b=20 c=30'],
    ['under a heading and an empty line', 'Lot\tPrice\r\n\r\n1\t10\r\n2\t20', 'a=10 b=20'],
    ['with an empty cell before', '\t1\t10', 'a=10'],
    ['with a merged cell below', '1\t10\n\t20', 'a=10 ?=no_lot'],
    ['with a lot that is not there', '1\t10\n7\t20', 'a=10 ?=no_lot'],
    ['with one lot twice', '1\t10\n1\t11\n2\t20', 'a=twice a=twice b=20'],
    ['fewer amounts than lots, unnamed', '10\n20', '?=no_lot ?=no_lot'],
    ['with decimals where there are none', '12\t30.5', 'c=too_precise'],
    ['with .00 where there are none', '12\t30.00', 'c=30'],
    ['nothing', ' \n\t\n', ''],
  ])('%s', (_, text, meant) => {
    expect(read(text)).toBe(meant);
  });

  it('reads the last column, or the one that is asked for', () => {
    const text = 'Lot\tQty\tPrice\tTotal\n1\t5\t10.5\t52.5\n2\t6\t20\t120';
    expect(read(text)).toBe('a=52.5 b=120');
    expect(read(text, 'unstated', 1)).toBe('a=10.5 b=20');
    expect(readPasted(text, LOTS, 'unstated')).toMatchObject({ columns: 3, column: 2 });
  });
});
