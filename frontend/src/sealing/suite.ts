// The one suite of packages: HPKE (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. SEALING.md 3.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';

import { concat, utf8, type Bytes } from './bytes';

const KEY_BYTES = 32;
const POINT_BYTES = 65;

/** Whether this page can seal at all: browsers give WebCrypto to pages from https and from the own machine alone. */
export function hasWebCrypto(): boolean {
  return typeof crypto !== 'undefined' && (crypto as Partial<Crypto>).subtle !== undefined;
}

/** 32 random bytes: the secret V of one envelope. */
export function freshSecret(): Bytes {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** HKDF-SHA256 with an empty salt. */
export async function hkdf(secret: Bytes, info: string, length = KEY_BYTES): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length));
}

function suite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

/** The public half of the pair that RFC 9180's DeriveKeyPair makes of `ikm`. */
export async function derivedPublic(ikm: Bytes): Promise<Bytes> {
  const { kem } = suite();
  const pair = await kem.deriveKeyPair(ikm);
  return new Uint8Array(await kem.serializePublicKey(pair.publicKey));
}

/** Whether the bytes are an uncompressed point of P-256: the browser's own import says so. */
export async function isPoint(bytes: Bytes): Promise<boolean> {
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4) return false;
  try {
    await crypto.subtle.importKey('raw', bytes, { name: 'ECDH', namedCurve: 'P-256' }, true, []);
    return true;
  } catch {
    return false;
  }
}

/** (enc, ciphertext) in base mode. The ephemeral key derives from `ephemeral`, so that an auditor can repeat it. */
export async function hpkeSeal(
  recipient: Bytes,
  info: Bytes,
  plaintext: Bytes,
  ephemeral: Bytes,
): Promise<{ enc: Bytes; ct: Bytes }> {
  const made = suite();
  const recipientPublicKey = await made.kem.deserializePublicKey(recipient);
  const sender = await made.createSenderContext({ recipientPublicKey, info, ekm: ephemeral });
  return { enc: new Uint8Array(sender.enc), ct: new Uint8Array(await sender.seal(plaintext)) };
}

/** AES-256-GCM with a nonce of zeros: the key is used for this one message. */
export async function encryptOnce(key: Bytes, plaintext: Bytes, aad: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const parameters = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: aad };
  return concat(new Uint8Array(await crypto.subtle.encrypt(parameters, imported, plaintext)));
}
