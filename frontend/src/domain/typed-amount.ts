// What people type into a price field, made a decimal string or refused; no magnitude ever changes silently (SCREENS.md 1.4, LR-29).

import { scaleOf, type Amount } from './money';

export type TypedFault = 'empty' | 'ambiguous' | 'not_an_amount' | 'too_precise' | 'too_long';
export type Typed = { amount: Amount } | { fault: TypedFault };

/**
 * How a lone comma before three digits is read: as the separator of thousands our own fields write,
 * or refused, because a pasted "475,962" may come from a sheet with decimal commas.
 */
export type CommaReading = 'thousands' | 'refuse';

/** Full-width digits and marks to half-width; spaces, currency marks and the word 元 are dropped. */
export function toHalfWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0))
    .replace(/[\u3002\u00B7]/g, '.')
    .replace(/\u3001/g, ',')
    .replace(/[\s\u00A0\u2007\u202F\u3000]/g, '')
    .replace(/^(CNY|RMB|USD|EUR|¥|\uFFE5|\$|€)/i, '')
    .replace(/(元|CNY|RMB)$/i, '');
}

/** The amount meant by typed or pasted text. "1.234,56" is refused as ambiguous, never read one way or the other. */
export function normaliseTyped(text: string, commas: CommaReading = 'thousands'): Typed {
  const plain = toHalfWidth(text);
  if (plain === '') return { fault: 'empty' };
  if (/^\d+(\.\d*)?$|^\.\d+$/.test(plain)) return sized(plain);
  if (!/^[\d.,]+$/.test(plain)) return { fault: 'not_an_amount' };
  const wellGrouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain);
  // Two groups or a decimal point beside the comma leave one reading only.
  const isCertain = wellGrouped && (plain.includes('.') || plain.split(',').length > 2);
  if (isCertain || (wellGrouped && commas === 'thousands')) return sized(plain.replaceAll(',', ''));
  return { fault: 'ambiguous' };
}

function sized(plain: string): Typed {
  const [whole = '', decimals = ''] = plain.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  // The wire takes fourteen digits before the point.
  if (digits.length > 14) return { fault: 'too_long' };
  return { amount: decimals === '' ? digits : `${digits}.${decimals}` };
}

/** As normaliseTyped, and no more decimals than the lot's scale: nothing is rounded for the typist. */
export function parseTyped(text: string, scale: number, commas: CommaReading = 'thousands'): Typed {
  const typed = normaliseTyped(text, commas);
  if ('amount' in typed && scaleOf(typed.amount) > scale) return { fault: 'too_precise' };
  return typed;
}
