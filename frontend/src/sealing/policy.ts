// The key policy of a round, its digest and its fingerprint. SEALING.md section 2.

import { fromHex } from './bytes';
import { digestOf } from './canonical';

export interface KeyPolicy {
  v: number;
  round: string;
  lots: string[];
  suite: string;
  custody: string;
  k: number;
  members: string[];
  server_lock: string;
  journal_key: string;
  rules_digest: string;
}

export const SUITE = 'P-256/HKDF-SHA256/AES-256-GCM';

const GROUPS = 8;
const GROUP_RANGE = 100_000;

/** SHA-256 of the policy's canonical JSON, in hex: the `policy` of every package of the round. */
export async function policyDigest(policy: KeyPolicy): Promise<string> {
  return digestOf({ ...policy });
}

/** A digest as eight groups of five digits, the same in every language, to be read out and compared. */
export function fingerprint(digest: string): string[] {
  const bytes = fromHex(digest) ?? new Uint8Array(0);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length >= 4 * GROUPS ? GROUPS : 0 }, (_, group) =>
    String(view.getUint32(4 * group) % GROUP_RANGE).padStart(5, '0'),
  );
}

export type PolicyFault = 'OTHER_DIGEST' | 'OTHER_LOCK' | 'OTHER_ROUND' | 'UNKNOWN_SUITE' | 'COMMITTEE_NOT_SUPPORTED';

/** Whether the page may seal under this policy: it is the one named, of this round and lot, with this lock. */
export async function checkPolicy(
  policy: KeyPolicy,
  shown: { digest: string; serverLock: string; round: string; lot: string },
): Promise<PolicyFault | null> {
  if (policy.custody !== 'server') return 'COMMITTEE_NOT_SUPPORTED';
  if (policy.suite !== SUITE) return 'UNKNOWN_SUITE';
  if (policy.round !== shown.round || !policy.lots.includes(shown.lot)) return 'OTHER_ROUND';
  if (policy.server_lock !== shown.serverLock) return 'OTHER_LOCK';
  return (await policyDigest(policy)) === shown.digest ? null : 'OTHER_DIGEST';
}
