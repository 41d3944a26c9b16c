import { describe, expect, it } from 'vitest';

import { normaliseTyped, parseTyped } from './typed-amount';

describe('what people type', () => {
  it.each([
    ['278.46', '278.46'],
    ['１２３．４', '123.4'],
    ['￥１，２３４．５６', '1234.56'],
    ['¥ 12', '12'],
    ['12.34元', '12.34'],
    ['1,234.56', '1234.56'],
    ['1,234,567', '1234567'],
    ['1 234.56', '1234.56'],
    ['12。5', '12.5'],
    ['007', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['CNY 99.90', '99.90'],
    ['475,962', '475962'],
  ])('%s is %s', (typed, amount) => {
    expect(normaliseTyped(typed)).toEqual({ amount });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['1.234,56', 'ambiguous'],
    ['1.234.567', 'ambiguous'],
    ['12,34', 'ambiguous'],
    ['1,23,456', 'ambiguous'],
    ['1,,234', 'ambiguous'],
    ['abc', 'not_an_amount'],
    ['-5', 'not_an_amount'],
    ['1e3', 'not_an_amount'],
    ['12万', 'not_an_amount'],
    ['123456789012345', 'too_long'],
  ])('%s is refused as %s', (typed, fault) => {
    expect(normaliseTyped(typed)).toEqual({ fault });
  });

  it('refuses a lone comma in pasted text, where it may be a decimal comma', () => {
    expect(normaliseTyped('475,962', 'refuse')).toEqual({ fault: 'ambiguous' });
    expect(normaliseTyped('1,475,962', 'refuse')).toEqual({ amount: '1475962' });
    expect(normaliseTyped('10,000.00', 'refuse')).toEqual({ amount: '10000.00' });
  });

  it('rounds nothing for the typist', () => {
    expect(parseTyped('1.234', 2)).toEqual({ fault: 'too_precise' });
    expect(parseTyped('1.23', 2)).toEqual({ amount: '1.23' });
  });

  it('never changes the magnitude: the digits that went in are the digits that come out', () => {
    for (const typed of ['1,234.5', '12,345,678.90', '９９９，０００', '0.0001']) {
      const read = normaliseTyped(typed);
      const digits = typed.normalize('NFKC').replace(/[^\d]/g, '');
      expect('amount' in read && read.amount.replace('.', '')).toBe(digits);
    }
  });
});
