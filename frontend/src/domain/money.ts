// Prices: strings of decimals in and out, computed on BigInt, never on floats (STYLE.md section 4, LIVE.md 2.2).

/** A decimal string of the wire: digits, at most one point, an optional leading minus. */
export type Amount = string;

const WIRE = /^-?\d{1,20}(\.\d{1,10})?$/;

/** True for a decimal string as the server writes it; full-width digits, signs of money and groups are not. */
export function isAmount(text: string): boolean {
  return WIRE.test(text);
}

/** How many decimals the string carries. */
export function scaleOf(amount: Amount): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

/** The amount in units of 10^-scale. Throws RangeError where a non-zero decimal would be lost. */
export function toUnits(amount: Amount, scale: number): bigint {
  if (!isAmount(amount)) throw new RangeError(`not an amount: ${amount}`);
  const negative = amount.startsWith('-');
  const [whole = '0', decimals = ''] = amount.replace('-', '').split('.');
  if (/[1-9]/.test(decimals.slice(scale))) throw new RangeError(`more than ${String(scale)} decimals: ${amount}`);
  const units = BigInt(whole + decimals.slice(0, scale).padEnd(scale, '0'));
  return negative ? -units : units;
}

/** The decimal string of units of 10^-scale, with exactly `scale` decimals. */
export function fromUnits(units: bigint, scale: number): Amount {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const decimals = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${units < 0n ? '-' : ''}${whole}${decimals}`;
}

function together(a: Amount, b: Amount): [bigint, bigint, number] {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return [toUnits(a, scale), toUnits(b, scale), scale];
}

/** -1, 0 or 1, whatever the number of decimals on either side. */
export function compare(a: Amount, b: Amount): -1 | 0 | 1 {
  const [x, y] = together(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: Amount, b: Amount): Amount {
  const [x, y, scale] = together(a, b);
  return fromUnits(x + y, scale);
}

export function subtract(a: Amount, b: Amount): Amount {
  const [x, y, scale] = together(a, b);
  return fromUnits(x - y, scale);
}

/** Division of integers, half away from zero: the rounding people do by hand. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

/** The amount at another number of decimals, half up. */
export function rescale(amount: Amount, scale: number): Amount {
  const from = scaleOf(amount);
  const units = toUnits(amount, from);
  if (from <= scale) return fromUnits(units * 10n ** BigInt(scale - from), scale);
  return fromUnits(divideHalfUp(units, 10n ** BigInt(from - scale)), scale);
}

/** amount × quantity with `scale` decimals, rounded once, half up. */
export function multiply(amount: Amount, quantity: Amount, scale: number): Amount {
  const inner = scaleOf(amount) + scaleOf(quantity);
  const product = toUnits(amount, scaleOf(amount)) * toUnits(quantity, scaleOf(quantity));
  return rescale(fromUnits(product, inner), scale);
}

/** (to − from) / from in percent, half up, with `digits` decimals; null where `from` is zero. */
export function percentChange(from: Amount, to: Amount, digits = 2): string | null {
  const [x, y] = together(from, to);
  if (x === 0n) return null;
  return fromUnits(divideHalfUp((y - x) * 100n * 10n ** BigInt(digits), x), digits);
}

/** Thousands separators on the whole part; the decimals stay as they are. */
export function group(amount: Amount): string {
  const [whole = '', decimals] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

// ISO 4217 minor units where they are not two; the server's table is the authority, this one only shapes the screen.
const MINOR_UNITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, KWD: 3, BHD: 3, OMR: 3, TND: 3 };

export function minorUnits(currency: string): number {
  return MINOR_UNITS[currency] ?? 2;
}

const SYMBOLS: Readonly<Record<string, string>> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', JPY: 'JP¥', KRW: '₩', INR: '₹' };

/** The sign before an amount; the code itself (with a space) for currencies without a sign everybody knows. */
export function currencySign(currency: string): string {
  return SYMBOLS[currency] ?? `${currency} `;
}
