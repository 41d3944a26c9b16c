// The device's own record of bids on their way (SCREENS.md LR-31, LR-32). Pure: outbox + happening → outbox + wishes.
// A bid is written here, and to the device, before it is sent; it leaves only with an answer of the server.
// After a loss the page asks for the bid's status before anything else; it never sends again blindly.
import type { PlaceBid, PriceTaken, Receipt, StatusFrame } from './messages';

export type OutboxState = 'sending' | 'unknown' | 'accepted' | 'refused' | 'unsent';

export interface OutboxBid {
  bidId: string;
  lotId: string;
  amount: string;
  /** As it goes out, where that is in another currency: the code and the amount in it. */
  sent?: string | null;
  /** The amount is the price that the format names. */
  taking?: PriceTaken['type'];
  /** The own amount the button or the field was computed from. */
  quotedOwn: string | null;
  oneTap: boolean;
  /** Names the rules the button was drawn from. */
  rulesHash: string | null;
  /** Server time in ms when first sent. */
  sentAt: number;
  /** What the lot looked like then; an automatic second sending needs it unchanged. */
  basis: string;
  state: OutboxState;
  resent: boolean;
  code: string | null;
  detail: Readonly<Record<string, string>> | null;
  receipt: Receipt | null;
  answeredAt: number | null;
}

export type Outbox = readonly OutboxBid[];

export type Happening =
  | { kind: 'placed'; bid: OutboxBid }
  | { kind: 'receipted'; bidId: string; receipt: Receipt; at: number }
  | { kind: 'refused'; bidId: string; code: string; detail: Readonly<Record<string, string>>; at: number }
  | { kind: 'lost' }
  | { kind: 'welcomed' }
  | { kind: 'waited'; at: number }
  | { kind: 'stumbled'; bidId: string }
  | { kind: 'status'; frame: StatusFrame; at: number; basis: string | null }
  | { kind: 'dismissed'; bidId: string };

export type Wish = { kind: 'send'; frame: PlaceBid | PriceTaken } | { kind: 'ask'; bidId: string };

export interface Step {
  outbox: Outbox;
  wishes: readonly Wish[];
}

// LR-32: after five seconds the figures the supplier decided on are too old to act for him.
export const RESEND_WITHIN_MS = 5_000;
// An answer takes one group commit, some tens of milliseconds; after three seconds something is wrong and the page asks.
export const ASK_AFTER_MS = 3_000;

export function newBid(
  sent: Pick<OutboxBid, 'bidId' | 'lotId' | 'amount' | 'sent' | 'taking' | 'quotedOwn' | 'oneTap' | 'rulesHash' | 'sentAt' | 'basis'>,
): OutboxBid {
  return { ...sent, state: 'sending', resent: false, code: null, detail: null, receipt: null, answeredAt: null };
}

export function isOpenBid(bid: OutboxBid): boolean {
  return bid.state === 'sending' || bid.state === 'unknown';
}

/** While one bid on the lot has no answer, no second one is offered: its amount would be computed from a guess. */
export function isWaiting(outbox: Outbox, lotId: string): boolean {
  return outbox.some((bid) => bid.lotId === lotId && isOpenBid(bid));
}

export function stepping(outbox: Outbox, happening: Happening): Step {
  switch (happening.kind) {
    case 'placed':
      return placing(outbox, happening.bid);
    case 'receipted':
      return silent(accepting(outbox, happening.bidId, happening.receipt, happening.at));
    case 'refused':
      return silent(refusing(outbox, happening.bidId, happening.code, happening.detail, happening.at));
    case 'lost':
      return silent(outbox.map((bid) => (bid.state === 'sending' ? { ...bid, state: 'unknown' } : bid)));
    case 'welcomed':
      return asking(outbox, isOpenBid);
    case 'waited':
      return asking(outbox, (bid) => isOpenBid(bid) && happening.at - bid.sentAt >= ASK_AFTER_MS);
    case 'stumbled':
      return asking(outbox, (bid) => isOpenBid(bid) && bid.bidId === happening.bidId);
    case 'status':
      return answering(outbox, happening);
    case 'dismissed':
      return silent(outbox.filter((bid) => bid.bidId !== happening.bidId || isOpenBid(bid)));
  }
}

function silent(outbox: Outbox): Step {
  return { outbox, wishes: [] };
}

function placing(outbox: Outbox, bid: OutboxBid): Step {
  if (outbox.some((known) => known.bidId === bid.bidId) || isWaiting(outbox, bid.lotId)) return silent(outbox);
  return { outbox: [...outbox, bid], wishes: [{ kind: 'send', frame: frameOf(bid) }] };
}

export function frameOf(bid: OutboxBid): PlaceBid | PriceTaken {
  if (bid.taking !== undefined) return { type: bid.taking, bid_id: bid.bidId, lot_id: bid.lotId, amount: bid.amount };
  const frame: PlaceBid = { type: 'place_bid', bid_id: bid.bidId, lot_id: bid.lotId, amount: bid.sent ?? bid.amount };
  if (!bid.oneTap || bid.rulesHash === null) return frame;
  return { ...frame, quote: { own: bid.quotedOwn, rules_hash: bid.rulesHash } };
}

function changing(outbox: Outbox, bidId: string, change: Partial<OutboxBid>): Outbox {
  return outbox.map((bid) => (bid.bidId === bidId ? { ...bid, ...change } : bid));
}

function accepting(outbox: Outbox, bidId: string, receipt: Receipt, at: number): Outbox {
  return changing(outbox, bidId, { state: 'accepted', receipt, code: null, detail: null, answeredAt: at });
}

function refusing(
  outbox: Outbox,
  bidId: string,
  code: string,
  detail: Readonly<Record<string, string>>,
  at: number,
): Outbox {
  // The first answer to a name stands: a refusal of a repeat must not unsay an acceptance.
  const known = outbox.find((bid) => bid.bidId === bidId);
  if (known?.state === 'accepted') return outbox;
  return changing(outbox, bidId, { state: 'refused', code, detail, answeredAt: at });
}

function asking(outbox: Outbox, which: (bid: OutboxBid) => boolean): Step {
  const asked = outbox.map((bid) => (which(bid) ? { ...bid, state: 'unknown' as const } : bid));
  return { outbox: asked, wishes: outbox.filter(which).map((bid) => ({ kind: 'ask', bidId: bid.bidId })) };
}

function answering(outbox: Outbox, happening: Extract<Happening, { kind: 'status' }>): Step {
  const { frame, at, basis } = happening;
  const bid = outbox.find((known) => known.bidId === frame.bid_id);
  if (bid === undefined || !isOpenBid(bid)) return silent(outbox);
  if (frame.state === 'accepted') return silent(accepting(outbox, bid.bidId, frame.receipt ?? {}, at));
  if (frame.state === 'refused') {
    return silent(refusing(outbox, bid.bidId, frame.code ?? '', frame.detail ?? {}, at));
  }
  const mayResend = !bid.resent && at - bid.sentAt < RESEND_WITHIN_MS && basis === bid.basis;
  if (!mayResend) return silent(changing(outbox, bid.bidId, { state: 'unsent', answeredAt: at }));
  const again: OutboxBid = { ...bid, state: 'sending', resent: true };
  return { outbox: changing(outbox, bid.bidId, again), wishes: [{ kind: 'send', frame: frameOf(again) }] };
}
