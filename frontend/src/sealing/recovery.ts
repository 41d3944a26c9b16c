// The recovery file: a bidder's secrets of a package under a passphrase, byte for byte as app/domain/sealing/recovery.py.

import { decode, encode, fromHex, toHex, utf8, type Bytes } from './bytes';
import { canonical } from './canonical';
import { packageDigest, type EnvelopeKind, type HeaderJson } from './package';

const ITERATIONS = 600_000;
// A file that asks for more would only keep the machine busy.
const MOST_ITERATIONS = 10_000_000;
const KINDS: readonly EnvelopeKind[] = ['tech', 'price'];

export type Secrets = Partial<Record<EnvelopeKind, Bytes>>;

interface PublicMembers {
  v: 1;
  kind: 'bidroom.recovery';
  kdf: 'PBKDF2-SHA-256';
  iterations: number;
  salt: string;
  nonce: string;
  round: string;
  lot: string;
  rev: number;
  package: string;
}

export interface RecoveryFile extends PublicMembers {
  ct: string;
}

async function keyOf(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const words = utf8(passphrase.normalize('NFKC'));
  const base = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(parameters, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** The file of a package's secrets; `chance` is for test vectors alone. */
export async function recoveryFile(
  header: HeaderJson,
  secrets: Secrets,
  passphrase: string,
  chance?: { salt: Bytes; nonce: Bytes },
): Promise<RecoveryFile> {
  const salt = chance?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  const nonce = chance?.nonce ?? crypto.getRandomValues(new Uint8Array(12));
  const open: PublicMembers = {
    v: 1,
    kind: 'bidroom.recovery',
    kdf: 'PBKDF2-SHA-256',
    iterations: ITERATIONS,
    salt: encode(salt),
    nonce: encode(nonce),
    round: header.round,
    lot: header.lot,
    rev: header.rev,
    package: await packageDigest(header),
  };
  const told: Record<string, string> = {};
  for (const kind of KINDS) {
    const secret = secrets[kind];
    if (secret) told[kind] = toHex(secret);
  }
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: canonical({ ...open }) };
  const key = await keyOf(passphrase, salt, ITERATIONS);
  return { ...open, ct: encode(new Uint8Array(await crypto.subtle.encrypt(parameters, key, canonical(told)))) };
}

function isRecoveryFile(value: unknown): value is RecoveryFile {
  if (typeof value !== 'object' || value === null) return false;
  const file = value as Partial<RecoveryFile>;
  const texts = [file.salt, file.nonce, file.ct, file.round, file.lot, file.package];
  const isKnown = file.v === 1 && file.kind === 'bidroom.recovery' && file.kdf === 'PBKDF2-SHA-256';
  const rounds = file.iterations;
  if (!isKnown || !texts.every((text) => typeof text === 'string') || !Number.isSafeInteger(file.rev)) return false;
  return Number.isInteger(rounds) && Number(rounds) >= ITERATIONS && Number(rounds) <= MOST_ITERATIONS;
}

/** The package's name and its secrets, or why there are none to be had. */
export async function openRecoveryFile(
  value: unknown,
  passphrase: string,
): Promise<{ package: string; secrets: Secrets } | 'MALFORMED' | 'WRONG_PASSPHRASE'> {
  if (!isRecoveryFile(value)) return 'MALFORMED';
  const { ct: sealed, ...open } = value;
  const [salt, nonce, ct] = [decode(value.salt), decode(value.nonce), decode(sealed)];
  if (salt === null || nonce?.length !== 12 || ct === null) return 'MALFORMED';
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: canonical({ ...open }) };
  let plain: ArrayBuffer;
  try {
    plain = await crypto.subtle.decrypt(parameters, await keyOf(passphrase, salt, value.iterations), ct);
  } catch {
    return 'WRONG_PASSPHRASE';
  }
  const told = JSON.parse(new TextDecoder().decode(plain)) as Record<string, unknown>;
  const secrets: Secrets = {};
  for (const kind of KINDS) {
    const text = told[kind];
    const secret = typeof text === 'string' ? fromHex(text) : null;
    // With a committee a secret is S||V, else V alone.
    if (secret?.length === 32 || secret?.length === 64) secrets[kind] = secret;
  }
  return Object.keys(secrets).length ? { package: value.package, secrets } : 'MALFORMED';
}
