// One tap, one bid, the exact amount on the button (LR-20). The amount is bound when the finger goes down: what the eye
// read is what is sent, and the server answers STALE_QUOTE where it no longer holds.
import { useRef, useState, type KeyboardEvent } from 'react';

import type { Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';

import css from './one-tap.module.css';

export interface Quote {
  amount: Amount;
  own: Amount | null;
  /** As it goes out, where that is in another currency. */
  sent?: string | null;
}

interface OneTapProps {
  quote: Quote;
  /** The amount as text, and what it means: −0.30 %. */
  text: string;
  note: string;
  disabled: boolean;
  busy: boolean;
  onTap: (quote: Quote) => void;
  look?: 'main' | 'quiet';
}

// A second tap within this time is a trembling hand, not a second bid.
export const SECOND_TAP_MS = 1_500;

export function OneTap({ quote, text, note, disabled, busy, onTap, look = 'main' }: OneTapProps) {
  const { t } = useWords('live-rounds');
  const bound = useRef<Quote | null>(null);
  const tappedAt = useRef(-Infinity);
  const [isPressed, setPressed] = useState(false);

  const bind = () => {
    bound.current = quote;
  };
  const bindByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    // A key held down repeats itself; it is still one press.
    if (event.repeat) event.preventDefault();
    else bind();
  };
  const tap = () => {
    const meant = bound.current ?? quote;
    bound.current = null;
    const now = performance.now();
    if (disabled || busy || now - tappedAt.current < SECOND_TAP_MS) return;
    tappedAt.current = now;
    setPressed(true);
    setTimeout(() => setPressed(false), SECOND_TAP_MS);
    onTap(meant);
  };
  return (
    <button
      type="button"
      className={[css['tap'], css[look], isPressed ? css['pressed'] : ''].join(' ')}
      aria-disabled={disabled || busy || undefined}
      aria-busy={busy || undefined}
      onPointerDown={bind}
      onKeyDown={bindByKey}
      onClick={tap}
    >
      <span className={css['amount']}>{busy ? t('outbox.sending') : text}</span>
      <span className={css['note']}>{note}</span>
    </button>
  );
}
