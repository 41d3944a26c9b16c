// The draft of an offer on this device: written with every key, so that nothing typed is ever lost. One entry a lot.
import { EMPTY_OFFER, type OfferDraft } from './offer';

export interface DraftStorage {
  read(lotId: string): OfferDraft;
  write(lotId: string, offer: OfferDraft): void;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function draftStorage(storage: Storage, owner: string, roundId: string): DraftStorage {
  const key = (lotId: string) => `bidroom.offer.${owner}.${roundId}.${lotId}`;
  return {
    read(lotId) {
      try {
        const stored: unknown = JSON.parse(storage.getItem(key(lotId)) ?? 'null');
        return isRecord(stored) ? { ...EMPTY_OFFER, ...stored } : EMPTY_OFFER;
      } catch {
        return EMPTY_OFFER;
      }
    },
    write(lotId, offer) {
      try {
        storage.setItem(key(lotId), JSON.stringify(offer));
      } catch {
        // A full or locked-down storage: the page itself still holds what was typed.
      }
    },
  };
}
