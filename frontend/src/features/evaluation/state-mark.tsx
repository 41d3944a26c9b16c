// The state of an own sheet as word and colour.

import type { Tone } from '@/domain/states';
import { useWords } from '@/i18n/use-words';
import { Tag } from '@/ui/state-tag';

import type { SheetState } from './queries';

const TONES: Readonly<Record<SheetState, Tone>> = {
  invited: 'warn', recused: 'off', waiting: 'calm', marking: 'live', submitted: 'good', consensus: 'live', locked: 'off',
};

export function StateMark({ state }: { state: SheetState }) {
  const { t } = useWords('evaluation');
  return <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>;
}
