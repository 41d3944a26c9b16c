// The rows of the multi-lot grid (SCREENS.md LR-28): what each says before it is sent, and what became of it. Pure.
import { checkAmount, type Bounds, type TypedVerdict } from '@/domain/bidding';
import type { Verdict } from '@/domain/guard';
import { toMs } from '@/domain/instant';
import type { Amount } from '@/domain/money';

import { boundsFor, guardFor } from './bid-check';
import type { LotView } from './lot-view';
import { mayBid, momentOf, type Moment } from './moment';
import { isOpenBid, type Outbox, type OutboxBid } from './outbox';
import { countedAs, type OwnCurrency } from './own-currency';
import type { RoundInfo } from './room-data';

/** What is typed in a row, in the own currency; `meant` is what it counts as where a person has said yes to that. */
export interface GridDraft {
  amount: Amount;
  picked: boolean;
  meant: Amount | null;
  /** Counts what was put in or taken out other than by typing: the field then begins anew. */
  times: number;
}

export const NO_DRAFT: GridDraft = { amount: '', picked: false, meant: null, times: 0 };

/**
 * `empty` nothing typed · `wrong` a rule would refuse it · `apart` so far off that it is placed on the lot's own field or not at
 * all · `doubt` asks for a yes · `ready` · `waiting` a bid has no answer yet · `shut` no bid is taken now.
 */
export type RowState = 'empty' | 'wrong' | 'apart' | 'doubt' | 'ready' | 'waiting' | 'shut';

export interface GridRow {
  lot: LotView;
  moment: Moment;
  bounds: Bounds | null;
  draft: GridDraft;
  /** What the typed amount counts as in the tender's currency. */
  amount: Amount;
  verdict: TypedVerdict | null;
  guard: Verdict | null;
  state: RowState;
  /** The newest bid that was sent from the grid. */
  sent: OutboxBid | null;
}

export interface GridInput {
  info: RoundInfo;
  lots: readonly LotView[];
  drafts: Readonly<Record<string, GridDraft>>;
  outbox: Outbox;
  /** When each row was last sent from here, in server ms. */
  sentAt: Readonly<Record<string, number>>;
  now: number;
  own: OwnCurrency;
}

export function gridRows(input: GridInput): GridRow[] {
  return input.lots.map((lot) => rowOf(input, lot));
}

function rowOf({ info, lots, drafts, outbox, sentAt, now, own }: GridInput, lot: LotView): GridRow {
  const id = lot.facts.id;
  const moment = momentOf(lot.state, now, (info.rules.soft_close?.window_s ?? 0) * 1000);
  const draft = drafts[id] ?? NO_DRAFT;
  const bounds = boundsFor(info, lot);
  const amount = countedAs(own, draft.amount, lot.facts.scale);
  const verdict = amount === '' || bounds === null ? null : checkAmount(bounds, lot.facts, lot.state.own_amount, amount);
  const guard = verdict?.ok === true ? guardFor(lots, lot, bounds, verdict.amount) : null;
  const mine = outbox.filter((bid) => bid.lotId === id);
  const isWaiting = mine.some(isOpenBid);
  const state = isWaiting ? 'waiting' : !mayBid(moment) || bounds === null ? 'shut' : stateOf(draft, verdict, guard);
  const from = sentAt[id];
  const sent = from === undefined ? null : (mine.filter((bid) => bid.sentAt >= from).at(-1) ?? null);
  return { lot, moment, bounds, draft, amount, verdict, guard, state, sent };
}

function stateOf(draft: GridDraft, verdict: TypedVerdict | null, guard: Verdict | null): RowState {
  if (verdict === null) return 'empty';
  if (!verdict.ok || guard === null) return 'wrong';
  if (guard.level === 'retype' || guard.level === 'blocked') return 'apart';
  return guard.level === 'confirm' && draft.meant !== verdict.amount ? 'doubt' : 'ready';
}

/** The rows that go when "submit selected" is pressed; the others stay as they are, each with its reason. */
export function sendable(rows: readonly GridRow[]): GridRow[] {
  return rows.filter((row) => row.draft.picked && row.state === 'ready');
}

// SCREENS.md LR-28: rows that close within five minutes come up only where a person asks for it.
const SOON_MS = 5 * 60_000;

export function closesSoon(row: GridRow, now: number): boolean {
  return mayBid(row.moment) && toMs(row.lot.state.closes_at) - now < SOON_MS;
}

/** Lots by number; with `soonFirst` those about to close stand first, the soonest on top. */
export function inOrder(rows: readonly GridRow[], soonFirst: boolean, now: number): GridRow[] {
  if (!soonFirst) return [...rows];
  const end = (row: GridRow) => (closesSoon(row, now) ? toMs(row.lot.state.closes_at) : Number.POSITIVE_INFINITY);
  return [...rows].sort((a, b) => (end(a) === end(b) ? a.lot.facts.number - b.lot.facts.number : end(a) - end(b)));
}
