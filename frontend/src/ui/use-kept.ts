// What is typed and not sent yet stays in this tab: a reload, the back button or a fresh reading of the page discards nothing.

import { useState } from 'react';

interface Draft<T> {
  typed: T;
  /** What stood there when the typing began. */
  base: string;
}

export interface Kept<T> {
  /** What is typed, or what the house holds while nothing is. */
  typed: T;
  keep: (typed: T) => void;
  forget: () => void;
  /** Something is typed and not sent. */
  isKept: boolean;
  /** What the house holds has changed since the typing began. */
  isOutdated: boolean;
}

/** `name` tells the form and its owner apart; `held` is what the house holds now. */
export function useKept<T extends object>(name: string, held: T): Kept<T> {
  const [draft, setDraft] = useState<Draft<T> | null>(() => read<T>(name));
  const now = JSON.stringify(held);
  return {
    typed: draft === null ? held : draft.typed,
    isKept: draft !== null,
    isOutdated: draft !== null && draft.base !== now,
    keep: (typed) => {
      const next = { typed, base: draft?.base ?? now };
      setDraft(next);
      try {
        sessionStorage.setItem(name, JSON.stringify(next));
      } catch {
        // No storage: it still stands on the page.
      }
    },
    forget: () => {
      setDraft(null);
      sessionStorage.removeItem(name);
    },
  };
}

/** Only this code writes under the name; what cannot be read is as good as nothing typed. */
function read<T extends object>(name: string): Draft<T> | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? 'null') as Partial<Draft<T>> | null;
    if (kept === null || typeof kept.base !== 'string' || typeof kept.typed !== 'object') return null;
    return { base: kept.base, typed: kept.typed };
  } catch {
    return null;
  }
}
