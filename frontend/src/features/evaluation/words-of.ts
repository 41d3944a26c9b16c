// Texts of a sheet in the reader's language: criteria, levels, answers. Pure.

import { pick, type Lang } from '@/domain/lang';
import { divideHalfUp, fromUnits, toUnits } from '@/domain/money';

import type { Criterion, Sheet, TwoTongues } from './queries';

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

/** The percent of all technical points that a criterion decides: its weight times those of the groups it stands in. */
export function shareOfAll(rules: Pick<Sheet['rules'], 'groups'>, criterion: Pick<Criterion, 'weight' | 'parent'>): string {
  // Weights have four decimals at most.
  const digits = 4;
  let units = toUnits(criterion.weight, digits);
  let per = 10n ** BigInt(digits);
  for (let parent = criterion.parent; parent; ) {
    const group = rules.groups?.find((each) => each.id === parent);
    if (group === undefined) break;
    units *= toUnits(group.weight, digits);
    per *= 100n * 10n ** BigInt(digits);
    parent = group.parent;
  }
  return plain(fromUnits(divideHalfUp(units * 100n, per), 2));
}

/** The groups a criterion stands in, the outermost first. */
export function groupsAbove(lang: Lang, rules: Pick<Sheet['rules'], 'groups'>, criterion: Pick<Criterion, 'parent'>): string[] {
  const group = rules.groups?.find((each) => each.id === criterion.parent);
  return group === undefined ? [] : [...groupsAbove(lang, rules, group), titleOf(lang, group)];
}
