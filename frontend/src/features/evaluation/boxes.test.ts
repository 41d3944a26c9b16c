import { describe, expect, it } from 'vitest';

import { boxBetween, spotOf, typedBox } from './boxes';

describe('boxes', () => {
  it('are told in thousandths of the page, whatever way they were drawn', () => {
    const frame = { left: 100, top: 50, width: 500, height: 1000 };
    const [first, second] = [spotOf({ x: 350, y: 550 }, frame), spotOf({ x: 90, y: 5000 }, frame)];
    expect(first).toEqual({ x: 500, y: 500 });
    expect(second).toEqual({ x: 0, y: 1000 });
    expect(boxBetween(first, second)).toEqual({ left: 0, top: 500, width: 500, height: 500 });
  });

  it('leave nothing at their edge, and a slip is none', () => {
    expect(boxBetween({ x: 10.6, y: 10.6 }, { x: 20.2, y: 30.1 })).toEqual({ left: 10, top: 10, width: 11, height: 21 });
    expect(boxBetween({ x: 10, y: 10 }, { x: 12, y: 400 })).toBeNull();
  });

  it('that are typed lie on the page', () => {
    expect(typedBox({ left: '0', top: '0', width: '1000', height: '120' })).toEqual({ left: 0, top: 0, width: 1000, height: 120 });
    expect(typedBox({ left: '1', top: '0', width: '1000', height: '120' })).toBeNull();
    expect(typedBox({ left: '', top: '0', width: '1', height: '1' })).toBeNull();
  });
});
