// The own bids of a lot: the server's list, and what this device heard since it was fetched. Pure.
import { toMs } from '@/domain/instant';
import type { Amount } from '@/domain/money';

import type { OwnAnswer } from './messages';
import type { Outbox } from './outbox';

/** GET /api/lots/{id}/history as a supplier gets it: own bids that count, and every own answer. */
export interface History {
  bids: readonly { at: string; amount: Amount; voided: boolean; auto?: boolean }[];
  answers: readonly OwnAnswer[];
}

export interface OwnBid {
  bid_id: string;
  amount: Amount;
  received_at: string;
  voided: boolean;
  /** Placed by the service under the own limit. */
  auto?: boolean;
  /** As it was sent, where that was in another currency. */
  sent?: string;
}

/** The accepted own bids with their names; a bid without a receipt to name it cannot be shown with one. */
export function ownBidsOf(history: History): OwnBid[] {
  return history.answers.flatMap((answer) => {
    const at = answer.receipt?.['received_at'];
    const amount = answer.receipt?.['amount'];
    if (answer.state !== 'accepted' || typeof at !== 'string' || typeof amount !== 'string') return [];
    const bid = history.bids.find((each) => each.at === at && each.amount === amount);
    return [{ bid_id: answer.bid_id, amount, received_at: at, voided: bid?.voided === true, ...(bid?.auto === true ? { auto: true } : {}), ...sentOf(answer.receipt) }];
  });
}

export interface OwnRow {
  bidId: string;
  amount: Amount;
  atMs: number;
  state: 'accepted' | 'refused' | 'voided' | 'superseded';
  code: string | null;
  auto?: boolean;
  sent?: string;
}

function sentOf(receipt: Readonly<Record<string, unknown>> | null | undefined): { sent?: string } {
  const sent = receipt?.['sent'];
  return typeof sent === 'string' ? { sent } : {};
}

/** Newest first; the newest accepted one stands, the accepted ones before it are superseded. */
export function ownRows(fetched: readonly OwnBid[], outbox: Outbox, lotId: string): OwnRow[] {
  const rows = new Map<string, OwnRow>();
  for (const bid of outbox) {
    if (bid.lotId !== lotId || (bid.state !== 'accepted' && bid.state !== 'refused')) continue;
    rows.set(bid.bidId, { bidId: bid.bidId, amount: bid.amount, atMs: receivedAt(bid.receipt) ?? bid.sentAt, state: bid.state, code: bid.code, ...(typeof bid.sent === 'string' ? { sent: bid.sent } : {}) });
  }
  // The server's word stands over the device's.
  for (const bid of fetched) {
    const state = bid.voided ? 'voided' : 'accepted';
    rows.set(bid.bid_id, { bidId: bid.bid_id, amount: bid.amount, atMs: toMs(bid.received_at), state, code: null, ...(bid.auto === true ? { auto: true } : {}), ...(bid.sent === undefined ? {} : { sent: bid.sent }) });
  }
  const sorted = [...rows.values()].sort((a, b) => b.atMs - a.atMs);
  const standing = sorted.find((row) => row.state === 'accepted');
  return sorted.map((row) => (row.state === 'accepted' && row !== standing ? { ...row, state: 'superseded' } : row));
}

function receivedAt(receipt: Readonly<Record<string, unknown>> | null): number | null {
  const at = receipt?.['received_at'];
  return typeof at === 'string' ? toMs(at) : typeof at === 'number' ? at : null;
}

/** The steps of the own line: oldest first, accepted ones only. */
export function ownSteps(rows: readonly OwnRow[]): { atMs: number; amount: Amount }[] {
  return rows
    .filter((row) => row.state === 'accepted' || row.state === 'superseded')
    .map(({ atMs, amount }) => ({ atMs, amount }))
    .reverse();
}
