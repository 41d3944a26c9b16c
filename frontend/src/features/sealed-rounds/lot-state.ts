// Where an own offer on a lot stands, for its mark: SCREENS.md SP-06 (draft, sealed, replaced, withdrawn) and late.
import type { Tone } from '@/domain/states';

import type { OwnPackage, SealedLot } from './queries';
import type { SendStep } from './sending';

export type LotState = 'empty' | 'draft' | 'sending' | 'sealed' | 'replaced' | 'changed' | 'withdrawn' | 'void' | 'late' | 'none';

interface Asked {
  lot: SealedLot;
  own: readonly OwnPackage[];
  step: SendStep | null;
  hasDraft: boolean;
  /** The draft is no longer what was sealed. */
  isChanged: boolean;
  isOver: boolean;
}

export function lotState({ lot, own, step, hasDraft, isChanged, isOver }: Asked): LotState {
  if (step !== null && isOnItsWay(step)) return 'sending';
  if (step?.step === 'late') return 'late';
  const current = lot.current;
  if (current?.state === 'live') {
    if (isChanged && !isOver) return 'changed';
    return own.some((one) => one.lot_id === lot.lot_id && one.state === 'replaced') ? 'replaced' : 'sealed';
  }
  if (current?.state === 'void') return 'void';
  if (current !== null) return 'withdrawn';
  if (isOver) return 'none';
  return hasDraft ? 'draft' : 'empty';
}

export function isOnItsWay(step: SendStep): boolean {
  return !['receipted', 'refused', 'late', 'unsent'].includes(step.step);
}

export const TONES: Readonly<Record<LotState, Tone>> = {
  empty: 'calm',
  draft: 'warn',
  sending: 'live',
  sealed: 'good',
  replaced: 'good',
  changed: 'warn',
  withdrawn: 'calm',
  void: 'bad',
  late: 'bad',
  none: 'calm',
};
