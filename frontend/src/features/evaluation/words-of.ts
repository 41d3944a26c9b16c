// Texts of a sheet in the reader's language: criteria, levels, answers. Pure.

import { pick, type Lang } from '@/domain/lang';

import type { Criterion, TwoTongues } from './queries';

export function titleOf(lang: Lang, named: { title_zh: string; title_en: string }): string {
  return pick(lang, { zh: named.title_zh, en: named.title_en });
}

export function levelOf(lang: Lang, criterion: Criterion, mark: number | null): string {
  const level: TwoTongues | undefined = mark === null ? undefined : criterion.levels[mark];
  return level === undefined ? '' : pick(lang, level);
}

/** "40.0000" as "40": a weight is no price. */
export function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}
