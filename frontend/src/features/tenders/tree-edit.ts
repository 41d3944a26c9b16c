// The tree of criteria: groups within groups, criteria in them. Whole drafts in, whole drafts out. Pure.
import { add, isAmount, type Amount } from '@/domain/money';

import type { Draft, GroupDraft, TechnicalDraft } from './api';
import { changeTechnical, EMPTY_CRITERION, technicalOf } from './evaluation-edit';

const DEEPEST = 3;

export interface Place<T> {
  item: T;
  /** Its place in the draft's own list: faults name it. */
  at: number;
}

/** What stands in a group, or at the top (''). */
export function childrenOf<T extends { parent?: string | null }>(list: readonly T[], parent: string): Place<T>[] {
  return list.map((item, at) => ({ item, at })).filter(({ item }) => (item.parent ?? '') === parent);
}

/** The sum of the weights that stand in one place, as typed; null while one of them is no number. */
export function weightSum(technical: TechnicalDraft, parent: string): Amount | null {
  const listed = [...childrenOf(technical.groups, parent), ...childrenOf(technical.criteria, parent)];
  return listed.reduce<Amount | null>((sum, { item }) => (sum === null || !isAmount(item.weight) ? null : add(sum, item.weight)), '0');
}

function depthOf(groups: readonly GroupDraft[], id: string): number {
  const group = groups.find((each) => each.id === id);
  return group === undefined ? 0 : 1 + depthOf(groups.slice(0, groups.indexOf(group)), group.parent);
}

export function mayHoldGroups(groups: readonly GroupDraft[], id: string): boolean {
  return depthOf(groups, id) < DEEPEST;
}

export function addCriterion(draft: Draft, parent = ''): Draft {
  return changeTechnical(draft, { criteria: [...technicalOf(draft).criteria, { ...EMPTY_CRITERION, parent }] });
}

/** A new group stands after the one it is in, with one empty criterion: an empty group would be none. */
export function addGroup(draft: Draft, parent = ''): Draft {
  const { groups } = technicalOf(draft);
  const used = new Set(groups.map(({ id }) => id));
  const number = Array.from({ length: groups.length + 1 }, (_, at) => at + 1).find((each) => !used.has(`g${String(each)}`)) ?? groups.length + 1;
  const id = `g${String(number)}`;
  const group: GroupDraft = { id, title_zh: '', title_en: '', weight: '', parent, threshold: '' };
  return addCriterion(changeTechnical(draft, { groups: [...groups, group] }), id);
}

export function changeGroup(draft: Draft, at: number, change: Partial<GroupDraft>): Draft {
  const { groups } = technicalOf(draft);
  return changeTechnical(draft, { groups: groups.map((one, place) => (place === at ? { ...one, ...change } : one)) });
}

/** What stood in a removed group moves to where the group stood. */
export function removeGroup(draft: Draft, at: number): Draft {
  const { groups, criteria } = technicalOf(draft);
  const removed = groups[at];
  if (removed === undefined) return draft;
  const rise = <T extends { parent: string }>(one: T): T => (one.parent === removed.id ? { ...one, parent: removed.parent } : one);
  return changeTechnical(draft, { groups: groups.filter((_, place) => place !== at).map(rise), criteria: criteria.map(rise) });
}

export function removeCriterion(draft: Draft, at: number): Draft {
  return changeTechnical(draft, { criteria: technicalOf(draft).criteria.filter((_, place) => place !== at) });
}

/** By buttons, not by dragging: one place up or down among those that stand in the same group. */
export function moveCriterion(draft: Draft, at: number, by: 1 | -1): Draft {
  const criteria = [...technicalOf(draft).criteria];
  const moved = criteria[at];
  if (moved === undefined) return draft;
  const siblings = childrenOf(criteria, moved.parent).map((each) => each.at);
  const other = siblings[siblings.indexOf(at) + by];
  const swapped = other === undefined ? undefined : criteria[other];
  if (other === undefined || swapped === undefined) return draft;
  criteria[at] = swapped;
  criteria[other] = moved;
  return changeTechnical(draft, { criteria });
}
