// Saves a form 5 s after the last change and on blur (SCREENS.md 1.2); a failed save keeps the text and says so.

import { useCallback, useEffect, useRef, useState } from 'react';

const AFTER_MS = 5_000;

export type Autosave = { state: 'clean' } | { state: 'dirty' | 'saving' } | { state: 'saved'; at: string } | { state: 'failed'; error: unknown };

interface AutosaveHandle {
  status: Autosave;
  /** Call with every change of the draft. */
  touch: () => void;
  /** Call on blur, before leaving and from a save button; resolves when the save is answered. */
  flush: () => Promise<void>;
}

/** `save` stores the draft as it is when called; it is never run twice at a time. */
export function useAutosave(save: () => Promise<unknown>, enabled = true): AutosaveHandle {
  const [status, setStatus] = useState<Autosave>({ state: 'clean' });
  const latest = useRef(save);
  const timer = useRef<number | undefined>(undefined);
  const running = useRef<Promise<void> | null>(null);
  const isDirty = useRef(false);
  useEffect(() => {
    latest.current = save;
  });

  const flush = useCallback(async () => {
    window.clearTimeout(timer.current);
    while (running.current) await running.current;
    if (!isDirty.current) return;
    isDirty.current = false;
    setStatus({ state: 'saving' });
    running.current = latest
      .current()
      .then(() => {
        setStatus({ state: 'saved', at: new Date().toISOString() });
      })
      .catch((error: unknown) => {
        isDirty.current = true;
        setStatus({ state: 'failed', error });
      })
      .finally(() => {
        running.current = null;
      });
    await running.current;
  }, []);

  const touch = useCallback(() => {
    if (!enabled) return;
    isDirty.current = true;
    setStatus({ state: 'dirty' });
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void flush(), AFTER_MS);
  }, [enabled, flush]);

  useEffect(
    () => () => {
      // Leaving the page saves what is there: moving on never discards input.
      void flush();
    },
    [flush],
  );
  return { status, touch, flush };
}
