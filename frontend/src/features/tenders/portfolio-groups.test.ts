import { describe, expect, it } from 'vitest';

import type { PortfolioRow } from './api';
import { groupOf, placeOf, sortRows } from './portfolio-groups';

const row = (own: Partial<PortfolioRow>): PortfolioRow =>
  ({ id: 't', round_id: 'r', state: 'draft', phase: 'D', edited_at: '2026-11-21T00:00:00.000Z', next_deadline: null, ...own }) as PortfolioRow;

describe('the portfolio', () => {
  it('puts each tender on one heap, with the place of its work', () => {
    const cases = [
      [row({}), 'draft', '/tenders/t/edit'],
      [row({ state: 'responding', phase: 'Q' }), 'waiting', '/tenders/t'],
      [row({ state: 'response_closed', phase: 'L' }), 'live', '/cockpit/r'],
      [row({ state: 'evaluation', phase: 'P' }), 'deciding', '/tenders/t/decision'],
      [row({ state: 'awarded', phase: 'W' }), 'done', '/tenders/t/result'],
      [row({ state: 'cancelled', phase: 'Q' }), 'done', '/tenders/t'],
    ] as const;
    for (const [tender, group, to] of cases) {
      expect(groupOf(tender)).toBe(group);
      expect(placeOf(tender).to).toBe(to);
    }
  });

  it('lists what runs first, then what waits, then by deadline', () => {
    const at = (hour: string) => ({ kind: 'opens_at' as const, at: `2026-11-22T${hour}:00:00.000Z` });
    const rows = [
      row({ id: 'late', state: 'responding', phase: 'Q', next_deadline: at('12') }),
      row({ id: 'draft' }),
      row({ id: 'soon', state: 'responding', phase: 'Q', next_deadline: at('08') }),
      row({ id: 'live', state: 'response_closed', phase: 'L' }),
    ];
    expect(sortRows(rows).map((each) => each.id)).toEqual(['live', 'soon', 'late', 'draft']);
  });
});
