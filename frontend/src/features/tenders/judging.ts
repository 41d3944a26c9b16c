// Comparisons in pairs: what is compared, the matrix they make, and their way into the draft. Whole values in and out. Pure.
import type { Draft, JudgementsDraft, TechnicalDraft } from './api';
import { changeTechnical, technicalOf } from './evaluation-edit';
import { childrenOf } from './tree-edit';

/** How many times as important: Saaty's scale; the reciprocal says it of the other one. */
export const STRENGTHS = ['2', '3', '4', '5', '6', '7', '8', '9'] as const;
/** As many as the table of random indices has. */
export const MOST_ITEMS = 15;

export interface Item {
  id: string;
  title_zh: string;
  title_en: string;
  weight: string;
}

/** What has a name and stands in one place of the tree; the service names a new criterion with the first save. */
export function itemsIn(technical: TechnicalDraft, parent: string): Item[] {
  return [...childrenOf(technical.groups, parent), ...childrenOf(technical.criteria, parent)].map(({ item }) => item).filter(({ id }) => id !== '');
}

/** The places of the tree where there is something to compare. */
export function placesOf(technical: TechnicalDraft): string[] {
  return ['', ...technical.groups.map(({ id }) => id)].filter((parent) => {
    const count = itemsIn(technical, parent).length;
    return count >= 2 && count <= MOST_ITEMS;
  });
}

export type Pair = readonly [one: string, other: string];

export function pairsOf(items: readonly string[]): Pair[] {
  return items.flatMap((one, at) => items.slice(at + 1).map((other): Pair => [one, other]));
}

export function keyOf([one, other]: Pair): string {
  return `${one} ${other}`;
}

export function inverse(value: string): string {
  if (value === '1') return '1';
  return value.startsWith('1/') ? value.slice(2) : `1/${value}`;
}

/** By pair, how many times as important the first is. */
export type Judged = ReadonlyMap<string, string>;

/** What was said of two, whichever of them was named first: they may have changed places since. */
export function judgementOf(judged: Judged, [one, other]: Pair): string | undefined {
  const mirrored = judged.get(keyOf([other, one]));
  return judged.get(keyOf([one, other])) ?? (mirrored === undefined ? undefined : inverse(mirrored));
}

export function judge(judged: Judged, pair: Pair, value: string): Judged {
  const next = new Map(judged);
  next.delete(keyOf([pair[1], pair[0]]));
  return next.set(keyOf(pair), value);
}

/** Null while a pair is not judged. */
export function matrixOf(items: readonly string[], judged: Judged): string[][] | null {
  const rows = items.map((one) => items.map((other) => (one === other ? '1' : (judgementOf(judged, [one, other]) ?? ''))));
  return rows.some((row) => row.includes('')) ? null : rows;
}

/** What the comparisons kept in the draft say. */
export function judgedIn(technical: TechnicalDraft): Judged {
  return new Map(
    technical.ahp.flatMap(({ items, matrix }) =>
      pairsOf(items).flatMap((pair) => {
        const value = matrix[items.indexOf(pair[0])]?.[items.indexOf(pair[1])];
        return value === undefined || value === '' ? [] : [[keyOf(pair), value] as const];
      }),
    ),
  );
}

/** The weights go to their fields, the comparison that gave them beside them. */
export function takeWeights(draft: Draft, kept: JudgementsDraft, weights: ReadonlyMap<string, string>): Draft {
  const { groups, criteria, ahp } = technicalOf(draft);
  const weigh = <T extends { id: string; parent: string; weight: string }>(one: T): T => (one.parent === kept.parent ? { ...one, weight: weights.get(one.id) ?? one.weight } : one);
  return changeTechnical(draft, { groups: groups.map(weigh), criteria: criteria.map(weigh), ahp: [...ahp.filter(({ parent }) => parent !== kept.parent), kept] });
}

/** The weights stay as they are; that they came from a comparison is no longer said. */
export function forgetJudgements(draft: Draft, parent: string): Draft {
  return changeTechnical(draft, { ahp: technicalOf(draft).ahp.filter((each) => each.parent !== parent) });
}

/** Whether the draft holds this very comparison. */
export function isKept(technical: TechnicalDraft, { parent, items, matrix }: Omit<JudgementsDraft, 'digits'>): boolean {
  const kept = technical.ahp.find((each) => each.parent === parent);
  return kept !== undefined && kept.items.join() === items.join() && kept.matrix.join() === matrix.join();
}
