// The walk-away price of a lot (SCREENS.md LR-25): set and kept on this device, never sent. Crossing it asks for a second look.
import { useCallback, useSyncExternalStore } from 'react';

import { isAmount, type Amount } from '@/domain/money';

const listeners = new Set<() => void>();

function nameOf(lotId: string): string {
  return `bidroom.floor.${lotId}`;
}

/** The own floor of a lot, or null. */
export function privateFloor(lotId: string): Amount | null {
  const kept = localStorage.getItem(nameOf(lotId));
  return kept !== null && isAmount(kept) ? kept : null;
}

function keep(lotId: string, floor: Amount): void {
  if (floor === '') localStorage.removeItem(nameOf(lotId));
  else localStorage.setItem(nameOf(lotId), floor);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePrivateFloor(lotId: string): [Amount | null, (floor: Amount) => void] {
  const floor = useSyncExternalStore(subscribe, () => privateFloor(lotId));
  return [floor, useCallback((next: Amount) => keep(lotId, next), [lotId])];
}
