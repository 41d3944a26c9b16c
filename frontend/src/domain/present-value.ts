// What a price under payment terms is worth on the day of signing: the twin of app/domain/payment_terms.py, on integers, to
// the last cent (tests/vectors/present-value.json).

import { divideHalfUp, fromUnits, scaleOf, toUnits, type Amount } from './money';

export interface PaymentTerms {
  /** Percent of the price, as texts. */
  prepayment: string;
  retention: string;
  credit_days: number;
  draft_days: number;
  retention_days: number;
  delivery_days: number;
}

export interface Part {
  kind: 'prepayment' | 'main' | 'retention';
  amount: Amount;
  day: number;
  value: Amount;
}

export interface Worth {
  value: Amount;
  parts: readonly Part[];
}

const DAYS = 365n;
const HUNDRED = 100n;

/** Precondition: terms within their ranges, shares of at most the price, `total` with at most `digits` decimals. */
export function presentValue(total: Amount, terms: PaymentTerms, rate: string, digits: number): Worth {
  const price = toUnits(total, digits);
  const prepaid = share(price, terms.prepayment);
  const wanted = share(price, terms.retention);
  // Of a price of a cent two shares of a half are two cents.
  const kept = wanted < price - prepaid ? wanted : price - prepaid;
  const delivered = terms.delivery_days;
  const rows = [
    ['prepayment', prepaid, 0],
    ['main', price - prepaid - kept, delivered + terms.credit_days + terms.draft_days],
    ['retention', kept, delivered + terms.retention_days],
  ] as const;
  const parts = rows.filter(([, amount]) => amount !== 0n).map(([kind, amount, day]) => ({ kind, day, amount, value: discounted(amount, day, rate) }));
  const told = (units: bigint) => fromUnits(units, digits);
  return {
    value: told(parts.reduce((sum, part) => sum + part.value, 0n)),
    parts: parts.map((part) => ({ ...part, amount: told(part.amount), value: told(part.value) })),
  };
}

function share(price: bigint, percent: string): bigint {
  const scale = scaleOf(percent);
  return divideHalfUp(price * toUnits(percent, scale), HUNDRED * 10n ** BigInt(scale));
}

/** amount × 36500 / (36500 + rate × days): one division, rounded once. */
function discounted(amount: bigint, day: number, rate: string): bigint {
  const scale = scaleOf(rate);
  const whole = DAYS * HUNDRED * 10n ** BigInt(scale);
  return divideHalfUp(amount * whole, whole + toUnits(rate, scale) * BigInt(day));
}
