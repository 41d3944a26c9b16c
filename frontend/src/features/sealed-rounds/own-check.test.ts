// What a page finds out about the bytes in custody, with the own copy and without it.
import { expect, it } from 'vitest';

import { packageDigest, type HeaderJson } from '@/sealing/seal';

import { isWhole } from './own-check';
import type { OwnPackage } from './queries';
import { LOT, ROUND } from './testing/samples';

const CT = 'c'.repeat(64);
const OTHER = 'd'.repeat(64);
const HEADER = {
  v: 1, round: ROUND.round_id, lot: LOT.lot_id, tag: 'tag1', rev: 1, policy: ROUND.policy_digest, prev: '',
  envelopes: [{ kind: 'price', enc: 'e', swrap: 's', wraps: [], commit: 'f', ct_sha256: CT, size: 4112 }],
} as unknown as HeaderJson;
const forged = { ...HEADER, envelopes: HEADER.envelopes.map((one) => ({ ...one, ct_sha256: OTHER })) };

it.each([
  ['the receipted bytes, own copy here', CT, HEADER, true, true],
  ['the receipted bytes, no copy here', CT, HEADER, false, true],
  ['other bytes, own copy here', OTHER, HEADER, true, false],
  ['other bytes, no copy here', OTHER, HEADER, false, false],
  ['bytes gone, no copy here', null, HEADER, false, false],
  ['a header made to fit other bytes, no copy here', OTHER, forged, false, false],
  ['a header that is gone, no copy here', CT, null, false, false],
])('%s', async (_what, price, header, hasCopy, expected) => {
  const mine = { package: await packageDigest(HEADER), header, stored: { price } } as unknown as OwnPackage;
  expect(await isWhole(mine, hasCopy ? HEADER : null)).toBe(expected);
});
