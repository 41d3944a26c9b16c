// Reads what somebody pasted or dropped, and asks of each receipt in it whether the key vouches for it. Nothing leaves the browser.

import { checkLateNotice, checkReceipt, hasWebCrypto, type ReceiptFault } from '@/sealing/seal';

import { followKeys, receiptKey, receivedMs, type KeyFault, type KeyHistory } from '@/journal/key-history';

import { checkLiveReceipt, type LiveFault } from './live-receipt';

export const RECEIPT_KINDS = ['bid.accepted', 'package.received', 'package.withdrawn', 'package.late'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];
export type Fault = ReceiptFault | LiveFault | KeyFault | 'UNKNOWN_KIND';

export interface Checked {
  kind: ReceiptKind | null;
  fault: Fault | null;
  receipt: Readonly<Record<string, unknown>>;
}

// A file of all receipts of a long round; more would freeze an old machine for minutes.
const MOST = 500;

/** The receipts in a text: one, a list, or a record that holds one under `receipt` (the page's own recovery files); null where it is no JSON. */
export function receiptsIn(text: string): Record<string, unknown>[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.trim());
  } catch {
    return null;
  }
  const list = Array.isArray(parsed) ? parsed : [parsed];
  const found = list.filter(isRecord).map((one) => (isRecord(one['receipt']) ? one['receipt'] : one));
  return found.length === 0 ? null : found.slice(0, MOST);
}

/** What holds of each, for whoever trusts one key of the journal (hex): rotations lead from there to earlier and later ones. */
export async function checkAll(receipts: readonly Record<string, unknown>[], trusted: string, rotations: unknown = []): Promise<Checked[]> {
  const followed = hasWebCrypto() ? await followKeys(trusted, rotations) : null;
  // Of a journal whose rotations do not hold that key, it stands for itself.
  const history = followed === null || typeof followed === 'string' ? null : followed;
  const checked: Checked[] = [];
  for (const receipt of receipts) checked.push(await checkOne(receipt, trusted, history));
  return checked;
}

async function checkOne(receipt: Record<string, unknown>, trusted: string, history: KeyHistory | null): Promise<Checked> {
  const found = history === null ? 'OTHER_KEY' : receiptKey(history, receipt['key_id'], receivedMs(receipt));
  // Of a key that no rotation leads to, the check itself tells.
  const publicKey = typeof found === 'string' ? trusted : found.key;
  const kind = RECEIPT_KINDS.find((one) => one === receipt['kind']) ?? null;
  if (!hasWebCrypto()) return { kind, fault: 'NO_WEBCRYPTO', receipt };
  if (kind !== null && found === 'ENDED_KEY') return { kind, fault: 'ENDED_KEY', receipt };
  switch (kind) {
    case null:
      return { kind, fault: 'UNKNOWN_KIND', receipt };
    case 'bid.accepted':
      return { kind, fault: await checkLiveReceipt(receipt, publicKey), receipt };
    case 'package.late':
      return { kind, fault: await checkLateNotice(receipt, publicKey), receipt };
    case 'package.received':
    case 'package.withdrawn':
      return { kind, fault: await checkReceipt(receipt, publicKey), receipt };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
