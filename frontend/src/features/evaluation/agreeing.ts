// The agreed value of one cell: what may be typed, and when a reason is due. Pure.

import { compare, isAmount } from '@/domain/money';

/** "3", "3.5": 0 to 5 with at most one decimal (app/domain/marking.py), full-width digits read as digits; null where it is none. */
export function readValue(typed: string): string | null {
  const text = typed
    .trim()
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。，,]/g, '.');
  if (!/^\d(\.\d)?$/.test(text)) return null;
  return compare(text, '5') <= 0 ? text : null;
}

export function isSameValue(a: string, b: string): boolean {
  return isAmount(a) && isAmount(b) ? compare(a, b) === 0 : a === b;
}

/** A value that the rule did not give is explained (SCREENS.md EV-05). */
export function wantsReason(rule: string, value: string): boolean {
  return !isSameValue(rule, value);
}

/** "+0.5", "−1.0", "0.0": a distance with its sign, the minus as printed. */
export function signed(text: string): string {
  if (text.startsWith('-')) return `−${text.slice(1)}`;
  return Number(text) === 0 ? text : `+${text}`;
}

/** Where a value of 0–5 stands on the bar, in percent. */
export function shareOf(value: string): number {
  const [whole = '0', decimals = ''] = value.split('.');
  const hundredths = Number(whole) * 100 + Number(decimals.padEnd(2, '0').slice(0, 2));
  return Math.min(100, hundredths / 5);
}
