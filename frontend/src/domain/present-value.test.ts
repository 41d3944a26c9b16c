// The same cents as app/domain/payment_terms.py makes: tests/vectors/present-value.json.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { add, compare } from './money';
import { presentValue, type PaymentTerms, type Worth } from './present-value';

interface Vector extends Worth {
  total: string;
  digits: number;
  rate: string;
  issues: PaymentTerms;
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/vectors/present-value.json'), 'utf8')) as Vector[];

it.each(vectors)('$total at $rate % is $value', ({ total, digits, rate, issues, value, parts }) => {
  const made = presentValue(total, issues, rate, digits);
  expect({ value: made.value, parts: made.parts }).toEqual({ value, parts });
});

it.each(vectors)('$total: the shares add up to the price', ({ total, digits, rate, issues }) => {
  const { parts } = presentValue(total, issues, rate, digits);
  expect(compare(parts.map((part) => part.amount).reduce(add, '0'), total)).toBe(0);
});
