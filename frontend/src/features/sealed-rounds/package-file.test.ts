import { expect, it } from 'vitest';

import { encode, headerOf, packageDigest, sealPrice, utf8, type Binding } from '@/sealing/seal';
import vector from '../../../../tests/vectors/sealing/price.json';

import { packageIn } from './package-file';
import type { SealedLot, SealedRound } from './queries';

const BINDING: Binding = { round: 'r', lot: 'l', tag: 't', rev: 2, policy: 'a'.repeat(64), prev: 'b'.repeat(64) };
const ROUND = { round_id: 'r', tag: 't', policy_digest: BINDING.policy, has_technical: false } as SealedRound;
const LOT = { lot_id: 'l', current: { rev: 1, package: BINDING.prev } } as unknown as SealedLot;
const OFFER = { lot: 'l', currency: 'CNY', amount: '271.40', scale: 2, lines: [] };

async function sealed(binding: Binding = BINDING) {
  const made = await sealPrice({ serverLock: vector.server_lock.public, binding, bucket: 4096 }, OFFER);
  if (made.state !== 'sealed') throw new Error(made.code);
  const header = headerOf(binding, [made.envelope]);
  return { v: 1, kind: 'bidroom.package', policy: {}, header, price: { ct: encode(made.ct) }, tech: null };
}

it('takes a package of this round, lot, bidder and revision as if it had been sealed here', async () => {
  const whole = await sealed();
  const found = await packageIn(JSON.stringify(whole), ROUND, LOT, 'stamp');
  expect(found).toEqual({ header: whole.header, digest: await packageDigest(whole.header), price: whole.price.ct, tech: null, amount: '', stamp: 'stamp', isReceipted: false });
});

it('says what is wrong before anything is sent', async () => {
  const whole = await sealed();
  const text = JSON.stringify(whole);
  const of = (given: string, round = ROUND, lot = LOT) => packageIn(given, round, lot, '');
  for (const other of ['', '[]', 'null', '{"amount":"271.40"}', text.replace('bidroom.package', 'bidroom.recovery'), text.replace('"rev":2', '"rev":"2"'), text.replace('"wraps":[]', '"wraps":{}')])
    expect(await of(other), other.slice(0, 40)).toBe('NOT_A_PACKAGE');
  for (const change of [{ round_id: 'x' }, { tag: 'x' }, { tag: null }]) expect(await of(text, { ...ROUND, ...change })).toBe('OTHER_ROUND');
  expect(await of(text, ROUND, { ...LOT, lot_id: 'x' })).toBe('OTHER_ROUND');
  expect(await of(text, { ...ROUND, policy_digest: 'c'.repeat(64) })).toBe('OTHER_POLICY');
  expect(await of(text, ROUND, { ...LOT, current: null })).toBe('OTHER_REVISION');
  for (const ct of ['', '!', encode(utf8('short')), `A${whole.price.ct.slice(1)}`]) expect(await of(JSON.stringify({ ...whole, price: { ct } })), ct.slice(0, 9)).toBe('ALTERED');
  expect(await of(JSON.stringify({ ...whole, tech: { ct: 'AAAA' } }))).toBe('ALTERED');
  expect(await of(text, { ...ROUND, has_technical: true })).toBe('ALTERED');
});
