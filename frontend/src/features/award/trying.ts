// What is tried in the what-if: another price weight, one value a level off, offers left out. Pure.

import type { LotSensitivity, TryChange } from './queries';

export interface Tried {
  /** Empty: the official one. */
  weight: string;
  /** The score error: whose value of which criterion, and one level up or down. */
  label: string;
  criterion: string;
  step: -1 | 1;
  without: readonly string[];
}

export const NOTHING_TRIED: Tried = { weight: '', label: '', criterion: '', step: 1, without: [] };
const [LOWEST, HIGHEST] = [0, 5];

/** The agreed value of an offer, as the scores were locked. */
export function agreedOf(told: LotSensitivity, label: string, criterion: string): string | null {
  return told.values.find((each) => each.label === label && each.criterion === criterion)?.value ?? null;
}

/** The value one level off, no further than the scale; values have one decimal. */
export function levelOff(agreed: string, step: -1 | 1): string {
  const value = Math.min(HIGHEST, Math.max(LOWEST, Number(agreed) + step));
  return value.toFixed(1);
}

function isWeight(text: string): boolean {
  return /^\d{1,3}(\.\d{1,4})?$/.test(text) && Number(text) <= 100;
}

/** The change to ask the server about; null where nothing is changed. */
export function changeOf(told: LotSensitivity, tried: Tried): TryChange | null {
  const agreed = agreedOf(told, tried.label, tried.criterion);
  const values = agreed === null ? [] : [{ label: tried.label, criterion: tried.criterion, value: levelOff(agreed, tried.step) }];
  const weight = isWeight(tried.weight) ? tried.weight : null;
  if (values.length === 0 && weight === null && tried.without.length === 0) return null;
  return { lot_id: told.lot_id, price_weight: weight, values, without: [...tried.without], count: null };
}
