// Texts of a sheet in the reader's language: criteria, levels, answers. Pure.

import { pick, type Lang } from '@/domain/lang';

import type { Answer, Criterion, TwoTongues } from './queries';

export function titleOf(lang: Lang, named: { title_zh: string; title_en: string }): string {
  return pick(lang, { zh: named.title_zh, en: named.title_en });
}

export function levelOf(lang: Lang, criterion: Criterion, mark: number | null): string {
  const level: TwoTongues | undefined = mark === null ? undefined : criterion.levels[mark];
  return level === undefined ? '' : pick(lang, level);
}

/** "128 kPa", the words of a choice, or the short text as it came. */
export function valueOf(lang: Lang, criterion: Criterion, answer: Answer | undefined): string {
  if (answer === undefined) return '';
  if (criterion.answer === 'choice') {
    const chosen = /^\d+$/.test(answer.value) ? criterion.choices[Number(answer.value)] : undefined;
    return chosen === undefined ? answer.value : pick(lang, chosen);
  }
  return criterion.answer === 'number' && criterion.unit !== '' ? `${answer.value} ${criterion.unit}` : answer.value;
}

/** The number of a T-alias: people read "Offer 3", "方案3". */
export function offerNumber(alias: string): string {
  return alias.replace(/^\D+/, '') || alias;
}

/** "40.0000" as "40": a weight is no price. */
export function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}
