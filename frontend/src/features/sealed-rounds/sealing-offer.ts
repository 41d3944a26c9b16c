// From what was typed to a sealed package, all on this machine. Nothing is sealed to a policy that is not the one shown.
import { checkPolicy, committeeOf, encode, headerOf, packageDigest, sealPrice, sealTechnical, type Binding, type FileToSeal, type SealRefusal, type Secrets } from '@/sealing/seal';

import type { KeptPackage } from './kept-package';
import { answersOf, priceOf, stampOf, type OfferDraft } from './offer';
import type { Criterion, SealedLot, SealedRound } from './queries';

export interface SealedOffer {
  kept: KeptPackage;
  /** Only for the recovery file; kept nowhere. */
  secrets: Secrets;
}

export type SealFault = { code: SealRefusal['code'] | 'POLICY'; size?: number; bucket?: number };

export async function sealOffer(
  round: SealedRound,
  lot: SealedLot,
  offer: OfferDraft,
  parts: { criteria: readonly Criterion[]; files: readonly FileToSeal[] },
): Promise<SealedOffer | SealFault> {
  const price = priceOf(lot, offer);
  if (price === null || round.tag === null) return { code: 'NOT_AN_AMOUNT' };
  const shown = { digest: round.policy_digest, serverLock: round.server_lock, round: round.round_id, lot: lot.lot_id };
  if ((await checkPolicy(round.policy, shown)) !== null) return { code: 'POLICY' };
  const last = lot.current;
  const binding: Binding = {
    round: round.round_id,
    lot: lot.lot_id,
    tag: round.tag,
    rev: (last?.rev ?? 0) + 1,
    policy: round.policy_digest,
    prev: last?.package ?? '',
  };
  const lock = { serverLock: round.server_lock, committee: committeeOf(round.policy), binding };
  const sealedPrice = await sealPrice({ ...lock, bucket: lot.price_bucket }, price);
  if (sealedPrice.state === 'refused') return sealedPrice;
  const technical = round.has_technical ? await sealTechnical({ ...lock, bucket: lot.tech_bucket }, answersOf(parts.criteria, offer), parts.files) : null;
  if (technical?.state === 'refused') return technical;
  const header = headerOf(binding, [...(technical === null ? [] : [technical.envelope]), sealedPrice.envelope]);
  const sizes = parts.files.map(({ name, content }) => ({ name, size: content.length }));
  const kept: KeptPackage = {
    header,
    digest: await packageDigest(header),
    price: encode(sealedPrice.ct),
    tech: technical?.ct ?? null,
    amount: price.amount,
    stamp: stampOf(offer, sizes),
    isReceipted: false,
  };
  return { kept, secrets: { price: sealedPrice.secret, ...(technical === null ? {} : { tech: technical.secret }) } };
}
