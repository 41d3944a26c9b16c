// The facts of a round as a supplier's page saves them: what GET /api/rounds/{id}/sealed told, and the own names.
import type { SealedRound } from '@/features/sealed-rounds/queries';
import type { OwnNames } from '@/sealing/seal';

export interface Facts {
  round: SealedRound;
  own: OwnNames | null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLot(lot: unknown): boolean {
  if (!isRecord(lot) || !Array.isArray(lot['lines'])) return false;
  const texts = [lot['lot_id'], lot['currency'], lot['ceiling_price'], lot['basis']];
  const counts = [lot['scale'], lot['price_bucket'], lot['tech_bucket'], lot['number']];
  return texts.every((text) => typeof text === 'string') && counts.every((count) => Number.isSafeInteger(count));
}

/** The facts in a text, or null. What is sealed is checked against the key policy afterwards, not here. */
export function factsIn(text: string): Facts | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value['audience'] !== 'supplier' || !isRecord(value['policy'])) return null;
  const { lots, own_names: own } = value;
  if (!Array.isArray(lots) || lots.length === 0 || !lots.every(isLot)) return null;
  const isOwn = isRecord(own) && Array.isArray(own['names']) && own['names'].every((name) => typeof name === 'string');
  return { round: value as unknown as SealedRound, own: isOwn ? (own as unknown as OwnNames) : null };
}
