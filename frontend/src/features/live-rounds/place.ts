// How the own bid stands, as far as the rules of the round tell it (SCREENS.md 2.2.3): the rank, its band, or the lead alone. Pure.
import type { SupplierLot } from './messages';

export type Place = { kind: 'none' } | { kind: 'rank'; rank: number } | { kind: 'leading' | 'top' | 'outside' | 'not_leading' };

/** A mode that does not tell the rank sends null in its place; so does a lot without an own bid. */
export function placeOf(lot: SupplierLot): Place {
  if (lot.own_amount === null) return { kind: 'none' };
  if (lot.rank !== null) return { kind: 'rank', rank: lot.rank };
  if (lot.band !== undefined) return lot.band === null ? { kind: 'none' } : { kind: lot.band };
  return { kind: lot.leading ? 'leading' : 'not_leading' };
}

const ORDER = { leading: 1, not_leading: 2, top: 2, outside: 3 } as const;

/** Whether a place is worse than the one before it, of the same kind of telling. */
export function isWorse(before: Place, after: Place): boolean {
  if (before.kind === 'none' || after.kind === 'none') return false;
  if (before.kind === 'rank' || after.kind === 'rank') return before.kind === 'rank' && after.kind === 'rank' && after.rank > before.rank;
  return ORDER[after.kind] > ORDER[before.kind];
}
