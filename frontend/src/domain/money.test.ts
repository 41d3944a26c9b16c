import { describe, expect, it } from 'vitest';

import { add, compare, currencySign, fromUnits, group, isAmount, minorUnits, multiply, percentChange, rescale, subtract, toUnits } from './money';

describe('decimal strings on integers', () => {
  it('knows the form of the wire', () => {
    for (const text of ['0', '278.46', '-1.5', '99999999999999.9999']) expect(isAmount(text)).toBe(true);
    for (const text of ['', '.5', '1.', '1,234', '１２', '1e3', '+1', 'NaN', ' 1']) expect(isAmount(text)).toBe(false);
  });

  it('goes to units and back without loss, where floats would lose', () => {
    expect(toUnits('90071992547409.93', 2)).toBe(9_007_199_254_740_993n);
    expect(fromUnits(9_007_199_254_740_993n, 2)).toBe('90071992547409.93');
    expect(fromUnits(-5n, 2)).toBe('-0.05');
    expect(fromUnits(7n, 0)).toBe('7');
  });

  it('drops zeros but never a decimal that counts', () => {
    expect(toUnits('1.500', 1)).toBe(15n);
    expect(() => toUnits('1.51', 1)).toThrow(RangeError);
    expect(() => toUnits('1,5', 1)).toThrow(RangeError);
  });

  it('compares, adds and subtracts across scales', () => {
    expect(compare('278.46', '278.460')).toBe(0);
    expect(compare('278.4599', '278.46')).toBe(-1);
    expect(compare('1000', '999.99')).toBe(1);
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(subtract('1', '0.9999')).toBe('0.0001');
  });

  it('rounds half away from zero, once', () => {
    expect(rescale('2.345', 2)).toBe('2.35');
    expect(rescale('-2.345', 2)).toBe('-2.35');
    expect(rescale('2.3449', 2)).toBe('2.34');
    expect(rescale('2', 2)).toBe('2.00');
    expect(multiply('271.40', '190000', 2)).toBe('51566000.00');
    expect(multiply('0.005', '1', 2)).toBe('0.01');
  });

  it('tells a change in percent, and nothing about a change from zero', () => {
    expect(percentChange('279.30', '278.46')).toBe('-0.30');
    expect(percentChange('100', '112.5', 1)).toBe('12.5');
    expect(percentChange('0', '1')).toBeNull();
  });

  it('groups thousands and leaves decimals alone', () => {
    expect(group('203190000')).toBe('203,190,000');
    expect(group('999.12345')).toBe('999.12345');
    expect(group('-1234.5')).toBe('-1,234.5');
  });

  it('knows currencies with other minor units', () => {
    expect([minorUnits('CNY'), minorUnits('JPY'), minorUnits('KWD')]).toEqual([2, 0, 3]);
    expect(currencySign('CNY')).toBe('¥');
    expect(currencySign('XTS')).toBe('XTS ');
  });
});
