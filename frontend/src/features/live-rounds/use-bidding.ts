// Everything about placing a bid on the lot in view: what is possible, what is typed, what is in doubt.
import { useState } from 'react';

import { compare, type Amount } from '@/domain/money';
import { useServerNow } from '@/ui/use-server-now';

import { checkAmount, type Bounds, type TypedVerdict } from '@/domain/bidding';
import { boundsFor, guardFor, referenceOf } from './bid-check';
import type { Doubt } from './confirm-panel';
import { mayAct } from './format-pace';
import type { Priced } from './format-price';
import type { LotView } from './lot-view';
import type { SupplierLot } from './messages';
import { mayBid, momentOf, type Moment } from './moment';
import type { Quote } from './one-tap';
import { isOpenBid, type OutboxBid } from './outbox';
import { privateFloor } from './private-floor';
import type { RoundInfo } from './room-data';
import type { RoomSession, RoomView } from './room-session';

export interface Bidding {
  moment: Moment;
  bounds: Bounds | null;
  reference: Amount;
  /** Bidding is possible this moment. */
  can: boolean;
  /** The own bid on this lot that has no answer yet. */
  waiting: OutboxBid | null;
  /** This window writes for the supplier (LR-36). */
  mayWrite: boolean;
  /** The format lets this bidder act now. */
  isTurn: boolean;
  /** Leading and not asked to go lower: the room is quiet (LR-15). */
  isQuiet: boolean;
  lowerAnyway: () => void;
  draft: Amount;
  setDraft: (amount: Amount) => void;
  /** What the rules would say of the draft; null while it is empty. */
  verdict: TypedVerdict | null;
  doubt: Doubt | null;
  tap: (quote: Quote) => void;
  /** `sent`: as it goes out where that is in another currency. Through the rules and the guard; opens the second look where it is asked for. */
  offer: (amount: Amount, sent?: string) => void;
  confirm: () => void;
  back: () => void;
}

interface BiddingInput {
  info: RoundInfo;
  lots: readonly LotView[];
  lot: LotView;
  room: { session: RoomSession<SupplierLot>; view: RoomView<SupplierLot> };
}

export function useBidding({ info, lots, lot, room }: BiddingInput): Bidding {
  const { facts, state } = lot;
  const now = useServerNow();
  const moment = momentOf(state, now, (info.rules.soft_close?.window_s ?? 0) * 1000);
  const [draft, setDraft] = useDraft(info.id, facts.id);
  const [doubt, setDoubt] = useState<(Doubt & { lotId: string }) | null>(null);
  const [lowering, setLowering] = useState<string | null>(null);
  // Where the format names the price, that is the only amount there is.
  const price = state.pace?.price ?? null;
  const bounds = price === null ? boundsFor(info, lot) : onlyAmount(price);
  const waiting = room.view.outbox.find((bid) => bid.lotId === facts.id && isOpenBid(bid)) ?? null;
  const mayWrite = room.view.pen?.mine !== false;
  const isTurn = mayAct(state.pace, now);
  const can = room.view.fresh && mayWrite && mayBid(moment) && isTurn && waiting === null && bounds !== null;
  const isMine = doubt !== null && doubt.lotId === facts.id && doubt.own === state.own_amount;

  // Leading again after a bid is a new reason to be quiet.
  const leadingAt = `${facts.id}|${state.own_amount ?? ''}`;

  const place = (amount: Amount, oneTap: boolean, own: Amount | null, sent?: string | null): boolean => {
    const placed = room.session.place({ lotId: facts.id, amount, oneTap, quotedOwn: own, sent: sent ?? null, ...(price === null ? {} : { taking: TAKING[info.rules.format as Priced] }) });
    if (placed && !oneTap) setDraft('');
    if (placed) setDoubt(null);
    return placed;
  };
  const offer = (amount: Amount, sent: string | null = null) => {
    if (!can) return;
    const verdict = guardFor(lots, lot, bounds, amount);
    if (verdict.level === 'send') place(amount, false, state.own_amount, sent);
    else setDoubt({ lotId: facts.id, amount, sent, reference: referenceOf(lot), own: state.own_amount, verdict });
  };
  return {
    moment,
    bounds,
    reference: referenceOf(lot),
    can,
    mayWrite,
    isTurn,
    waiting,
    isQuiet: price === null && leadsAlone(lot, info) && lowering !== leadingAt && mayBid(moment) && !isMine,
    lowerAnyway: () => setLowering(leadingAt),
    draft,
    setDraft,
    verdict: draft === '' || bounds === null ? null : checkAmount(bounds, facts, state.own_amount, draft),
    doubt: isMine ? doubt : null,
    tap: (quote) => {
      const floor = privateFloor(facts.id);
      // One tap needs no second look, but for the floor that the bidder has set itself (LR-25).
      if (floor !== null && compare(quote.amount, floor) < 0) offer(quote.amount, quote.sent ?? undefined);
      else place(quote.amount, true, quote.own, quote.sent);
    },
    offer,
    confirm: () => {
      if (can && isMine) place(doubt.amount, false, doubt.own, doubt.sent ?? null);
    },
    back: () => setDoubt(null),
  };
}

/** What taking the named price is called on the wire. */
const TAKING = { japanese: 'stay', dutch: 'accept' } as const;

/** Equal amounts may share the first place: then there is something to bid for. */
function leadsAlone({ state }: LotView, { rules }: RoundInfo): boolean {
  return state.leading && !(state.tied && rules.ties === 'equal_rank');
}

/** Bounds that leave one amount. */
function onlyAmount(price: Amount): Bounds {
  return { highest: price, lowest: price, leastStep: price, reference: price, multiple: false };
}

/** What is typed for a lot, kept over lots, pauses and reloads of this tab. */
function useDraft(roundId: string, lotId: string): [Amount, (amount: Amount) => void] {
  const name = `bidroom.draft.${roundId}.${lotId}`;
  const [drafts, setDrafts] = useState<Readonly<Record<string, Amount>>>({});
  const draft = drafts[name] ?? sessionStorage.getItem(name) ?? '';
  const keep = (amount: Amount) => {
    if (amount === '') sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, amount);
    setDrafts((before) => ({ ...before, [name]: amount }));
  };
  return [draft, keep];
}
