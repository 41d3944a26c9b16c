// The member's side, byte for byte as Python makes it (tests/vectors/sealing/committee.json).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { packPrice, type PriceOffer } from '@/sealing/body';
import { decode, fromHex, toHex, type Bytes } from '@/sealing/bytes';
import { makeWraps, split } from '@/sealing/committee';
import { contextOf, headerOf, packageDigest, sealPrice, type HeaderJson } from '@/sealing/package';
import { checkPolicy, committeeOf, policyDigest, type KeyPolicy } from '@/sealing/policy';
import { openRecoveryFile, recoveryFile, type RecoveryFile } from '@/sealing/recovery';

import { answerChallenge, distrust, freshKey, keyFile, makeBundle, openKeyFile, releaseWrap, type Due, type KeyFile, type MemberKey } from './member-key';

interface Vectors {
  policy: KeyPolicy;
  digest: string;
  server_lock: { public: string };
  members: { private: string; public: string }[];
  secret: string;
  context: string;
  shares: string[];
  shares_5_of_9: string[];
  body: string;
  bucket: number;
  header: HeaderJson;
  ct: string;
  package: string;
  releases: string[];
  recovery: { passphrase: string; file: RecoveryFile };
  key_file: { passphrase: string; file: KeyFile };
  chance: { salt: string; nonce: string };
  challenge: { enc: string; ct: string; nonce: string; seat: number };
}

const told = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/vectors/sealing/committee.json'), 'utf8')) as Vectors;
const price = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/vectors/sealing/price.json'), 'utf8')) as { offer: PriceOffer };
const bytes = (text: string): Bytes => fromHex(text) ?? new Uint8Array(0);
const chance = { salt: decode(told.chance.salt) ?? new Uint8Array(0), nonce: decode(told.chance.nonce) ?? new Uint8Array(0) };
const member = (seat: number): MemberKey => ({ round: told.policy.round, seat, private: '', public: '', ...told.members[seat - 1] });
const seed = bytes(told.secret).slice(0, 32);

describe('committee custody', () => {
  it('deals the same shares', async () => {
    expect((await split(seed, 2, 3, told.context)).map(toHex)).toEqual(told.shares);
    expect((await split(seed, 5, 9, told.context)).map(toHex)).toEqual(told.shares_5_of_9);
  });

  it('seals the same package', async () => {
    expect(await policyDigest(told.policy)).toBe(told.digest);
    const committee = committeeOf(told.policy);
    expect(contextOf(told.header, 'price')).toBe(told.context);
    expect(toHex(packPrice(price.offer))).toBe(told.body);
    const lock = { serverLock: told.server_lock.public, committee, binding: told.header, bucket: told.bucket, secret: bytes(told.secret) };
    const made = await sealPrice(lock, price.offer);
    if (made.state !== 'sealed' || committee === null) throw new Error('refused');
    expect(headerOf(told.header, [made.envelope])).toEqual(told.header);
    expect(await packageDigest(told.header)).toBe(told.package);
    expect(await makeWraps(committee, told.context, seed)).toEqual(told.header.envelopes[0]?.wraps);
  });

  it('checks the policy before it seals', async () => {
    const shown = { digest: told.digest, serverLock: told.policy.server_lock, round: told.policy.round, lot: told.policy.lots[0] ?? '' };
    expect(await checkPolicy(told.policy, shown)).toBeNull();
    const [first] = told.policy.members;
    for (const [change, fault] of [
      [{ k: 0 }, 'MALFORMED'],
      [{ k: 4 }, 'MALFORMED'],
      [{ members: [] }, 'MALFORMED'],
      [{ members: [first, first, first] }, 'MALFORMED'],
      [{ members: [{ seat: 'audit', key: '04' }, ...told.policy.members.slice(1)] }, 'NOT_A_POINT'],
      [{ custody: 'notary' }, 'MALFORMED'],
    ] as const)
      expect(await checkPolicy({ ...told.policy, ...change } as KeyPolicy, shown)).toBe(fault);
  });

  it('releases the same secrets, each for its own seat and package', async () => {
    for (const [index, expected] of told.releases.entries()) expect(await releaseWrap(member(index + 1), told.header, 'price')).toBe(expected);
    expect(await releaseWrap({ ...member(1), seat: 2 }, told.header, 'price')).toBeNull();
    expect(await releaseWrap(member(1), { ...told.header, rev: 2 }, 'price')).toBeNull();
    expect(await releaseWrap(member(1), told.header, 'tech')).toBeNull();
  });

  it('keeps secrets of both halves in the recovery file', async () => {
    const made = await recoveryFile(told.header, { price: bytes(told.secret) }, told.recovery.passphrase, chance);
    expect(made).toEqual(told.recovery.file);
    expect(await openRecoveryFile(told.recovery.file, '开启人 office 123')).toEqual({ package: told.package, secrets: { price: bytes(told.secret) } });
  });

  it('keeps a member’s key in the same file', async () => {
    expect(await keyFile(member(1), told.key_file.passphrase, chance)).toEqual(told.key_file.file);
    expect(await openKeyFile(told.key_file.file, '开启人 office 123')).toEqual(member(1));
    expect(await openKeyFile(told.key_file.file, 'another')).toBe('WRONG_PASSPHRASE');
    expect(await openKeyFile({ ...told.key_file.file, seat: 2 }, told.key_file.passphrase)).toBe('WRONG_PASSPHRASE');
    expect(await openKeyFile({}, 'x')).toBe('MALFORMED');
  });

  it('answers a challenge to its own key alone', async () => {
    expect(await answerChallenge(member(1), told.challenge)).toBe(told.challenge.nonce);
    expect(await answerChallenge(member(2), told.challenge)).toBeNull();
    expect(await answerChallenge({ ...member(1), seat: 2 }, told.challenge)).toBeNull();
  });

  it('makes keys that are their own', async () => {
    const key = await freshKey('r', 2);
    expect([key.private.length, key.public.length, key.public.slice(0, 2)]).toEqual([64, 130, '04']);
    expect(await openKeyFile(await keyFile(key, 'correct horse'), 'correct horse')).toEqual(key);
  });
});

