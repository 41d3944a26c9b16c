import { describe, expect, it } from 'vitest';

import { EMPTY_DRAFT, faultsOf, maySend, minutesOf, pieces, toAct, type ActDraft } from './act-draft';
import type { Leak } from './cockpit-data';
import type { SeriesPoint } from './messages';

const draft = (own: Partial<ActDraft>): ActDraft => ({ ...EMPTY_DRAFT, ...own });
const bids: SeriesPoint[] = [['2026-11-21T06:00:00.000Z', 'C', '271.40', 7]];

describe('an act', () => {
  it('needs a reason that says something and both languages', () => {
    expect(faultsOf('pause', draft({ reason: '123456789' }), [])).toEqual(['reason', 'zh', 'en']);
    expect(faultsOf('pause', draft({ reason: '1234567890', zh: '停', en: 'stop' }), [])).toEqual([]);
    expect(faultsOf('broadcast', draft({ zh: '好', en: ' ' }), [])).toEqual(['en']);
    expect(faultsOf('resume', draft({}), [])).toEqual([]);
    expect(faultsOf('cancel', draft({ reason: '1234567890', zh: '取消' }), [])).toEqual(['en']);
  });

  it('extends by whole minutes, forward only', () => {
    expect(['1', '1440', '0', '-5', '1.5', '1441', ''].map((minutes) => minutesOf(draft({ minutes })))).toEqual([1, 1440, null, null, null, null, null]);
  });

  it('voids a named bid, or the best one where no aliases are shown', () => {
    const reason = 'a slip of the digits';
    expect(faultsOf('void', draft({ reason }), bids)).toEqual(['bid']);
    expect(toAct('void', draft({ reason, bid: 7 }), 'l1', bids)).toEqual({ kind: 'void', lotId: 'l1', body: { n: 7, alias: 'C', reason } });
    expect(faultsOf('void', draft({ reason }), [])).toEqual([]);
    expect(toAct('void', draft({ reason }), 'l1', [])).toMatchObject({ body: { n: null, alias: null } });
  });
});

describe('a message to all', () => {
  const leaks: Leak[] = [
    { where: 'zh', kind: 'amount', start: 2, end: 8 },
    { where: 'en', kind: 'alias', start: 0, end: 8 },
  ];

  it('goes out with numbers that were looked at, and with nothing else that was found', () => {
    expect(maySend([], draft({}))).toBe(true);
    expect(maySend(leaks.slice(0, 1), draft({}))).toBe(false);
    expect(maySend(leaks.slice(0, 1), draft({ amountsChecked: true }))).toBe(true);
    expect(maySend(leaks, draft({ amountsChecked: true }))).toBe(false);
  });

  it('is shown marked where something was found', () => {
    expect(pieces('请报278.46以下', 'zh', leaks)).toEqual([
      { text: '请报', kind: null },
      { text: '278.46', kind: 'amount' },
      { text: '以下', kind: null },
    ]);
    expect(pieces('Bidder C', 'en', leaks)).toEqual([{ text: 'Bidder C', kind: 'alias' }]);
  });
});
