// A state of WORDS.md section 3 as word, colour and shape.

import { toneOf, type StateKind, type Tone } from '@/domain/states';
import { useWords } from '@/i18n/use-words';

import css from './state-tag.module.css';

export function StateTag({ kind, state }: { kind: StateKind; state: string }) {
  const { find } = useWords();
  return <Tag tone={toneOf(state)}>{find(`words:states.${kind}.${state}`, state)}</Tag>;
}

/** For words that are no state. */
export function Tag({ tone = 'calm', children }: { tone?: Tone; children: React.ReactNode }) {
  return <span className={`${css['tag'] ?? ''} ${css[tone] ?? ''}`}>{children}</span>;
}
