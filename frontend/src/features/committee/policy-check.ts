// Whether the policy that is shown is what its digest names, and holds the member's own key on the member's own seat.

import { policyDigest, type KeyPolicy } from '@/sealing/policy';

import type { CommitteeSheet } from './queries';

export type PolicyDoubt = 'OTHER_DIGEST' | 'OTHER_KEY';

/** Why a member should not confirm, or null. `own`: the public key of the member's file. */
export async function doubtPolicy(sheet: CommitteeSheet, seat: number, own: string): Promise<PolicyDoubt | null> {
  const policy = sheet.policy as unknown as KeyPolicy;
  const digest = await policyDigest(policy).catch(() => '');
  if (digest !== sheet.policy_digest || policy.round !== sheet.round_id) return 'OTHER_DIGEST';
  return policy.members[seat - 1]?.key === own ? null : 'OTHER_KEY';
}

/** The public key that a key file shows in the clear, if it is one of this round and seat. */
export async function publicOf(file: File, round: string, seat: number): Promise<string | null> {
  try {
    const shown = JSON.parse(await file.text()) as Record<string, unknown>;
    const isIt = shown['kind'] === 'bidroom.committee_key' && shown['round'] === round && shown['seat'] === seat;
    return isIt && typeof shown['public'] === 'string' ? shown['public'] : null;
  } catch {
    return null;
  }
}
