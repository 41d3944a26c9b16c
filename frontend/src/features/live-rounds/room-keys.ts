// The room's shortcuts (SCREENS.md 2.2.6): Alt+Shift and a letter each, changeable and kept on this device. Pure but for the store.
import { useSyncExternalStore } from 'react';

export const KEY_ACTS = ['time', 'rank', 'next', 'desk'] as const;
export type KeyAct = (typeof KEY_ACTS)[number];
export type Bindings = Readonly<Record<KeyAct, string>>;

export const DEFAULT_KEYS: Bindings = { time: 'KeyT', rank: 'KeyR', next: 'KeyN', desk: 'KeyH' };
const STORE = 'bidroom.room.bindings';
const LETTER = /^(Key[A-Z]|Digit[0-9])$/;

let held: Bindings | null = null;
const listeners = new Set<() => void>();

/** The shortcuts as they are now; what was kept and is none counts as the default. */
export function bindings(): Bindings {
  held ??= readBindings(localStorage.getItem(STORE));
  return held;
}

export function readBindings(kept: string | null): Bindings {
  let read: Partial<Record<string, unknown>> = {};
  try {
    read = (JSON.parse(kept ?? '{}') ?? {}) as typeof read;
  } catch {
    // Not ours any more.
  }
  const own = (act: KeyAct) => {
    const code = read[act];
    return typeof code === 'string' && LETTER.test(code) ? code : DEFAULT_KEYS[act];
  };
  const chosen = Object.fromEntries(KEY_ACTS.map((act) => [act, own(act)])) as Record<KeyAct, string>;
  return new Set(Object.values(chosen)).size === KEY_ACTS.length ? chosen : DEFAULT_KEYS;
}

/** Puts an act on another letter; the act that had it takes the old one. False for a key that is none of the allowed. */
export function rebind(before: Bindings, act: KeyAct, code: string): Bindings | null {
  if (!LETTER.test(code)) return null;
  const other = KEY_ACTS.find((each) => before[each] === code);
  return { ...before, ...(other === undefined ? {} : { [other]: before[act] }), [act]: code };
}

export function keepBindings(next: Bindings): void {
  held = next;
  localStorage.setItem(STORE, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function useBindings(): Bindings {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, bindings);
}

/** KeyT → T, Digit4 → 4. */
export function letterOf(code: string): string {
  return code.replace(/^(Key|Digit)/, '');
}
