// A committee member's own key: made on this machine, kept in a file under a passphrase, proven, and used to release the
// wraps of what is due. Byte for byte as app/domain/sealing/{member_key,committee,releases}.py; SEALING.md 2 and 6.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';

import { canonical, decode, encode, fromHex, packageDigest, sha256, toHex, utf8, type Bytes, type EnvelopeKind, type HeaderJson } from '@/sealing/seal';

const ITERATIONS = 600_000;
const MOST_ITERATIONS = 10_000_000;

export interface MemberKey {
  round: string;
  seat: number;
  /** Hex: 32 bytes of scalar and an uncompressed point. */
  private: string;
  public: string;
}

interface Shown {
  v: 1;
  kind: 'bidroom.committee_key';
  kdf: 'PBKDF2-SHA-256';
  iterations: number;
  salt: string;
  nonce: string;
  round: string;
  seat: number;
  public: string;
}

export interface KeyFile extends Shown {
  ct: string;
}

function suite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

/** A fresh key for a seat of a round. */
export async function freshKey(round: string, seat: number): Promise<MemberKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { round, seat, private: toHex(decode(jwk.d ?? '') ?? new Uint8Array(0)), public: toHex(point) };
}

async function guard(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(parameters, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** The key file; `chance` is for test vectors alone. */
export async function keyFile(key: MemberKey, passphrase: string, chance?: { salt: Bytes; nonce: Bytes }): Promise<KeyFile> {
  const salt = chance?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  const nonce = chance?.nonce ?? crypto.getRandomValues(new Uint8Array(12));
  const shown: Shown = {
    v: 1,
    kind: 'bidroom.committee_key',
    kdf: 'PBKDF2-SHA-256',
    iterations: ITERATIONS,
    salt: encode(salt),
    nonce: encode(nonce),
    round: key.round,
    seat: key.seat,
    public: key.public,
  };
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: canonical({ ...shown }) };
  const sealed = await crypto.subtle.encrypt(parameters, await guard(passphrase, salt, ITERATIONS), canonical({ private: key.private }));
  return { ...shown, ct: encode(new Uint8Array(sealed)) };
}

function isKeyFile(value: unknown): value is KeyFile {
  if (typeof value !== 'object' || value === null) return false;
  const file = value as Partial<KeyFile>;
  const texts = [file.salt, file.nonce, file.ct, file.round, file.public];
  const isKnown = file.v === 1 && file.kind === 'bidroom.committee_key' && file.kdf === 'PBKDF2-SHA-256';
  const rounds = file.iterations;
  if (!isKnown || !texts.every((text) => typeof text === 'string') || !Number.isSafeInteger(file.seat)) return false;
  return Number.isInteger(rounds) && Number(rounds) >= ITERATIONS && Number(rounds) <= MOST_ITERATIONS;
}

/** The key in a file, or why there is none to be had. */
export async function openKeyFile(value: unknown, passphrase: string): Promise<MemberKey | 'MALFORMED' | 'WRONG_PASSPHRASE'> {
  if (!isKeyFile(value)) return 'MALFORMED';
  const { ct: sealed, ...shown } = value;
  const [salt, nonce, ct] = [decode(value.salt), decode(value.nonce), decode(sealed)];
  if (salt === null || nonce?.length !== 12 || ct === null) return 'MALFORMED';
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: canonical({ ...shown }) };
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(parameters, await guard(passphrase, salt, value.iterations), ct);
  } catch {
    return 'WRONG_PASSPHRASE';
  }
  const told = JSON.parse(new TextDecoder().decode(plain)) as { private?: unknown };
  const isKey = typeof told.private === 'string' && fromHex(told.private)?.length === 32;
  return isKey ? { round: value.round, seat: value.seat, private: String(told.private), public: value.public } : 'MALFORMED';
}

async function privateKeyOf(key: MemberKey): Promise<CryptoKey> {
  const point = fromHex(key.public) ?? new Uint8Array(0);
  const jwk = { kty: 'EC', crv: 'P-256', d: encode(fromHex(key.private) ?? new Uint8Array(0)), x: encode(point.slice(1, 33)), y: encode(point.slice(33)) };
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
}

/** What a challenge says, in hex: only the key's holder can read it. Null where it is for another key, seat or round. */
export async function answerChallenge(key: MemberKey, challenge: { enc: string; ct: string }): Promise<string | null> {
  const [enc, ct] = [fromHex(challenge.enc), decode(challenge.ct)];
  if (enc === null || ct === null) return null;
  return hpkeOpen(key, enc, utf8(`proof|${key.round}|${key.seat}`), ct);
}

