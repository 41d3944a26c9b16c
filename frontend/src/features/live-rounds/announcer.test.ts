import { describe, expect, it } from 'vitest';

import { Announcer, COALESCE_MS, sayBids, sayLink, sayNotice, sayRank, sayTime, type Utterance } from './announcer';
import type { SupplierLot } from './messages';
import { newBid, type OutboxBid } from './outbox';

const lot = (rank: number | null): SupplierLot => ({
  lot_id: 'l2',
  status: 'open',
  opens_at: '',
  closes_at: '',
  hard_stop_at: '',
  extensions: 0,
  max_extensions: 10,
  pause_reason: null,
  resume_at: null,
  own_amount: '280.00',
  own_seq: 1,
  next_valid: '279.16',
  rank,
  tied: false,
  leading: rank === 1,
  best: null,
});
const bid = (own: Partial<OutboxBid>): OutboxBid => ({
  ...newBid({ bidId: 'b', lotId: 'l2', amount: '278.46', quotedOwn: null, oneTap: true, rulesHash: null, sentAt: 0, basis: '' }),
  ...own,
});

describe('time', () => {
  it('speaks at the milestones only, once', () => {
    const spoken: string[] = [];
    for (let left = 700; left >= -5; left -= 1) {
      for (const said of sayTime(left * 1_000 + 1_000, left * 1_000, '2')) spoken.push(`${said.say} ${said.params.count}`);
    }
    expect(spoken).toEqual([
      'minutes_left 10',
      'minutes_left 5',
      'minutes_left 2',
      'minutes_left 1',
      'seconds_left 30',
      'seconds_left 10',
    ]);
  });

  it('speaks the last of several passed at once, and nothing when time is given back', () => {
    expect(sayTime(400_000, 55_000, '1').map((said) => said.params.count)).toEqual([1]);
    expect(sayTime(9_000, 180_000, '1')).toEqual([]);
  });
});

describe('rank', () => {
  it('is spoken when it gets worse, not when it gets better or appears', () => {
    expect(sayRank(lot(1), lot(3), '2')).toMatchObject([{ say: 'rank_worse', params: { lot: '2', rank: 3 } }]);
    expect(sayRank(lot(3), lot(1), '2')).toEqual([]);
    expect(sayRank(lot(null), lot(4), '2')).toEqual([]);
    expect(sayRank(undefined, lot(4), '2')).toEqual([]);
  });

  it('is coalesced: a fall through three ranks is one sentence', () => {
    const spoken: Utterance[] = [];
    const timers: { run: () => void; ms: number }[] = [];
    const announcer = new Announcer({ speak: (each) => spoken.push(each), later: (run, ms) => timers.push({ run, ms }), isQuiet: () => false });
    announcer.hear(sayRank(lot(1), lot(2), '2'));
    announcer.hear(sayRank(lot(2), lot(4), '2'));
    expect(spoken).toEqual([]);
    expect(timers.map((timer) => timer.ms)).toEqual([COALESCE_MS]);
    timers[0]?.run();
    expect(spoken.map((each) => each.params.rank)).toEqual([4]);
  });
});

describe('own bids', () => {
  it('are spoken when answered, and only then', () => {
    const sending = bid({});
    expect(sayBids([], [sending])).toEqual([]);
    expect(sayBids([sending], [bid({ state: 'unknown' })])).toEqual([]);
    expect(sayBids([sending], [bid({ state: 'accepted' })])).toMatchObject([{ region: 'status', say: 'accepted' }]);
    const refused = bid({ state: 'refused', code: 'STEP_TOO_SMALL', detail: { next_valid: '278.40' } });
    expect(sayBids([sending], [refused])).toMatchObject([
      { region: 'alert', say: 'refused', params: { code: 'STEP_TOO_SMALL', next_valid: '278.40' } },
    ]);
    expect(sayBids([bid({ state: 'unknown' })], [bid({ state: 'unsent' })])).toMatchObject([{ region: 'alert' }]);
  });
});

describe('quiet mode', () => {
  it('keeps own bids, extension, close and connection', () => {
    const spoken: string[] = [];
    const announcer = new Announcer({ speak: (each) => spoken.push(each.say), later: () => undefined, isQuiet: () => true });
    const notice = (kind: 'extension' | 'closed' | 'broadcast' | 'pause') =>
      sayNotice({ type: 'notice', kind, lot_id: 'l2', params: {}, at: '' }, '2');
    announcer.hear([notice('extension'), notice('broadcast'), notice('closed'), notice('pause')]);
    announcer.hear(sayTime(61_000, 60_000, '2'));
    announcer.hear(sayBids([bid({})], [bid({ state: 'accepted' })]));
    announcer.hear(sayLink('live', 'reconnecting'));
    expect(spoken).toEqual(['extension', 'closed', 'accepted', 'lost']);
  });
});

describe('connection', () => {
  it('is spoken once a change', () => {
    expect(sayLink('connecting', 'live')).toEqual([]);
    expect(sayLink('live', 'slow')).toEqual([]);
    expect(sayLink('slow', 'reconnecting').map((each) => each.say)).toEqual(['lost']);
    expect(sayLink('reconnecting', 'offline')).toEqual([]);
    expect(sayLink('offline', 'live').map((each) => each.say)).toEqual(['back']);
  });
});
