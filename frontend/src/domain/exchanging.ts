// Bids in other currencies by the rates frozen in the rules: the same arithmetic as app/domain/exchanging.py. The server
// decides; this only says before sending what a bid counts as.
import { fromUnits, multiply, scaleOf, toUnits, type Amount } from './money';

export interface Currencies {
  rates: readonly { currency: string; rate: Amount }[];
  source: string;
  on: string;
}

/** As the wire wants it: the code before the amount. */
export function sentText(currency: string, amount: Amount): string {
  return `${currency} ${amount}`;
}

/** What an amount counts as in the tender's currency, half up to the lot's decimals. */
export function converted(amount: Amount, rate: Amount, scale: number): Amount {
  return multiply(amount, rate, scale);
}

/** The highest amount that counts as no more than a limit: all that lies below half a unit beyond it. */
export function highestSent(limit: Amount, rate: Amount, scale: number): Amount | null {
  const rateScale = scaleOf(rate);
  const numerator = (2n * toUnits(limit, scale) + 1n) * 10n ** BigInt(rateScale) * 10n ** BigInt(scale);
  const denominator = 2n * toUnits(rate, rateScale) * 10n ** BigInt(scale);
  const most = (numerator + denominator - 1n) / denominator - 1n;
  return most > 0n ? fromUnits(most, scale) : null;
}
