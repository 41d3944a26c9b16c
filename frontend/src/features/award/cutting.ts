// The cut line: where it may stand, and what a reason for an offer begins with. Pure.

import { pick, type Lang } from '@/domain/lang';

import type { Cut, CutBody } from './panel-queries';
import type { LotSensitivity, Sensitivity } from './queries';

export interface DrawnCut {
  count: number;
  reason: string;
  notes: Readonly<Record<string, string>>;
}

/** What stands there first: the cut that is with the panel, else the rule's; the notes already written. */
export function drawnFrom(cut: Cut): DrawnCut {
  return { count: cut.labels.length, reason: cut.reason, notes: Object.fromEntries(cut.notes.map((note) => [note.label, note.text])) };
}

/** The next place of the line up or down, or null at the end of what the rule allows. */
export function nextCount(cut: Cut, count: number, step: -1 | 1): number | null {
  const found = cut.allowed.filter((each) => (step > 0 ? each > count : each < count));
  return (step > 0 ? found[0] : found.at(-1)) ?? null;
}

export function isMoved(cut: Cut, count: number): boolean {
  return count !== cut.by_rule;
}

export function bodyOfCut(cut: Cut, drawn: DrawnCut, notes: Readonly<Record<string, string>>): CutBody {
  return {
    lot_id: cut.lot_id,
    labels: cut.ranked.slice(0, drawn.count),
    reason: isMoved(cut, drawn.count) ? drawn.reason.trim() : '',
    notes: cut.ranked.flatMap((label) => {
      const text = (notes[label] ?? '').trim();
      return text === '' ? [] : [{ label, text }];
    }),
  };
}

export interface Extremes {
  best: { title: string; value: string };
  worst: { title: string; value: string };
}

/** The criteria in which an offer is strongest and weakest by its agreed values; null where all are alike or unknown. */
export function extremesOf(label: string, told: LotSensitivity | undefined, criteria: Sensitivity['criteria'], lang: Lang): Extremes | null {
  const values = criteria.flatMap((criterion) => {
    const value = told?.values.find((each) => each.label === label && each.criterion === criterion.criterion)?.value;
    return value === undefined ? [] : [{ title: pick(lang, { zh: criterion.title_zh, en: criterion.title_en }), value }];
  });
  const sorted = [...values].sort((one, other) => Number(other.value) - Number(one.value));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return best === undefined || worst === undefined || best.value === worst.value ? null : { best, worst };
}
