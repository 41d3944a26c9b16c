// An own package as this device keeps it: on its way, and afterwards as the supplier's own copy (SEALING.md section 5).
import type { Bytes, HeaderJson } from '@/sealing/seal';

import type { DeviceStore } from './device-store';

export interface KeptPackage {
  header: HeaderJson;
  digest: string;
  /** The price ciphertext as it goes into the frame. */
  price: string;
  tech: Bytes | null;
  /** What was sealed, for the own eyes on this device. */
  amount: string;
  stamp: string;
  /** False until the service has receipted it. */
  isReceipted: boolean;
}

export interface PackageKeeper {
  load(lotId: string): Promise<KeptPackage | null>;
  keep(lotId: string, kept: KeptPackage): Promise<void>;
  drop(lotId: string): Promise<void>;
}

/** One package a lot: the newest. */
export function keepPackages(store: DeviceStore, owner: string, roundId: string): PackageKeeper {
  const key = (lotId: string) => `package.${owner}.${roundId}.${lotId}`;
  return {
    load: (lotId) => store.get<KeptPackage>(key(lotId)),
    keep: (lotId, kept) => store.set(key(lotId), kept),
    drop: (lotId) => store.remove(key(lotId)),
  };
}

export function digestsIn(header: HeaderJson): Readonly<Record<string, string>> {
  return Object.fromEntries(header.envelopes.map(({ kind, ct_sha256: digest }) => [kind, digest]));
}
