// A supplier's offer for one lot while it is being written, and what still keeps it from being sealed. Pure.
import { add, compare, isAmount, multiply, rescale, type Amount } from '@/domain/money';
import { toHalfWidth } from '@/domain/typed-amount';
import type { Answer, PriceOffer, ScannedText } from '@/sealing/seal';

import type { Criterion, SealedLot } from './queries';

export interface AnswerDraft {
  value: string;
  text: string;
}

export interface OfferDraft {
  amount: Amount;
  /** Unit prices by line number, of lots that are priced as a whole and have lines. */
  lines: Readonly<Record<string, Amount>>;
  answers: Readonly<Record<string, AnswerDraft>>;
  /** Finds of the own name that the supplier has looked at: they identify nobody. */
  cleared: readonly string[];
}

export const EMPTY_OFFER: OfferDraft = { amount: '', lines: {}, answers: {}, cleared: [] };
export const EMPTY_ANSWER: AnswerDraft = { value: '', text: '' };

export interface OfferFault {
  /** 'amount', 'line.3', 'answer.<criterion>'. */
  field: string;
  code: 'MISSING' | 'ABOVE_CEILING' | 'BELOW_MINIMUM' | 'NOT_POSITIVE' | 'NOT_A_NUMBER';
  limit?: Amount;
}

/** Lines are priced one by one where the lot is bought as a whole; a price per unit is one amount. */
export function isPricedByLines(lot: SealedLot): boolean {
  return lot.basis === 'total' && lot.lines.length > 0;
}

export function lineTotal(lot: SealedLot, line: SealedLot['lines'][number], price: Amount | undefined): Amount | null {
  return price === undefined || !isAmount(price) ? null : multiply(price, line.quantity, lot.scale);
}

/** The amount of the lot with exactly its decimals; null while something is missing. */
export function amountOf(lot: SealedLot, offer: OfferDraft): Amount | null {
  if (!isPricedByLines(lot)) return isAmount(offer.amount) ? rescale(offer.amount, lot.scale) : null;
  const totals = lot.lines.map((line) => lineTotal(lot, line, offer.lines[String(line.number)]));
  return totals.reduce<Amount | null>((sum, each) => (sum === null || each === null ? null : add(sum, each)), rescale('0', lot.scale));
}

/** What the whole lot costs at an amount. */
export function worthOf(lot: SealedLot, amount: Amount): Amount {
  return lot.basis === 'total' ? amount : multiply(amount, lot.quantity, 2);
}

export function priceOf(lot: SealedLot, offer: OfferDraft): PriceOffer | null {
  const amount = amountOf(lot, offer);
  if (amount === null) return null;
  const lines = isPricedByLines(lot) ? lot.lines.map((line) => [line.number, rescale(offer.lines[String(line.number)] ?? '0', lot.scale)] as const) : [];
  return { lot: lot.lot_id, currency: lot.currency, amount, scale: lot.scale, lines };
}

function isNumber(text: string): boolean {
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(toHalfWidth(text));
}

/** The answers as they are sealed: numbers in plain digits. */
export function answersOf(criteria: readonly Criterion[], offer: OfferDraft): Answer[] {
  return criteria.map((criterion) => {
    const { value, text } = offer.answers[criterion.id] ?? EMPTY_ANSWER;
    return { criterion: criterion.id, value: criterion.answer === 'number' ? toHalfWidth(value) : value, text: text.trim() };
  });
}

export function faultsOf(lot: SealedLot, criteria: readonly Criterion[], offer: OfferDraft): OfferFault[] {
  return [...answerFaults(criteria, offer), ...priceFaults(lot, offer)];
}

function answerFaults(criteria: readonly Criterion[], offer: OfferDraft): OfferFault[] {
  return criteria.flatMap((criterion): OfferFault[] => {
    const { value, text } = offer.answers[criterion.id] ?? EMPTY_ANSWER;
    const field = `answer.${criterion.id}`;
    const given = criterion.answer === 'text' ? text : value;
    if (given.trim() === '') return [{ field, code: 'MISSING' }];
    return criterion.answer === 'number' && !isNumber(value) ? [{ field, code: 'NOT_A_NUMBER' }] : [];
  });
}

function priceFaults(lot: SealedLot, offer: OfferDraft): OfferFault[] {
  const missing = isPricedByLines(lot)
    ? lot.lines.filter((line) => !isAmount(offer.lines[String(line.number)] ?? '')).map((line): OfferFault => ({ field: `line.${String(line.number)}`, code: 'MISSING' }))
    : [];
  const amount = amountOf(lot, offer);
  if (amount === null) return missing.length > 0 ? missing : [{ field: 'amount', code: 'MISSING' }];
  if (compare(amount, '0') <= 0) return [{ field: 'amount', code: 'NOT_POSITIVE' }];
  if (compare(amount, lot.ceiling_price) > 0) return [{ field: 'amount', code: 'ABOVE_CEILING', limit: lot.ceiling_price }];
  if (lot.minimum_price !== null && compare(amount, lot.minimum_price) < 0) return [{ field: 'amount', code: 'BELOW_MINIMUM', limit: lot.minimum_price }];
  return [];
}

export function isEmptyOffer(offer: OfferDraft, files: number): boolean {
  const isBlank = (texts: readonly string[]) => texts.every((text) => text.trim() === '');
  const answers = Object.values(offer.answers).flatMap(({ value, text }) => [value, text]);
  return files === 0 && isBlank([offer.amount, ...Object.values(offer.lines), ...answers]);
}

/** Every text in which the own name could stand; `where` is the criterion's id or the file's name. */
export function textsOf(criteria: readonly Criterion[], offer: OfferDraft): ScannedText[] {
  return criteria.flatMap((criterion) => {
    const { value, text } = offer.answers[criterion.id] ?? EMPTY_ANSWER;
    const isTyped = criterion.answer !== 'choice';
    return [...(isTyped && value !== '' ? [{ where: criterion.id, text: value }] : []), { where: criterion.id, text }];
  });
}

/** One text for what was sealed, so that a later change can be seen. */
export function stampOf(offer: OfferDraft, files: readonly { name: string; size: number }[]): string {
  const answers = Object.entries(offer.answers).filter(([, { value, text }]) => value !== '' || text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = Object.entries(offer.lines).filter(([, amount]) => amount !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([offer.amount, lines, answers, files.map(({ name, size }) => [name, size])]);
}
