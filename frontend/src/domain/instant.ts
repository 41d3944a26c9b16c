// One formatter of instants for all pages (SCREENS.md 1.3): stored in UTC, shown in the tender's zone and in the viewer's.

import { localeTag, type Lang } from './lang';

/** RFC 3339 in UTC with milliseconds, as the server writes it. */
export type Instant = string;

export type InstantStyle = 'date' | 'minute' | 'second' | 'ms' | 'time' | 'time-second';

export const HOME_ZONE = 'Asia/Shanghai';

/** Milliseconds since 1970 of an instant of the wire. */
export function toMs(at: Instant): number {
  return new Date(at).getTime();
}

/** The viewer's own zone, as the browser knows it. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

const FIELDS: Readonly<Record<InstantStyle, Intl.DateTimeFormatOptions>> = {
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  minute: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  second: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  ms: {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3,
  },
  time: { hour: '2-digit', minute: '2-digit' },
  'time-second': { hour: '2-digit', minute: '2-digit', second: '2-digit' },
};

// To make a formatter costs a hundred times what it costs to use it, and a live page writes hundreds of times a second.
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = tag + JSON.stringify(options);
  const known = made.get(key) ?? new Intl.DateTimeFormat(tag, options);
  made.set(key, known);
  return known;
}

/** The instant in a zone, in the one order both languages read without doubt: 2026-11-21 14:30. */
export function formatInstant(at: Instant | number, zone: string, style: InstantStyle = 'minute'): string {
  // sv-SE writes ISO order with a blank; the marks are the same in Chinese and English pages.
  const format = formatter('sv-SE', { ...FIELDS[style], timeZone: zone, hourCycle: 'h23' });
  return format.format(typeof at === 'number' ? at : new Date(at)).replace(',', '.');
}

/** "北京时间 UTC+8" or the offset alone for zones without a word of their own. */
export function zoneLabel(zone: string, lang: Lang, at: Instant | number): string {
  const offset = zoneOffset(zone, at);
  if (zone !== HOME_ZONE) return offset;
  return lang === 'zh' ? `北京时间 ${offset}` : `Beijing time ${offset}`;
}

/** "UTC+8", "UTC-3:30", "UTC". */
export function zoneOffset(zone: string, at: Instant | number): string {
  const format = formatter('en-US', { timeZone: zone, timeZoneName: 'shortOffset' });
  const part = format.formatToParts(typeof at === 'number' ? at : new Date(at)).find((piece) => piece.type === 'timeZoneName');
  return (part?.value ?? 'UTC').replace('GMT', 'UTC').replace(/^UTC[+-]0$/, 'UTC');
}

/** True where two zones read the same at this instant. */
export function sameWallClock(a: string, b: string, at: Instant | number): boolean {
  return a === b || zoneOffset(a, at) === zoneOffset(b, at);
}

/** "3 days ago" / "2小时后", rounded to the largest unit that fits. */
export function relative(at: Instant, nowMs: number, lang: Lang): string {
  const format = new Intl.RelativeTimeFormat(localeTag(lang), { numeric: 'auto' });
  const seconds = Math.round((toMs(at) - nowMs) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** Remaining time as h:mm:ss; seconds always, tenths never (LR-04). Rounded up, so that zero means over. */
export function formatRemaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** What a date or datetime-local field holds, in the page's words: the field itself follows the browser's language. */
export function inWords(typed: string, lang: Lang): string {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2})?)?/.exec(typed);
  if (found === null) return '';
  const day = new Date(`${found[1] ?? ''}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return '';
  const format = formatter(localeTag(lang), { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long', timeZone: 'UTC' });
  const seconds = found[3] === ':00' ? '' : (found[3] ?? '');
  return found[2] === undefined ? format.format(day) : `${format.format(day)} ${found[2]}${seconds}`;
}
