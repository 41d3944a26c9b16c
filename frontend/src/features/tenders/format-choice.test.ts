import { describe, expect, it } from 'vitest';

import type { RulesDraft } from './api';
import { changeFormat, changePace } from './format-choice';

describe('the format of a live round', () => {
  it('brings its pace and its length, and takes away what does not go with it', () => {
    const turns = changeFormat('turn_based');
    expect(turns).toMatchObject({ pace: { stages: 3, each_s: 60, slots: 6 }, duration_s: 3 * (5 + 360), soft_close: null, auto_bid: false, feedback: 'rank_only' });
    expect(changeFormat('open_descending')).toMatchObject({ pace: null, duration_s: 1800 });
  });

  it('keeps the length right as the pace changes', () => {
    const rules = { format: 'turn_based', pace: { stages: 3, each_s: 60, slots: 6 } } as RulesDraft;
    expect(changePace(rules, { slots: 4 })).toMatchObject({ duration_s: 3 * (5 + 240) });
    expect(changePace({ ...rules, format: 'open_descending' }, { slots: 4 })).toEqual({});
  });
});
