// Two hidden live regions, in the document before anything is said in them (SCREENS.md 1.6, 2.2.7).

import { useSyncExternalStore } from 'react';

type Urgency = 'status' | 'alert';

interface Spoken {
  status: string;
  alert: string;
}

let spoken: Spoken = { status: '', alert: '' };
const listeners = new Set<() => void>();

/** Says a sentence: politely, or at once for what cannot wait. The same sentence twice is said twice. */
export function announce(text: string, urgency: Urgency = 'status'): void {
  // A trailing no-break space makes a repeated sentence a change.
  const again = spoken[urgency] === text ? `${text}\u00A0` : text;
  spoken = { ...spoken, [urgency]: again };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Mounted once, at the root. */
export function Announcer() {
  const { status, alert } = useSyncExternalStore(subscribe, () => spoken);
  return (
    <>
      <div role="status" aria-live="polite" aria-atomic="true" className="visually-hidden">
        {status}
      </div>
      <div role="alert" aria-live="assertive" aria-atomic="true" className="visually-hidden">
        {alert}
      </div>
    </>
  );
}
