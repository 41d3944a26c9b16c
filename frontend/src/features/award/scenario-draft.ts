// The form of a scenario as typed, and the constraints it means. What is empty limits nothing.

import { isAmount } from '@/domain/money';

import type { ConstraintBody } from './scenario-queries';

export interface LotDraft {
  /** '' as above, else a key of shares: '100', '70-30'. */
  shares: string;
  budget: string;
}

export interface CapacityDraft {
  /** lot id and label, joined by a blank. */
  offer: string;
  value: string;
}

export interface ScenarioDraft {
  note: string;
  among: 'shortlist' | 'all';
  shares: readonly string[];
  custom: string;
  counts: Readonly<Record<Count, string>>;
  lots: Readonly<Record<string, LotDraft>>;
  capacities: readonly CapacityDraft[];
}

export const COUNTS = ['least', 'most', 'lot_least', 'lot_most', 'share_cap', 'share_floor', 'budget', 'quality'] as const;
export type Count = (typeof COUNTS)[number];

/** What the market asks for (SCREENS.md DR-05). */
export const USUAL = ['100', '70-30', '60-40'] as const;

export const EMPTY: ScenarioDraft = {
  note: '', among: 'shortlist', shares: [], custom: '', lots: {}, capacities: [],
  counts: { least: '', most: '', lot_least: '', lot_most: '', share_cap: '', share_floor: '', budget: '', quality: '' },
};

/** '50-30-20' as shares, null where they are none. */
export function sharesOf(text: string): string[] | null {
  const parts = text.split(/[-–—/:：,，、\s]+/).filter(Boolean);
  const whole = parts.reduce((sum, part) => sum + Math.round(Number(part) * 100), 0);
  return parts.length > 0 && parts.every((part) => /^\d{1,3}(\.\d{1,2})?$/.test(part) && Number(part) > 0) && whole === 10_000 ? parts : null;
}

/** All other shares as typed, null where one of them is none. */
export function customShares(text: string): string[][] | null {
  const read = text.split(/[;；]/).filter((one) => one.trim() !== '').map(sharesOf);
  return read.every((one) => one !== null) ? read : null;
}

/** The lots that take what is chosen above. */
function lotsAsAbove(draft: ScenarioDraft, lotIds: readonly string[]): string[] {
  return lotIds.filter((lot) => !draft.lots[lot]?.shares);
}

export function constraintsOf(draft: ScenarioDraft, lotIds: readonly string[]): ConstraintBody[] {
  const found: ConstraintBody[] = [];
  const patterns = [...draft.shares.map((key) => key.split('-')), ...(customShares(draft.custom) ?? [])];
  const above = lotsAsAbove(draft, lotIds);
  // No lots means all of them.
  if (patterns.length > 0 && above.length > 0) found.push({ limit: 'patterns', patterns, lots: above.length === lotIds.length ? [] : above });
  for (const lot of lotIds) {
    const own = draft.lots[lot];
    if (own?.shares) found.push({ limit: 'patterns', patterns: [own.shares.split('-')], lots: [lot] });
    if (own?.budget) found.push({ limit: 'budget', value: own.budget, lots: [lot] });
  }
  for (const count of COUNTS) if (draft.counts[count] !== '') found.push({ limit: count, value: draft.counts[count] });
  for (const { offer, value } of draft.capacities) {
    const [lot_id = '', label = ''] = offer.split(' ');
    if (label !== '' && value !== '') found.push({ limit: 'capacity', value, lots: [lot_id], offer: { lot_id, label } });
  }
  return found;
}

/** Whether every number typed is one. */
export function isSound(draft: ScenarioDraft): boolean {
  const typed = [...Object.values(draft.counts), ...Object.values(draft.lots).map((lot) => lot.budget), ...draft.capacities.map((each) => each.value)];
  return customShares(draft.custom) !== null && typed.every((text) => text === '' || isAmount(text));
}
