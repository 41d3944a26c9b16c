// A lot as the room shows it: its published facts and its state together, and its amounts as text.
import { pick, type Lang } from '@/domain/lang';
import { currencySign, group, multiply, type Amount } from '@/domain/money';

import type { Translate } from '@/i18n/use-words';

import type { LotTimes, SupplierLot } from './messages';
import type { Moment } from './moment';
import type { RoundInfo, RoundLot, RoundTender } from './room-data';

export interface LotView<State extends LotTimes = SupplierLot> {
  facts: RoundLot;
  state: State;
}

/** The lots in the order of their numbers; one whose state has not arrived is left out. */
export function lotViews<State extends LotTimes>(info: RoundInfo, states: readonly State[]): LotView<State>[] {
  return [...info.lots]
    .sort((a, b) => a.number - b.number)
    .flatMap((facts) => {
      const state = states.find((each) => each.lot_id === facts.id);
      return state === undefined ? [] : [{ facts, state }];
    });
}

export function lotTitle(lang: Lang, lot: { title_zh: string; title_en: string }): string {
  return pick(lang, { zh: lot.title_zh, en: lot.title_en });
}

/** ¥278.46, for sentences; a table takes <Money>. */
export function moneyText(amount: Amount, currency: string): string {
  const sign = amount.startsWith('-') ? '−' : '';
  return `${sign}${currencySign(currency)}${group(amount.replace('-', ''))}`;
}

/** An evaluated price: as many decimals as the lot has, more only where they say something. */
export function figureText(figure: Amount, scale: number, currency: string): string {
  const most = figure.split('.')[1]?.length ?? 0;
  let shown = figure;
  for (let left = most; left > scale && shown.endsWith('0'); left -= 1) shown = shown.slice(0, -1);
  return moneyText(shown.replace(/\.$/, ''), currency);
}

/** What the whole lot costs at this amount. */
export function totalOf(lot: RoundLot, amount: Amount): Amount {
  return lot.basis === 'total' ? amount : multiply(amount, lot.quantity, 2);
}

export function taxKey(tender: RoundTender): 'words:tax_included' | 'words:tax_excluded' {
  return tender.tax_basis === 'included' ? 'words:tax_included' : 'words:tax_excluded';
}

/** What is left of a lot, or until it opens. */
export function leftText(moment: Moment, time: string, t: Translate<'live-rounds'>): string {
  return moment === 'waiting' ? t('room.opens_in', { time }) : time;
}

/** 2.50 → 2.5: percentages of rules are shown as they were set. */
export function plainDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** 180 → 3 min, 20 → 20 s. */
export function durationText(seconds: number, t: Translate<'live-rounds'>): string {
  return seconds % 60 === 0 ? t('duration.min', { count: seconds / 60 }) : t('duration.s', { count: seconds });
}

/** 4.90 → 4.90 %; a dash where it cannot be computed. */
export function percentOf(percent: string | null): string {
  return percent === null ? '–' : `${percent.replace('-', '−')}\u00a0%`;
}
