import { describe, expect, it } from 'vitest';

import { mayAct, turnAt } from './format-pace';

const FROM = '2026-11-22T10:00:05.000Z';
const UNTIL = '2026-11-22T10:00:25.000Z';
const pace = { stage: 0, stages: 3, acts_from: FROM, acts_until: UNTIL, price: null, is_out: false, is_done: false, ends_at: UNTIL };
const at = (text: string) => Date.parse(text);

describe('the own turn', () => {
  it('begins and ends to the millisecond', () => {
    expect(turnAt(pace, at(FROM) - 1)).toBe('ahead');
    expect(turnAt(pace, at(FROM))).toBe('now');
    expect(turnAt(pace, at(UNTIL) - 1)).toBe('now');
    expect(turnAt(pace, at(UNTIL))).toBe('over');
  });

  it('is none before it is told, done when it was used, and out for good', () => {
    expect(turnAt({ ...pace, acts_from: null }, at(FROM))).toBe('none');
    expect(turnAt({ ...pace, is_done: true }, at(FROM))).toBe('done');
    expect(turnAt({ ...pace, is_out: true }, at(FROM))).toBe('out');
  });

  it('stops nobody where time does not move the lot', () => {
    expect(mayAct(null, 0)).toBe(true);
    expect(mayAct(undefined, 0)).toBe(true);
    expect(mayAct(pace, at(FROM) - 1)).toBe(false);
  });
});
