import { beforeAll, expect, it } from 'vitest';

import { canonical, concat, sha256, toHex, utf8 } from '@/sealing/seal';

import { checkAll, receiptsIn } from './check-receipts';

let pair: CryptoKeyPair;
let publicKey = '';
let receipt: Record<string, unknown> = {};

async function hash(mark: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(Uint8Array.of(mark), ...parts)));
}

async function sign(message: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message)));
}

beforeAll(async () => {
  pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const key = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  publicKey = toHex(key);
  const core = {
    v: 1, kind: 'bid.accepted', round: 'r', lot: 'l', bid_id: 'b', amount: '279.30', received_at: '2026-11-21T06:30:07.042Z', rules_hash: 'a', entry_hash: 'e',
    key_id: (await sha256(key)).slice(0, 16),
  };
  let head = await hash(0, canonical(core));
  const path: string[] = [];
  for (let depth = 0; depth < 8; depth += 1) {
    const sibling = crypto.getRandomValues(new Uint8Array(32));
    const isLeft = depth % 2 === 0;
    path.push((isLeft ? 'L' : 'R') + toHex(sibling));
    head = await (isLeft ? hash(1, sibling, head) : hash(1, head, sibling));
  }
  receipt = { ...core, path, root: toHex(head), sig: await sign(concat(utf8('bidroom receipt root v1\0'), head)) };
});

async function faultOf(changes: Record<string, unknown>, key = publicKey) {
  const [checked] = await checkAll([{ ...receipt, ...changes }], key);
  return checked?.fault;
}

it('vouches for a live receipt, and names what is wrong with a changed one', async () => {
  expect(await faultOf({})).toBeNull();
  expect(await faultOf({ amount: '279.31' })).toBe('NOT_IN_TREE');
  expect(await faultOf({ sig: '0'.repeat(128) })).toBe('BAD_SIGNATURE');
  expect(await faultOf({ note: 'more' })).toBe('MALFORMED');
  expect(await faultOf({ path: [] })).toBe('MALFORMED');
  expect(await faultOf({ amount: '\ud800' })).toBe('MALFORMED');
  expect(await faultOf({}, 'ab'.repeat(32))).toBe('OTHER_KEY');
  expect(await faultOf({ kind: 'bid.refused' })).toBe('UNKNOWN_KIND');
});

it('vouches for a late notice of a sealed round', async () => {
  const notice = {
    v: 1, kind: 'package.late', round: 'r', lot: 'l', package: 'f'.repeat(64), received_at: 1_795_000_000_001, closes_at: 1_795_000_000_000, key_id: String(receipt['key_id']),
  };
  const signed = { ...notice, sig: await sign(concat(utf8('bidroom package receipt v1\0'), canonical(notice))) };
  expect((await checkAll([signed], publicKey))[0]).toMatchObject({ kind: 'package.late', fault: null });
  expect((await checkAll([{ ...signed, closes_at: 1_795_000_000_001 }], publicKey))[0]?.fault).toBe('BAD_SIGNATURE');
});

it('reads one receipt, a list, and a recovery file that holds one', () => {
  expect(receiptsIn('{"kind":"x"}')).toEqual([{ kind: 'x' }]);
  expect(receiptsIn(' [{"kind":"x"},{"kind":"y"}] ')).toHaveLength(2);
  expect(receiptsIn('{"receipt":{"kind":"x"},"secrets":[]}')).toEqual([{ kind: 'x' }]);
  expect(receiptsIn('hello')).toBeNull();
  expect(receiptsIn('[]')).toBeNull();
  expect(receiptsIn('7')).toBeNull();
});

it('follows rotations from the key that is trusted, and lets an ended key vouch for nothing later', async () => {
  const next = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const newKey = toHex(new Uint8Array(await crypto.subtle.exportKey('raw', next.publicKey)));
  const rotationAt = async (at: number) => {
    const core = {
      v: 1, kind: 'key.rotated', number: 1, old_key: publicKey, new_key: newKey, from_checkpoint: 7, last_checkpoint: 'ab'.repeat(32), at, reason: 'yearly 年度',
    };
    const new_sig = toHex(new Uint8Array(await crypto.subtle.sign('Ed25519', next.privateKey, concat(utf8('bidroom key possession v1\0'), canonical(core)))));
    return [{ ...core, old_sig: await sign(concat(utf8('bidroom key rotation v1\0'), canonical(core))), new_sig }];
  };
  const received = Date.parse(String(receipt['received_at']));
  const faultBy = async (trusted: string, rotations: unknown) => (await checkAll([receipt], trusted, rotations))[0]?.fault;
  const later = await rotationAt(received);
  expect(await faultBy(newKey, later)).toBeNull();
  expect(await faultBy(publicKey, later)).toBeNull();
  expect(await faultBy(newKey, [])).toBe('OTHER_KEY');
  expect(await faultBy(newKey, [{ ...later[0], reason: 'weekly' }])).toBe('OTHER_KEY');
  expect(await faultBy(publicKey, await rotationAt(received - 60_001))).toBe('ENDED_KEY');
});
