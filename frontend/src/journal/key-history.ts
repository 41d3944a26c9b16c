// The history of the journal's key, member for member as app/domain/key_history.py: whoever trusts one key follows the
// statements that both keys signed, forward and backward. Shared vectors: tests/vectors/key-history.json.

import { canonical, concat, fromHex, isSignature, NotCanonicalError, sha256, utf8 } from '@/sealing/seal';

export interface Rotation {
  v: 1;
  kind: 'key.rotated';
  number: number;
  old_key: string;
  new_key: string;
  from_checkpoint: number;
  last_checkpoint: string;
  at: number;
  reason: string;
  old_sig: string;
  new_sig: string;
}

export type HistoryFault = 'MALFORMED' | 'BAD_SIGNATURE' | 'BROKEN' | 'OTHER_KEY';
export type KeyFault = 'OTHER_KEY' | 'ENDED_KEY';

export interface KeyHistory {
  /** Public keys in hex, oldest first. */
  keys: readonly string[];
  /** Their short names, by which receipts name them. */
  names: readonly string[];
  rotations: readonly Rotation[];
}

const NAMES = ['v', 'kind', 'number', 'old_key', 'new_key', 'from_checkpoint', 'last_checkpoint', 'at', 'reason', 'old_sig', 'new_sig'] as const;
const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;
const LONGEST_REASON = 500;
const SHORT_NAME = 16;
// A receipt on its way while the key changed: another replica's clock, a batch between signature and commit.
export const GRACE_MS = 60_000;

async function nameOf(key: string): Promise<string> {
  return (await sha256(fromHex(key) ?? new Uint8Array())).slice(0, SHORT_NAME);
}

function isRotation(value: unknown): value is Rotation {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const told = value as Record<string, unknown>;
  if (Object.keys(told).length !== NAMES.length || !NAMES.every((name) => Object.hasOwn(told, name))) return false;
  const text = (name: string, form: RegExp) => typeof told[name] === 'string' && form.test(told[name]);
  const isCounted = ['number', 'from_checkpoint', 'at'].every((name) => Number.isSafeInteger(told[name]) && (told[name] as number) > 0);
  const isHex = ['old_key', 'new_key', 'last_checkpoint'].every((name) => text(name, HEX_32)) && ['old_sig', 'new_sig'].every((name) => text(name, HEX_64));
  const { reason } = told;
  // By letters, as Python counts them.
  const isReason = typeof reason === 'string' && reason.trim() !== '' && [...reason].length <= LONGEST_REASON;
  return told['v'] === 1 && told['kind'] === 'key.rotated' && isCounted && isHex && isReason;
}

async function areBothSigned(told: Rotation): Promise<boolean> {
  const { old_sig, new_sig, ...core } = told;
  const message = canonical(core);
  const isBy = async (key: string, context: string, sig: string) => {
    const [raw, signature] = [fromHex(key), fromHex(sig)];
    return raw !== null && signature !== null && (await isSignature(raw, concat(utf8(context), message), signature));
  };
  return (await isBy(told.old_key, 'bidroom key rotation v1\0', old_sig)) && (await isBy(told.new_key, 'bidroom key possession v1\0', new_sig));
}

/** The history that a list of statements gives to somebody who trusts one key of it (hex); without any the key stands alone. */
export async function followKeys(known: string, rotations: unknown): Promise<KeyHistory | HistoryFault> {
  if (!Array.isArray(rotations)) return 'MALFORMED';
  if (rotations.length === 0) return { keys: [known], names: [await nameOf(known)], rotations: [] };
  for (const one of rotations) {
    if (!isRotation(one)) return 'MALFORMED';
    try {
      if (!(await areBothSigned(one))) return 'BAD_SIGNATURE';
    } catch (error) {
      if (error instanceof NotCanonicalError) return 'MALFORMED';
      throw error;
    }
  }
  const told = rotations as Rotation[];
  const keys = [...told.slice(0, 1).map((one) => one.old_key), ...told.map((one) => one.new_key)];
  const names = await Promise.all(keys.map(nameOf));
  const isLinked = told.every((one, place) => {
    const before = told[place - 1];
    const isNext = before === undefined || (one.old_key === before.new_key && one.from_checkpoint > before.from_checkpoint && one.at >= before.at);
    return isNext && one.number === place + 1;
  });
  if (!isLinked || new Set(names).size !== names.length) return 'BROKEN';
  return keys.includes(known) ? { keys, names, rotations: told } : 'OTHER_KEY';
}

/** The key that vouches for something of an instant (ms; null: not known); an ended one for nothing newer than its end. */
export function receiptKey(history: KeyHistory, keyId: unknown, atMs: number | null): { key: string } | KeyFault {
  const place = history.names.findIndex((name) => name === keyId);
  const key = history.keys[place];
  if (key === undefined) return 'OTHER_KEY';
  const ended = history.rotations[place];
  return ended !== undefined && atMs !== null && atMs > ended.at + GRACE_MS ? 'ENDED_KEY' : { key };
}

/** When a receipt says that its bid or package was received. */
export function receivedMs(receipt: Readonly<Record<string, unknown>>): number | null {
  const at = receipt['received_at'];
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : null;
}

/** The key to check a receipt with, for whoever trusts one key: that one, unless rotations lead to the one it names. */
export async function vouchingKey(trusted: string, receipt: object, rotations: () => Promise<unknown>): Promise<string> {
  const members = receipt as Readonly<Record<string, unknown>>;
  if (members['key_id'] === (await nameOf(trusted))) return trusted;
  const history = await followKeys(trusted, await rotations());
  if (typeof history === 'string') return trusted;
  const found = receiptKey(history, members['key_id'], receivedMs(members));
  return typeof found === 'string' ? trusted : found.key;
}
