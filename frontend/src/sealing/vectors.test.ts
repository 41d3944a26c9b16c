// Node makes the bytes that Python made: tests/vectors/sealing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { pad, packPrice, packTechnical, type Answer, type PriceOffer } from './body';
import { decode, encode, fromHex, toHex, utf8, type Bytes } from './bytes';
import { canonical, NotCanonicalError, type Json } from './canonical';
import { headerOf, packageDigest, sealPrice, sealTechnical, type HeaderJson } from './package';
import { checkPolicy, fingerprint, policyDigest, type KeyPolicy } from './policy';
import { checkLateNotice, checkManifest, checkReceipt } from './receipt';
import { openRecoveryFile, recoveryFile } from './recovery';
import { derivedPublic, hkdf, hpkeSeal, isPoint } from './suite';

function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../../tests/vectors/sealing/${name}.json`), 'utf8')) as T;
}

function bytes(hex: string): Bytes {
  const made = fromHex(hex);
  if (made === null) throw new Error('a vector is not hex');
  return made;
}

function raw(text: string): Bytes {
  const made = decode(text);
  if (made === null) throw new Error('a vector is not base64url');
  return made;
}

describe('suite', () => {
  const suite = vectors<{
    hkdf: { secret: string; info: string; length: number; out: string }[];
    key_pairs: { ikm: string; public: string }[];
    seals: { public: string; info: string; plaintext: string; ephemeral: string; enc: string; ct: string }[];
    points: { public: string; is_point: boolean }[];
  }>('suite');

  it.each(suite.hkdf)('derives $length bytes for "$info"', async ({ secret, info, length, out }) => {
    expect(toHex(await hkdf(bytes(secret), info, length))).toBe(out);
  });

  it.each(suite.key_pairs)('derives the pair of $ikm', async ({ ikm, public: expected }) => {
    expect(toHex(await derivedPublic(bytes(ikm)))).toBe(expected);
  });

  it.each(suite.seals)('seals $plaintext', async ({ public: key, info, plaintext, ephemeral, enc, ct }) => {
    const made = await hpkeSeal(bytes(key), bytes(info), bytes(plaintext), bytes(ephemeral));
    expect([toHex(made.enc), toHex(made.ct)]).toEqual([enc, ct]);
  });

  it.each(suite.points)('knows whether $public is a point', async ({ public: point, is_point }) => {
    expect(await isPoint(bytes(point))).toBe(is_point);
  });
});

describe('canonical JSON', () => {
  it.each(vectors<{ value: Json; bytes: string }[]>('canonical'))('writes $value', ({ value, bytes: expected }) => {
    expect(toHex(canonical(value))).toBe(expected);
  });

  it.each([0.5, 2 ** 53, NaN, '\ud800', { é: 1 }])('refuses %o', (value) => {
    expect(() => canonical([value])).toThrow(NotCanonicalError);
  });
});

describe('key policy', () => {
  const { policy, digest, fingerprint: groups } = vectors<{ policy: KeyPolicy; digest: string; fingerprint: string[] }>(
    'policy',
  );

  it('has the digest and the fingerprint', async () => {
    expect(await policyDigest(policy)).toBe(digest);
    expect(fingerprint(digest)).toEqual(groups);
  });

  it('is checked before sealing', async () => {
    const shown = { digest, serverLock: policy.server_lock, round: policy.round, lot: policy.lots[0] ?? '' };
    expect(await checkPolicy(policy, shown)).toBeNull();
    expect(await checkPolicy({ ...policy, rules_digest: '0'.repeat(64) }, shown)).toBe('OTHER_DIGEST');
    expect(await checkPolicy(policy, { ...shown, serverLock: '04' })).toBe('OTHER_LOCK');
    expect(await checkPolicy(policy, { ...shown, lot: 'another' })).toBe('OTHER_ROUND');
    expect(await checkPolicy({ ...policy, custody: 'committee' }, shown)).toBe('MALFORMED');
  });
});

interface PriceVectors {
  server_lock: { public: string };
  offer: PriceOffer;
  bucket: number;
  secret: string;
  body: string;
  header: HeaderJson;
  ct: string;
  package: string;
}

describe('a package with a price', () => {
  const vector = vectors<PriceVectors>('price');
  const lock = {
    serverLock: vector.server_lock.public,
    binding: vector.header,
    bucket: vector.bucket,
    secret: bytes(vector.secret),
  };

  it('is the same, byte for byte', async () => {
    expect(toHex(packPrice(vector.offer))).toBe(vector.body);
    const made = await sealPrice(lock, vector.offer);
    if (made.state === 'refused') throw new Error(made.code);
    expect(encode(made.ct)).toBe(vector.ct);
    const header = headerOf(vector.header, [made.envelope]);
    expect(header).toEqual(vector.header);
    expect(await packageDigest(header)).toBe(vector.package);
  });

  it('has one length for 1.00 and 999999999.99', async () => {
    const made = await Promise.all(['1.00', '999999999.99'].map((amount) => sealPrice(lock, { ...vector.offer, amount })));
    expect(made.map((one) => one.state === 'sealed' && one.ct.length)).toEqual([4112, 4112]);
  });

  it.each(['1', '1.0', '01.00', '1e5', '-1.00', '１.00', '1.00 ', ''])('refuses %o as an amount', async (amount) => {
    expect(await sealPrice(lock, { ...vector.offer, amount })).toEqual({ state: 'refused', code: 'NOT_AN_AMOUNT' });
  });

  it('refuses a lock off the curve, a foreign binding and a body over its bucket', async () => {
    const moved = `${lock.serverLock.slice(0, -1)}${lock.serverLock.endsWith('0') ? '1' : '0'}`;
    expect(await sealPrice({ ...lock, serverLock: moved }, vector.offer)).toMatchObject({ code: 'NOT_A_POINT' });
    const binding = { ...lock.binding, tag: 'a|b' };
    expect(await sealPrice({ ...lock, binding }, vector.offer)).toMatchObject({ code: 'BAD_BINDING' });
    expect(await sealPrice({ ...lock, bucket: 64 }, vector.offer)).toMatchObject({ code: 'TOO_LARGE', bucket: 64 });
    expect(pad(utf8('12345'), 4)).toBeNull();
  });

  it('draws a secret of its own where none is given', async () => {
    const fresh = { ...lock, secret: undefined };
    const made = await Promise.all([sealPrice(fresh, vector.offer), sealPrice(fresh, vector.offer)]);
    const [first, second] = made.map((one) => (one.state === 'sealed' ? toHex(one.secret) : ''));
    expect(first).toHaveLength(64);
    expect(first).not.toBe(second);
  });
});

describe('a package with both envelopes', () => {
  const vector = vectors<{
    server_lock: { public: string };
    answers: Answer[];
    files: { name: string; type: string; content: string }[];
    bucket: number;
    secrets: { tech: string; price: string };
    body: string;
    header: HeaderJson;
    ct_begins: string;
    ct_ends: string;
    package: string;
  }>('technical');

  it('is the same, byte for byte', async () => {
    const files = vector.files.map((file) => ({ ...file, content: raw(file.content) }));
    expect(toHex(await packTechnical(vector.answers, files))).toBe(vector.body);
    const lock = { serverLock: vector.server_lock.public, binding: vector.header };
    const tech = await sealTechnical(
      { ...lock, bucket: vector.bucket, secret: bytes(vector.secrets.tech) },
      vector.answers,
      files,
    );
    const { offer } = vectors<PriceVectors>('price');
    const price = await sealPrice({ ...lock, bucket: 4096, secret: bytes(vector.secrets.price) }, offer);
    if (tech.state === 'refused' || price.state === 'refused') throw new Error('nothing was sealed');
    expect(toHex(tech.ct.subarray(0, 64))).toBe(vector.ct_begins);
    expect(toHex(tech.ct.subarray(-64))).toBe(vector.ct_ends);
    const header = headerOf(vector.header, [price.envelope, tech.envelope]);
    expect(header).toEqual(vector.header);
    expect(await packageDigest(header)).toBe(vector.package);
  });
});

describe('receipts', () => {
  const vector = vectors<{
    public_key: string;
    header: HeaderJson;
    receipts: { receipt: unknown; fault: string | null }[];
    notices: { notice: unknown; fault: string | null }[];
    manifests: { digests: string[]; fault: string | null }[];
  }>('receipt');

  it('are judged as Python judges them', async () => {
    for (const { receipt, fault } of vector.receipts) expect(await checkReceipt(receipt, vector.public_key)).toBe(fault);
    for (const { notice, fault } of vector.notices)
      expect(await checkLateNotice(notice, vector.public_key)).toBe(fault);
  });

  it('vouch for one package and one key alone', async () => {
    const [good, withdrawn] = vector.receipts.map((one) => one.receipt);
    expect(await checkReceipt(withdrawn, vector.public_key, vector.header)).toBeNull();
    expect(await checkReceipt(good, vector.public_key, vector.header)).toBeNull();
    expect(await checkReceipt(good, vector.public_key, { ...vector.header, rev: 2 })).toBe('OTHER_PACKAGE');
    expect(await checkReceipt(good, '0'.repeat(64), vector.header)).toBe('OTHER_KEY');
  });

  it('are looked for in the manifest', async () => {
    const name = await packageDigest(vector.header);
    for (const { digests, fault } of vector.manifests) expect(checkManifest(name, digests)).toBe(fault);
  });
});

describe('the recovery file', () => {
  const vector = vectors<{
    passphrase: string;
    salt: string;
    nonce: string;
    header: HeaderJson;
    secrets: { price: string };
    file: Record<string, unknown>;
  }>('recovery');

  it('is the same, byte for byte, and opens again', async () => {
    const chance = { salt: raw(vector.salt), nonce: raw(vector.nonce) };
    const secrets = { price: bytes(vector.secrets.price) };
    expect(await recoveryFile(vector.header, secrets, vector.passphrase, chance)).toEqual(vector.file);
    expect(await openRecoveryFile(vector.file, '竞价 office 123')).toEqual({ package: vector.file.package, secrets });
  });

  it('does not open with another passphrase or for another package', async () => {
    expect(await openRecoveryFile(vector.file, 'other')).toBe('WRONG_PASSPHRASE');
    expect(await openRecoveryFile({ ...vector.file, package: '0'.repeat(64) }, vector.passphrase)).toBe(
      'WRONG_PASSPHRASE',
    );
    expect(await openRecoveryFile({ ...vector.file, iterations: 1 }, vector.passphrase)).toBe('MALFORMED');
  });
});
