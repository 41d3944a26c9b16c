// Passkeys in the browser (WebAuthn level 3's JSON forms). What the server sends goes in, what it wants comes out.

import { Problem } from './problem';

type Json = Record<string, unknown>;

/** The passkeys of this service belong to another address than the one in the browser's bar. */
export const OTHER_ADDRESS = 'OTHER_ADDRESS';
/** This device holds one already. */
export const PASSKEY_KNOWN = 'PASSKEY_KNOWN';
const CODES: Readonly<Record<string, string>> = { SecurityError: OTHER_ADDRESS, InvalidStateError: PASSKEY_KNOWN };

function coded(error: unknown): never {
  const code = error instanceof DOMException ? CODES[error.name] : undefined;
  throw code === undefined ? error : new Problem(0, code);
}

/** True where the browser and the address can have passkeys: not on a bare number, not without TLS. */
export function hasPasskeys(): boolean {
  const isNumber = /^[\d.]+$|:/.test(location.hostname);
  return window.isSecureContext && !isNumber && typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === 'function';
}

function toJson(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey', 'NotAllowedError');
  const said: unknown = credential.toJSON();
  return said as Json;
}

/** Makes a passkey; throws a DOMException where the person leaves, a Problem where it cannot be. */
export async function makePasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
  return toJson(await navigator.credentials.create({ publicKey }).catch(coded));
}

/** Proves by a passkey; throws a DOMException where the person leaves, a Problem where it cannot be. */
export async function provePasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  return toJson(await navigator.credentials.get({ publicKey }).catch(coded));
}
