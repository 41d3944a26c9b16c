// Checking receipts, late notices and the manifest: the page does it by itself, on every load. SEALING.md 4 and 5.

import { concat, fromHex, utf8, type Bytes } from './bytes';
import { canonical, NotCanonicalError, sha256, type Json } from './canonical';
import { isSignature } from './ed25519';
import { packageDigest, type HeaderJson } from './package';
import { hasWebCrypto } from './suite';

export interface SealedReceipt {
  v: 1;
  kind: 'package.received' | 'package.withdrawn';
  round: string;
  lot: string;
  envelopes: string[];
  /** Six digits, so that all receipts of a lot are equally long. */
  rev: string;
  package: string;
  policy: string;
  custody: string;
  /** Milliseconds since 1970, server's UTC. */
  received_at: number;
  entry_hash: string;
  pin: string;
  key_id: string;
  sig: string;
}

export interface LateNotice {
  v: 1;
  kind: 'package.late';
  round: string;
  lot: string;
  package: string;
  received_at: number;
  closes_at: number;
  key_id: string;
  sig: string;
}

export type ReceiptFault =
  'MALFORMED' | 'OTHER_KEY' | 'BAD_SIGNATURE' | 'OTHER_PACKAGE' | 'NOT_IN_MANIFEST' | 'NO_WEBCRYPTO';

const ID = /^[0-9A-Za-z._-]{1,64}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const SHARED: Record<string, RegExp> = {
  round: ID,
  lot: ID,
  package: DIGEST,
  key_id: /^[0-9a-f]{16}$/,
  sig: /^[0-9a-f]{128}$/,
};
const RECEIPT: Record<string, RegExp> = {
  ...SHARED,
  kind: /^package\.(received|withdrawn)$/,
  rev: /^[0-9]{6}$/,
  policy: DIGEST,
  custody: /^(server|committee)$/,
  entry_hash: DIGEST,
  pin: DIGEST,
};
const NOTICE: Record<string, RegExp> = { ...SHARED, kind: /^package\.late$/ };
// Thirteen digits: from 2001 to 2286.
const FIRST_INSTANT = 10 ** 12;
const LAST_INSTANT = 10 ** 13 - 1;

type Members = Record<string, unknown>;

function membersOf(value: unknown, texts: Record<string, RegExp>, others: readonly string[]): Members | null {
  if (typeof value !== 'object' || value === null) return null;
  const members = value as Members;
  const names = [...Object.keys(texts), ...others];
  if (Object.keys(members).length !== names.length || !names.every((name) => Object.hasOwn(members, name))) return null;
  const areTexts = Object.entries(texts).every(([name, pattern]) => {
    const text = members[name];
    return typeof text === 'string' && pattern.test(text);
  });
  return areTexts && members.v === 1 && isInstant(members.received_at) ? members : null;
}

function isInstant(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= FIRST_INSTANT && (value as number) <= LAST_INSTANT;
}

function messageOf(members: Members): Bytes {
  const core = { ...members } as { [key: string]: Json };
  delete core.sig;
  return concat(utf8('bidroom package receipt v1\0'), canonical(core));
}

async function signatureFault(members: Members, publicKey: string): Promise<ReceiptFault | null> {
  const key = fromHex(publicKey);
  const signature = fromHex(String(members.sig));
  if (key === null || signature === null) return 'OTHER_KEY';
  if ((await sha256(key)).slice(0, 16) !== members.key_id) return 'OTHER_KEY';
  try {
    return (await isSignature(key, messageOf(members), signature)) ? null : 'BAD_SIGNATURE';
  } catch (error) {
    if (error instanceof NotCanonicalError) return 'MALFORMED';
    throw error;
  }
}

/** What is wrong with a receipt, or null when the journal's key (hex) vouches for all of it, and for this package. */
export async function checkReceipt(
  receipt: unknown,
  publicKey: string,
  header?: HeaderJson,
): Promise<ReceiptFault | null> {
  if (!hasWebCrypto()) return 'NO_WEBCRYPTO';
  const members = membersOf(receipt, RECEIPT, ['v', 'envelopes', 'received_at']);
  if (members === null || !['["tech","price"]', '["price"]'].includes(JSON.stringify(members.envelopes)))
    return 'MALFORMED';
  const fault = await signatureFault(members, publicKey);
  if (fault !== null || header === undefined) return fault;
  const isSame =
    members.package === (await packageDigest(header)) &&
    members.round === header.round &&
    members.lot === header.lot &&
    members.policy === header.policy &&
    // A withdrawal has a revision of its own, one more than the package that it withdraws.
    Number(members.rev) === header.rev + (members.kind === 'package.withdrawn' ? 1 : 0) &&
    JSON.stringify(members.envelopes) === JSON.stringify(header.envelopes.map((envelope) => envelope.kind));
  return isSame ? null : 'OTHER_PACKAGE';
}

/** What is wrong with a late notice, or null. One that says it was in time is malformed. */
export async function checkLateNotice(notice: unknown, publicKey: string): Promise<ReceiptFault | null> {
  if (!hasWebCrypto()) return 'NO_WEBCRYPTO';
  const members = membersOf(notice, NOTICE, ['v', 'received_at', 'closes_at']);
  if (members === null || !isInstant(members.closes_at) || (members.received_at as number) < members.closes_at)
    return 'MALFORMED';
  return signatureFault(members, publicKey);
}

/** Whether a package stands among the live ones at the close. */
export function checkManifest(packageName: string, digests: readonly string[]): ReceiptFault | null {
  return digests.includes(packageName) ? null : 'NOT_IN_MANIFEST';
}
