// Sealing an envelope and naming a package. SEALING.md section 3; the bytes equal app/domain/sealing's.
//
//   swrap  = HPKE.Seal(server lock, info = "server|" + ctx, V), its ephemeral key derived from V
//   wraps  = a committee's shares of S (committee.ts); none in server custody, where there is no S
//   cek    = HKDF(S||V, "cek|" + ctx); commit = HKDF(S||V, "commit|" + ctx)
//   ct     = AES-256-GCM(cek, nonce 0, padded body, aad = ctx)

import { isAmount, packPrice, packTechnical, pad, type Answer, type FileToSeal, type PriceOffer } from './body';
import { concat, encode, fromHex, toHex, utf8, type Bytes } from './bytes';
import { digestOf, NotCanonicalError, sha256 } from './canonical';
import { makeWraps, type Committee, type WrapJson } from './committee';
import { encryptOnce, freshSecret, hasWebCrypto, hkdf, hpkeSeal, isPoint } from './suite';

export type EnvelopeKind = 'tech' | 'price';

/** What a package belongs to; `prev` is the digest of the last own revision, '' before the first. */
export interface Binding {
  round: string;
  lot: string;
  tag: string;
  rev: number;
  policy: string;
  prev: string;
}

export interface EnvelopeJson {
  kind: EnvelopeKind;
  enc: string;
  swrap: string;
  /** A committee's wraps in the order of its seats; none in server custody. */
  wraps: WrapJson[];
  commit: string;
  ct_sha256: string;
  size: number;
}

export interface HeaderJson extends Binding {
  v: 1;
  envelopes: EnvelopeJson[];
}

export interface SealedEnvelope {
  state: 'sealed';
  envelope: EnvelopeJson;
  /** The ciphertext: `encode(ct)` goes into a frame, the bytes into an upload. */
  ct: Bytes;
  /** S||V, or V alone in server custody: belongs into the recovery file and nowhere else. */
  secret: Bytes;
}

/** Why nothing was sealed. The page shows a sentence and sends nothing: there is no way around it in plain text. */
export interface SealRefusal {
  state: 'refused';
  code: 'NO_WEBCRYPTO' | 'NOT_AN_AMOUNT' | 'NOT_A_TEXT' | 'TOO_LARGE' | 'NOT_A_POINT' | 'BAD_BINDING';
  /** Of TOO_LARGE: how many bytes it would have, and how many there are. */
  size?: number;
  bucket?: number;
}

export interface Lock {
  /** The round's server-lock key, hex, as in the key policy. */
  serverLock: string;
  /** Who else must open it, as in the key policy; none in server custody. */
  committee?: Committee | null;
  binding: Binding;
  bucket: number;
  /** For test vectors alone; every real envelope draws its own. */
  secret?: Bytes;
}

const ID = /^[0-9A-Za-z._-]{1,64}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const LARGEST_REVISION = 999_999;

function isBinding(binding: Binding): boolean {
  const { round, lot, tag, rev, policy, prev } = binding;
  const isNamed = [round, lot, tag].every((part) => ID.test(part)) && DIGEST.test(policy);
  return isNamed && (prev === '' || DIGEST.test(prev)) && Number.isInteger(rev) && rev >= 1 && rev <= LARGEST_REVISION;
}

const SEED_BYTES = 32;

/** What every key and every ciphertext of an envelope is bound to. */
export function contextOf(binding: Binding, kind: EnvelopeKind): string {
  const { round, lot, tag, rev, policy, prev } = binding;
  return [round, lot, kind, tag, String(rev), policy, prev].join('|');
}

async function sealed(lock: Lock, kind: EnvelopeKind, pack: () => Bytes | Promise<Bytes>) {
  if (!hasWebCrypto()) return refused('NO_WEBCRYPTO');
  const serverLock = fromHex(lock.serverLock);
  const keys = [serverLock, ...(lock.committee?.members ?? []).map(fromHex)];
  for (const key of keys) if (key === null || !(await isPoint(key))) return refused('NOT_A_POINT');
  if (serverLock === null) return refused('NOT_A_POINT');
  if (!isBinding(lock.binding)) return refused('BAD_BINDING');
  let body: Bytes;
  try {
    body = await pack();
  } catch (error) {
    if (error instanceof NotCanonicalError) return refused('NOT_A_TEXT');
    throw error;
  }
  const padded = pad(body, lock.bucket);
  if (padded === null) return { ...refused('TOO_LARGE'), size: body.length, bucket: lock.bucket };
  return sealBody(lock, kind, serverLock, padded);
}

async function sealBody(lock: Lock, kind: EnvelopeKind, serverLock: Bytes, padded: Bytes): Promise<SealedEnvelope> {
  const committee = lock.committee ?? null;
  const secret = lock.secret ?? (committee === null ? freshSecret() : concat(freshSecret(), freshSecret()));
  const lockSeed = secret.slice(-SEED_BYTES);
  const ctx = contextOf(lock.binding, kind);
  const ephemeral = await hkdf(lockSeed, `eph|server|${ctx}`);
  const wrap = await hpkeSeal(serverLock, utf8(`server|${ctx}`), lockSeed, ephemeral);
  const ct = await encryptOnce(await hkdf(secret, `cek|${ctx}`), padded, utf8(ctx));
  const envelope: EnvelopeJson = {
    kind,
    enc: toHex(wrap.enc),
    swrap: encode(wrap.ct),
    wraps: committee === null ? [] : await makeWraps(committee, ctx, secret.slice(0, SEED_BYTES)),
    commit: toHex(await hkdf(secret, `commit|${ctx}`)),
    ct_sha256: await sha256(ct),
    size: ct.length,
  };
  return { state: 'sealed', envelope, ct, secret };
}

function refused(code: SealRefusal['code']): SealRefusal {
  return { state: 'refused', code };
}

/** The price envelope of an offer. */
export async function sealPrice(lock: Lock, offer: PriceOffer): Promise<SealedEnvelope | SealRefusal> {
  const amounts = [offer.amount, ...offer.lines.map(([, amount]) => amount)];
  if (!amounts.every((amount) => isAmount(amount, offer.scale))) return refused('NOT_AN_AMOUNT');
  return sealed(lock, 'price', () => packPrice(offer));
}

/** The technical envelope of answers and files. */
export async function sealTechnical(
  lock: Lock,
  answers: readonly Answer[],
  files: readonly FileToSeal[] = [],
): Promise<SealedEnvelope | SealRefusal> {
  return sealed(lock, 'tech', () => packTechnical(answers, files));
}

/** The header of a package: technical part first, as it is opened first. */
export function headerOf(binding: Binding, envelopes: readonly EnvelopeJson[]): HeaderJson {
  const { round, lot, tag, rev, policy, prev } = binding;
  const ordered = [...envelopes].sort((first, second) => (first.kind < second.kind ? 1 : -1));
  return { v: 1, round, lot, tag, rev, policy, prev, envelopes: ordered };
}

/** The name of a package: SHA-256 of its header's canonical JSON, in hex. */
export async function packageDigest(header: HeaderJson): Promise<string> {
  const envelopes = header.envelopes.map((envelope) => ({ ...envelope, wraps: envelope.wraps.map((wrap) => ({ ...wrap })) }));
  return digestOf({ ...header, envelopes });
}
