import { describe, expect, it } from 'vitest';

import type { RulesDraft } from './api';
import { changeBasis } from './basis-fields';

const rules = (change: Partial<RulesDraft> = {}) => ({ basis: 'price', feedback: 'best_price', factors: null, tells_lead: false, ...change }) as RulesDraft;

describe('choosing what bids are ranked by', () => {
  it('brings values by grade and takes back what would mislead', () => {
    expect(changeBasis(rules(), 'bonus_malus')).toMatchObject({ feedback: 'rank_only', factors: { measure: 'percent' } });
    expect(changeBasis(rules(), 'coefficient')).toMatchObject({ factors: { measure: null } });
  });

  it('shows points where there are points, and forgets them with them', () => {
    expect(changeBasis(rules(), 'points')).toMatchObject({ feedback: 'score_rank', factors: null });
    expect(changeBasis(rules({ basis: 'points', feedback: 'score_rank', tells_lead: true }), 'price')).toEqual({ basis: 'price', factors: null, feedback: 'rank_only', tells_lead: false });
  });
});
