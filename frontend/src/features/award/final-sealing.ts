// A final offer sealed on this machine: one price envelope under the round's key policy, to be read by nobody before the close.

import { checkPolicy, encode, headerOf, packageDigest, sealPrice, type Binding, type KeyPolicy, type SealRefusal } from '@/sealing/seal';

import type { FinalLot, FinalRound, SealedFinal } from './final-queries';

export type SealFault = SealRefusal['code'] | 'POLICY';

/** Nothing is sealed to a policy that is not the one shown. Precondition: the reader is a party of the round. */
export async function sealFinal(round: FinalRound, lot: FinalLot, currency: string, amount: string): Promise<SealedFinal | SealFault> {
  const policy = round.policy as unknown as KeyPolicy;
  const shown = { digest: round.policy_digest, serverLock: policy.server_lock, round: round.id, lot: lot.lot_id };
  if ((await checkPolicy(policy, shown)) !== null) return 'POLICY';
  const binding: Binding = {
    round: round.id,
    lot: lot.lot_id,
    tag: round.tag ?? '',
    rev: lot.rev + 1,
    policy: round.policy_digest,
    prev: lot.package ?? '',
  };
  const lock = { serverLock: policy.server_lock, binding, bucket: lot.bucket };
  const price = await sealPrice(lock, { lot: lot.lot_id, currency, amount, scale: lot.scale, lines: [] });
  if (price.state === 'refused') return price.code;
  const header = headerOf(binding, [price.envelope]);
  return { header, digest: await packageDigest(header), ct: encode(price.ct) };
}
