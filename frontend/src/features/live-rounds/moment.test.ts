import { describe, expect, it } from 'vitest';

import { toMs } from '@/domain/instant';

import type { LotStatus, LotTimes } from './messages';
import { elapsedShare, mayBid, mayType, momentOf, timerEnd } from './moment';

const closes = '2026-11-21T06:30:00.000Z';
const lot = (status: LotStatus): LotTimes => ({
  lot_id: 'l1',
  status,
  opens_at: '2026-11-21T06:00:00.000Z',
  closes_at: closes,
  hard_stop_at: '2026-11-21T07:15:00.000Z',
  extensions: 0,
  max_extensions: 10,
  pause_reason: null,
  resume_at: null,
});
const WINDOW = 180_000;

describe('the moment', () => {
  it.each([
    [180_001, 'open'],
    [180_000, 'window'],
    [1, 'window'],
    [0, 'closing'],
    [-600_000, 'closing'],
  ])('%i ms before the close is %s', (left, moment) => {
    for (const status of ['open', 'overtime'] as const) {
      expect(momentOf(lot(status), toMs(closes) - left, WINDOW)).toBe(moment);
    }
  });

  it('is closed, paused or open on the server’s word only', () => {
    expect(momentOf(lot('scheduled'), toMs(closes), WINDOW)).toBe('waiting');
    expect(momentOf(lot('closed'), 0, WINDOW)).toBe('closed');
    expect(momentOf(lot('paused'), toMs(closes) + 1, WINDOW)).toBe('paused');
  });

  it('tells what is possible', () => {
    const moments = ['waiting', 'open', 'window', 'paused', 'closing', 'closed', 'cancelled'] as const;
    expect(moments.filter(mayBid)).toEqual(['open', 'window']);
    expect(moments.filter((moment) => !mayType(moment))).toEqual(['closed', 'cancelled']);
    expect(timerEnd(lot('scheduled'), 'waiting')).toBe('2026-11-21T06:00:00.000Z');
    expect(timerEnd(lot('paused'), 'paused')).toBeNull();
  });

  it('measures how much time has run', () => {
    expect([0, 900_000, 1_800_000, 9_999_999].map((ms) => elapsedShare(lot('open'), toMs(lot('open').opens_at) + ms))).toEqual([0, 500, 1000, 1000]);
  });
});
