// Checking the receipt of a live bid in the browser, member for member as app/domain/receipts.py does.

import { NotCanonicalError, canonical, concat, fromHex, isSignature, sha256, toHex, utf8, type Bytes, type Json } from '@/sealing/seal';

export type LiveFault = 'MALFORMED' | 'OTHER_KEY' | 'NOT_IN_TREE' | 'BAD_SIGNATURE';

const CORE = ['v', 'kind', 'round', 'lot', 'bid_id', 'amount', 'received_at', 'rules_hash', 'entry_hash', 'key_id'] as const;
const MEMBERS = [...CORE, 'path', 'root', 'sig'];
const DEPTH = 8;
const STEP = /^[LR][0-9a-f]{64}$/;

type Members = Record<string, unknown>;

/** What is wrong with it, or null when the key (hex) vouches for every member. */
export async function checkLiveReceipt(receipt: Members, publicKey: string): Promise<LiveFault | null> {
  const { v, kind, path, root, sig } = receipt;
  const isWhole = Object.keys(receipt).length === MEMBERS.length && MEMBERS.every((name) => Object.hasOwn(receipt, name));
  if (!isWhole || v !== 1 || kind !== 'bid.accepted' || !CORE.slice(1).every((name) => typeof receipt[name] === 'string')) return 'MALFORMED';
  if (!Array.isArray(path) || path.length !== DEPTH || !path.every((step) => typeof step === 'string' && STEP.test(step))) return 'MALFORMED';
  const [key, signature] = [fromHex(publicKey), typeof sig === 'string' ? fromHex(sig) : null];
  if (typeof root !== 'string' || signature === null) return 'MALFORMED';
  if (key === null || (await sha256(key)).slice(0, 16) !== receipt['key_id']) return 'OTHER_KEY';
  const found = await rootOf(receipt, path as string[]);
  if (found === null) return 'MALFORMED';
  if (toHex(found) !== root) return 'NOT_IN_TREE';
  return (await isSignature(key, concat(utf8('bidroom receipt root v1\0'), found), signature)) ? null : 'BAD_SIGNATURE';
}

async function rootOf(receipt: Members, path: readonly string[]): Promise<Bytes | null> {
  const core = Object.fromEntries(CORE.map((name) => [name, receipt[name] as Json]));
  let head: Bytes;
  try {
    head = await hashOf(0, canonical(core));
  } catch (error) {
    if (error instanceof NotCanonicalError) return null;
    throw error;
  }
  for (const step of path) {
    const sibling = fromHex(step.slice(1));
    if (sibling === null) return null;
    head = await (step.startsWith('L') ? hashOf(1, sibling, head) : hashOf(1, head, sibling));
  }
  return head;
}

/** A leaf (0) or a node (1): the mark before the bytes keeps one from passing for the other. */
async function hashOf(mark: 0 | 1, ...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(Uint8Array.of(mark), ...parts)));
}
