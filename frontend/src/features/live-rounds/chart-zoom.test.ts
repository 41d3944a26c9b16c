import { describe, expect, it } from 'vitest';

import { lookedAt, rangeOf, stepped } from './chart-zoom';

const MINUTE = 60_000;
const lived = { opens: 0, present: 20 * MINUTE, end: 30 * MINUTE };

describe('the zoom of the chart', () => {
  it('has spans that move with time and ranges that stand', () => {
    expect(rangeOf('last_10', lived)).toEqual({ fromMs: 10 * MINUTE, toMs: 21 * MINUTE });
    expect(rangeOf('whole', lived)).toEqual({ fromMs: 0, toMs: 30 * MINUTE });
    expect(rangeOf({ fromMs: 1, toMs: 2 }, lived)).toEqual({ fromMs: 1, toMs: 2 });
  });

  it('halves, doubles and moves, and stays inside the round', () => {
    const range = { fromMs: 10 * MINUTE, toMs: 20 * MINUTE };
    expect(stepped(range, 'in', lived)).toEqual({ fromMs: 12.5 * MINUTE, toMs: 17.5 * MINUTE });
    expect(stepped(range, 'out', lived)).toEqual({ fromMs: 5 * MINUTE, toMs: 25 * MINUTE });
    expect(stepped(range, 'later', lived)).toEqual({ fromMs: 15 * MINUTE, toMs: 25 * MINUTE });
    expect(stepped({ fromMs: 0, toMs: 10 * MINUTE }, 'earlier', lived)).toEqual({ fromMs: 0, toMs: 10 * MINUTE });
    expect(stepped({ fromMs: 25 * MINUTE, toMs: 30 * MINUTE }, 'later', lived)).toEqual({ fromMs: 25 * MINUTE, toMs: 30 * MINUTE });
    let near = range;
    for (let press = 0; press < 20; press += 1) near = stepped(near, 'in', lived);
    expect(near.toMs - near.fromMs).toBe(MINUTE / 2);
  });

  it('comes to an instant of the log', () => {
    expect(lookedAt(MINUTE, lived)).toEqual({ fromMs: 0, toMs: 4 * MINUTE });
    expect(lookedAt(10 * MINUTE, lived)).toEqual({ fromMs: 8 * MINUTE, toMs: 12 * MINUTE });
  });
});