async function hpkeOpen(key: MemberKey, enc: Bytes, info: Bytes, ct: Bytes): Promise<string | null> {
  try {
    const recipient = await suite().createRecipientContext({ recipientKey: await privateKeyOf(key), enc: enc.buffer, info });
    return toHex(new Uint8Array(await recipient.open(ct.buffer)));
  } catch {
    return null;
  }
}

/** What a member releases of one envelope: the wrap's shared secret, in hex; null where the wrap does not open. */
export async function releaseWrap(key: MemberKey, header: HeaderJson, kind: EnvelopeKind): Promise<string | null> {
  const envelope = header.envelopes.find((each) => each.kind === kind);
  const wrap = envelope?.wraps[key.seat - 1];
  const [enc, ct] = [fromHex(wrap?.enc ?? ''), decode(wrap?.ct ?? '')];
  if (!wrap || enc?.length !== 65 || ct === null) return null;
  const { round, lot, tag, rev, policy, prev } = header;
  const ctx = [round, lot, kind, tag, String(rev), policy, prev].join('|');
  const share = await hpkeOpen(key, enc, utf8(`share|${key.seat}|${ctx}`), ct);
  if (share?.length !== 64) return null;
  const secret = await suite().kem.decap({ recipientKey: await privateKeyOf(key), enc: enc.buffer });
  return toHex(new Uint8Array(secret));
}

export interface Due {
  round_id: string;
  envelope: EnvelopeKind;
  seat: number;
  policy_digest: string;
  closes_at: string;
  manifest: string[];
  manifest_digest: string;
  packages: { package: string; header: HeaderJson }[];
}

export type Distrust = 'TOO_EARLY' | 'OTHER_ROUND' | 'OTHER_POLICY' | 'OTHER_MANIFEST';

interface Released {
  package: string;
  secret?: string;
  reason?: 'wrap_does_not_open' | 'package_altered' | 'not_in_manifest';
}

/** Whether nobody's package is kept from the members: all of the manifest is due, but prices after a technical part. Where
 * nothing is due nothing is released. */
function isWhole(due: Due): boolean {
  const hasTechnical = due.packages.some(({ header }) => header.envelopes.some((one) => one.kind === 'tech'));
  const named = new Set(due.packages.map((each) => each.package));
  return due.packages.length === 0 || (due.envelope === 'price' && hasTechnical) || due.manifest.every((name) => named.has(name));
}

/** Why a member's key is not used at all, or null (SEALING.md section 6 point 1). `policy`: as it was confirmed. */
export async function distrust(key: MemberKey, due: Due, policy: string, now: number): Promise<Distrust | null> {
  if (now < Date.parse(due.closes_at)) return 'TOO_EARLY';
  if (due.round_id !== key.round || due.seat !== key.seat) return 'OTHER_ROUND';
  if (due.policy_digest !== policy) return 'OTHER_POLICY';
  if ((await sha256(canonical(due.manifest))) !== due.manifest_digest) return 'OTHER_MANIFEST';
  return isWhole(due) ? null : 'OTHER_MANIFEST';
}

/** The bundle of everything that is due; `tell` hears how many packages are done. */
export async function makeBundle(key: MemberKey, due: Due, tell: (done: number) => void) {
  const releases: Released[] = [];
  for (const each of [...due.packages].sort((first, second) => (first.package < second.package ? -1 : 1))) {
    releases.push(await released(key, due, each));
    tell(releases.length);
  }
  const { round_id: round, envelope, seat, policy_digest: policy, manifest_digest: manifest } = due;
  return { v: 1, kind: 'bidroom.releases', round, envelope, seat, policy, manifest, releases };
}

async function released(key: MemberKey, due: Due, each: Due['packages'][number]): Promise<Released> {
  if (!due.manifest.includes(each.package)) return { package: each.package, reason: 'not_in_manifest' };
  const isIt = (await packageDigest(each.header)) === each.package;
  if (!isIt || each.header.policy !== due.policy_digest) return { package: each.package, reason: 'package_altered' };
  const secret = await releaseWrap(key, each.header, due.envelope);
  return secret === null ? { package: each.package, reason: 'wrap_does_not_open' } : { package: each.package, secret };
}
