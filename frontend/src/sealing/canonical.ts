// Canonical JSON (RFC 8785) of what packages are made of: the same bytes as Python's app/domain/sealing/canonical.py.

import { toHex, utf8, type Bytes } from './bytes';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export class NotCanonicalError extends Error {}

/** The canonical bytes. Throws NotCanonicalError for a fraction, a huge number, a lone surrogate, an odd key. */
export function canonical(value: Json): Bytes {
  return utf8(written(value));
}

function written(value: Json): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonicalError('only whole numbers have a canonical form here');
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === 'string') {
    if (hasLoneSurrogate(value)) throw new NotCanonicalError('a lone surrogate is no text');
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(written).join(',')}]`;
  const keys = Object.keys(value).sort();
  if (keys.some((key) => /[^\0-\x7f]/.test(key))) throw new NotCanonicalError('keys are ASCII');
  return `{${keys.map((key) => `${JSON.stringify(key)}:${written(member(value, key))}`).join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function member(value: { readonly [key: string]: Json }, key: string): Json {
  const found = value[key];
  if (found === undefined) throw new NotCanonicalError(`${key} has no value`);
  return found;
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** SHA-256 in hex. */
export async function sha256(bytes: Bytes): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** SHA-256 of the canonical bytes in hex. */
export async function digestOf(value: Json): Promise<string> {
  return sha256(canonical(value));
}
