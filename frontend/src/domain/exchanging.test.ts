import { describe, expect, it } from 'vitest';

import { converted, highestSent, sentText } from './exchanging';

describe('bids in other currencies', () => {
  it('count as their amount times the rate, half up', () => {
    expect(converted('40.00', '7.1234', 2)).toBe('284.94');
    expect(converted('5000.00', '0.0471', 2)).toBe('235.50');
    expect(sentText('USD', '40.00')).toBe('USD 40.00');
  });

  it.each([
    ['284.08', '7.1234'],
    ['0.05', '0.0471'],
    ['300.00', '1'],
    ['279.30', '3.5'],
  ])('%s at %s: the highest counts as no more, one unit above does', (limit, rate) => {
    const most = highestSent(limit, rate, 2) ?? '0.00';
    const units = BigInt(most.replace('.', ''));
    const above = `${String((units + 1n) / 100n)}.${String((units + 1n) % 100n).padStart(2, '0')}`;
    expect(Number(converted(most, rate, 2))).toBeLessThanOrEqual(Number(limit));
    expect(Number(converted(above, rate, 2))).toBeGreaterThan(Number(limit));
  });

  it('are not possible where nothing is left', () => {
    expect(highestSent('0.01', '7.1234', 2)).toBeNull();
  });
});
