import { describe, expect, it } from 'vitest';

import { formatInstant, formatRemaining, inWords, relative, sameWallClock, zoneLabel, zoneOffset } from './instant';

const AT = '2026-11-21T06:30:07.042Z';

describe('instants', () => {
  it('shows the tender’s zone', () => {
    expect(formatInstant(AT, 'Asia/Shanghai', 'minute')).toBe('2026-11-21 14:30');
    expect(formatInstant(AT, 'Asia/Shanghai', 'ms')).toBe('2026-11-21 14:30:07.042');
    expect(formatInstant(AT, 'UTC', 'time-second')).toBe('06:30:07');
    expect(formatInstant('2026-11-20T16:00:00.000Z', 'Asia/Shanghai', 'time')).toBe('00:00');
  });

  it('names zones', () => {
    expect(zoneLabel('Asia/Shanghai', 'zh', AT)).toBe('北京时间 UTC+8');
    expect(zoneLabel('Asia/Shanghai', 'en', AT)).toBe('Beijing time UTC+8');
    expect(zoneOffset('America/St_Johns', AT)).toBe('UTC-3:30');
    expect(zoneOffset('UTC', AT)).toBe('UTC');
  });

  it('knows zones that read the same', () => {
    expect(sameWallClock('Asia/Shanghai', 'Asia/Singapore', AT)).toBe(true);
    expect(sameWallClock('Asia/Shanghai', 'Europe/Berlin', AT)).toBe(false);
  });

  it('counts down in whole seconds, rounded up, and stops at zero', () => {
    expect(formatRemaining(252_000)).toBe('00:04:12');
    expect(formatRemaining(1)).toBe('00:00:01');
    expect(formatRemaining(0)).toBe('00:00:00');
    expect(formatRemaining(-5_000)).toBe('00:00:00');
    expect(formatRemaining(100 * 3_600_000)).toBe('100:00:00');
  });

  it('says what a date field holds in the language of the page', () => {
    expect(inWords('2026-11-25', 'zh')).toBe('2026年11月25日星期三');
    expect(inWords('2026-11-25', 'en')).toBe('Wednesday, November 25, 2026');
    expect(inWords('2026-11-25T14:00', 'en')).toBe('Wednesday, November 25, 2026 14:00');
    expect(inWords('2026-11-25T14:00:00', 'zh')).toBe('2026年11月25日星期三 14:00');
    expect(inWords('2026-11-25T14:00:07', 'zh')).toBe('2026年11月25日星期三 14:00:07');
    expect(inWords('', 'zh')).toBe('');
    expect(inWords('2026-13-45', 'zh')).toBe('');
  });

  it('tells distances in words', () => {
    const now = new Date(AT).getTime();
    expect(relative(AT, now + 120_000, 'en')).toBe('2 minutes ago');
    expect(relative(AT, now + 120_000, 'zh')).toBe('2分钟前');
  });
});
