// The key policy of a round, its digest and its fingerprint. SEALING.md section 2.

import { fromHex } from './bytes';
import { digestOf } from './canonical';
import type { Committee } from './committee';
import { isPoint } from './suite';

export interface KeyPolicy {
  v: number;
  round: string;
  lots: string[];
  suite: string;
  custody: string;
  k: number;
  members: { seat: string; key: string }[];
  server_lock: string;
  journal_key: string;
  rules_digest: string;
}

export const SUITE = 'P-256/HKDF-SHA256/AES-256-GCM';

const GROUPS = 8;
const GROUP_RANGE = 100_000;

/** SHA-256 of the policy's canonical JSON, in hex: the `policy` of every package of the round. */
export async function policyDigest(policy: KeyPolicy): Promise<string> {
  return digestOf({ ...policy, members: policy.members.map((member) => ({ ...member })) });
}

/** A digest as eight groups of five digits, the same in every language, to be read out and compared. */
export function fingerprint(digest: string): string[] {
  const bytes = fromHex(digest) ?? new Uint8Array(0);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length >= 4 * GROUPS ? GROUPS : 0 }, (_, group) =>
    String(view.getUint32(4 * group) % GROUP_RANGE).padStart(5, '0'),
  );
}

export type PolicyFault = 'OTHER_DIGEST' | 'OTHER_LOCK' | 'OTHER_ROUND' | 'UNKNOWN_SUITE' | 'MALFORMED' | 'NOT_A_POINT';

const MOST_SEATS = 9;

/** Who must open beside the server; null in server custody. */
export function committeeOf(policy: KeyPolicy): Committee | null {
  return policy.custody === 'committee' ? { k: policy.k, members: policy.members.map((member) => member.key) } : null;
}

/** Whether what the policy says of custody is in its form: nothing, or a committee of distinct keys. */
async function custodyFault(policy: KeyPolicy): Promise<PolicyFault | null> {
  const { custody, k, members } = policy;
  if (custody === 'server') return k === 0 && members.length === 0 ? null : 'MALFORMED';
  if (custody !== 'committee' || k < 1 || k > members.length || members.length > MOST_SEATS) return 'MALFORMED';
  if (new Set([policy.server_lock, ...members.map((member) => member.key)]).size !== members.length + 1) return 'MALFORMED';
  for (const member of members) {
    const key = fromHex(member.key);
    if (key === null || !(await isPoint(key))) return 'NOT_A_POINT';
  }
  return null;
}

/** Whether the page may seal under this policy: it is the one named, of this round and lot, with this lock. */
export async function checkPolicy(
  policy: KeyPolicy,
  shown: { digest: string; serverLock: string; round: string; lot: string },
): Promise<PolicyFault | null> {
  const fault = await custodyFault(policy);
  if (fault !== null) return fault;
  if (policy.suite !== SUITE) return 'UNKNOWN_SUITE';
  if (policy.round !== shown.round || !policy.lots.includes(shown.lot)) return 'OTHER_ROUND';
  if (policy.server_lock !== shown.serverLock) return 'OTHER_LOCK';
  return (await policyDigest(policy)) === shown.digest ? null : 'OTHER_DIGEST';
}
