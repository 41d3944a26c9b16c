import { describe, expect, it } from 'vitest';

import { figureText } from './lot-view';

describe('an evaluated price', () => {
  it.each([
    ['275.0000', 2, '¥275.00'],
    ['274.7250', 2, '¥274.725'],
    ['100.0000', 0, '¥100'],
    ['0.3333', 4, '¥0.3333'],
  ])('%s at %i decimals is %s', (figure, scale, shown) => {
    expect(figureText(figure, scale, 'CNY')).toBe(shown);
  });
});
