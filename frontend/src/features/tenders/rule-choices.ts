// What the parts of the live round's rules share: their props, and lists of choices with their words.
import type { useWords } from '@/i18n/use-words';

import type { Draft, Fault, RulesDraft } from './api';

export interface RuleFieldsProps {
  draft: Draft;
  set: (part: Partial<RulesDraft>) => void;
  place: (path: string) => { path: string; faults: readonly Fault[]; isTried: boolean };
}

export type T = ReturnType<typeof useWords<'tenders'>>['t'];
type Choice = 'feedback' | 'view' | 'measure' | 'step' | 'step_basis' | 'lots' | 'scope' | 'ties';

export function choicesOf(values: readonly string[], t: T, group: Choice): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: t(`rules.${group}_${value}` as Parameters<T>[0]) }));
}