describe('a bundle', () => {
  const manifest = [told.package];
  const due = (changes: Partial<Due> = {}): Due => ({
    round_id: told.policy.round,
    envelope: 'price',
    seat: 1,
    policy_digest: told.digest,
    closes_at: '2026-11-23T06:00:00.000Z',
    manifest,
    manifest_digest: 'f6e0',
    packages: [{ package: told.package, header: told.header }],
    ...changes,
  });
  const later = Date.parse('2026-11-23T06:00:00.000Z');

  it('is made of what the member has checked', async () => {
    const counted: number[] = [];
    const made = await makeBundle(member(1), due(), (done) => counted.push(done));
    expect(made.releases).toEqual([{ package: told.package, secret: told.releases[0] }]);
    expect(counted).toEqual([1]);
  });

  it('says why a package is left out', async () => {
    const bent = { ...told.header, rev: 2 };
    const reasons = async (changes: Partial<Due>) => (await makeBundle(member(1), due(changes), () => undefined)).releases.map((each) => each.reason);
    expect(await reasons({ manifest: [] })).toEqual(['not_in_manifest']);
    expect(await reasons({ packages: [{ package: told.package, header: bent }] })).toEqual(['package_altered']);
    expect(await reasons({ policy_digest: '0'.repeat(64) })).toEqual(['package_altered']);
    const wrong = await makeBundle({ ...member(2), seat: 1 }, due(), () => undefined);
    expect(wrong.releases).toEqual([{ package: told.package, reason: 'wrap_does_not_open' }]);
  });

  it('is not made at all where something is not as it was confirmed', async () => {
    const { sha256, canonical } = await import('@/sealing/seal');
    const digest = await sha256(canonical(manifest));
    const whole = due({ manifest_digest: digest });
    expect(await distrust(member(1), whole, told.digest, later)).toBeNull();
    expect(await distrust(member(1), whole, told.digest, later - 1)).toBe('TOO_EARLY');
    expect(await distrust(member(2), whole, told.digest, later)).toBe('OTHER_ROUND');
    expect(await distrust(member(1), whole, '0'.repeat(64), later)).toBe('OTHER_POLICY');
    expect(await distrust(member(1), { ...whole, manifest: [] }, told.digest, later)).toBe('OTHER_MANIFEST');
    // A package that is kept from the members.
    const more = [...whole.manifest, 'f'.repeat(64)];
    expect(await distrust(member(1), { ...whole, manifest: more, manifest_digest: await sha256(canonical(more)) }, told.digest, later)).toBe('OTHER_MANIFEST');
    expect(await distrust(member(1), { ...whole, packages: [] }, told.digest, later)).toBeNull();
  });
});
