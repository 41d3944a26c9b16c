// What an invitation asks of the supplier now, and how urgent it is (SP-01). Pure.
import { toMs } from '@/domain/instant';

import type { InvitationRow } from './api';
import type { SealedStanding } from './sealed-standing';

export type InvitationKind = 'sealed_copy' | 'sealed_help' | 'sealed_open' | 'sealed_done' | 'sealed_closed' | 'room_open' | 'acknowledge' | 'answer' | 'room_soon' | 'joined' | 'evaluation' | 'result' | 'declined' | 'missed' | 'cancelled';

type Asked = Pick<InvitationRow, 'state' | 'opens_at' | 'rounds' | 'response_due_at' | 'own' | 'procedure'>;

// The room opens half an hour before the round (SCREENS.md 2.2.9).
export const LOBBY_MS = 30 * 60_000;

export function invitationKind(row: Asked, nowMs: number, sealed?: SealedStanding): InvitationKind {
  const { state, opens_at: opensAt, own, procedure } = row;
  if (state === 'cancelled') return 'cancelled';
  if (state === 'awarded' || state === 'unsuccessful') return own.joined ? 'result' : 'missed';
  const [ask] = sealed?.asks ?? [];
  if (ask !== undefined) return `sealed_${ask.kind}`;
  if (own.needs_acknowledgement && own.can_answer) return 'acknowledge';
  if (own.response === 'none') return own.can_answer ? 'answer' : 'missed';
  if (own.response === 'declined') return 'declined';
  if (state === 'evaluation') return 'evaluation';
  if (!own.joined) return 'missed';
  if (procedure !== 'live') return sealedKind(row, nowMs, sealed);
  return roomKind(toMs(opensAt) - nowMs);
}

/** While the sealed round runs it asks; after it the live round does, where there is one. */
function sealedKind(row: Pick<Asked, 'rounds'>, nowMs: number, sealed: SealedStanding | undefined): InvitationKind {
  if (sealed?.status === 'open') return sealed.sealed < sealed.lots ? 'sealed_open' : 'sealed_done';
  if (sealed?.status !== 'closed') return 'joined';
  const live = liveAfterSealed(row);
  const room = live === undefined || live.is_earliest ? 'joined' : roomKind(toMs(live.opens_at) - nowMs);
  return room === 'joined' ? 'sealed_closed' : room;
}

/** The live round that follows a sealed one; until the sealed prices are open its opening is only the earliest. */
export function liveAfterSealed({ rounds }: Pick<Asked, 'rounds'>) {
  return rounds.length > 1 ? rounds.find((round) => round.kind === 'live') : undefined;
}

function roomKind(until: number): InvitationKind {
  if (until <= 0) return 'room_open';
  return until <= LOBBY_MS ? 'room_soon' : 'joined';
}

// An own copy is waited for some minutes only, help for days.
const URGENCY: readonly InvitationKind[] = ['sealed_copy', 'room_open', 'room_soon', 'sealed_help', 'sealed_open', 'acknowledge', 'answer', 'sealed_done', 'joined', 'sealed_closed', 'evaluation', 'result', 'declined', 'missed', 'cancelled'];

export interface Task {
  row: InvitationRow;
  kind: InvitationKind;
  sealed?: SealedStanding | undefined;
}

type Standings = Readonly<Record<string, SealedStanding>>;

/** The most urgent first; within one kind, by the instant that counts next, newest last round first. */
export function tasksOf(rows: readonly InvitationRow[], nowMs: number, standings: Standings = {}): Task[] {
  return rows
    .map((row) => {
      const sealed = standings[row.sealed_round_id ?? ''];
      return { row, sealed, kind: invitationKind(row, nowMs, sealed) };
    })
    .sort((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind) || nextAt(a) - nextAt(b));
}

/** Which instant counts next, and the word for it. */
export function nextTime(row: Pick<InvitationRow, 'response_due_at' | 'opens_at' | 'rounds' | 'procedure'>, kind: InvitationKind, sealed: SealedStanding | undefined) {
  if (kind === 'answer' || kind === 'acknowledge') return { said: 'home.answer_by', at: row.response_due_at } as const;
  if (isAsked(kind)) return { said: 'home.asked_until', at: sealed?.asks[0]?.until ?? row.opens_at } as const;
  if (kind === 'sealed_open' || kind === 'sealed_done') return { said: 'home.sealed_until', at: sealed?.closesAt ?? row.opens_at } as const;
  if (kind === 'sealed_closed' && liveAfterSealed(row)?.is_earliest) return { said: 'times.opens_earliest', at: opensNext(row, kind) } as const;
  const isLive = row.procedure === 'live' || kind === 'room_open' || kind === 'room_soon';
  return { said: isLive ? 'home.opens' : 'home.sealed_opens', at: opensNext(row, kind) } as const;
}

function nextAt({ row, kind, sealed }: Task): number {
  const at = toMs(nextTime(row, kind, sealed).at);
  return kind === 'evaluation' || isPast(kind) ? -at : at;
}

/** The opening of a closed round wants something of this bidder. */
export function isAsked(kind: InvitationKind): boolean {
  return kind === 'sealed_copy' || kind === 'sealed_help';
}

/** The opening that counts next: of the live round once the sealed one is closed, of the first round before. */
export function opensNext(row: Pick<Asked, 'opens_at' | 'rounds'>, kind: InvitationKind): string {
  const isLive = kind === 'room_soon' || kind === 'room_open' || kind === 'sealed_closed';
  return (isLive ? liveAfterSealed(row)?.opens_at : undefined) ?? row.opens_at;
}

/** Nothing to do here any more. */
export function isPast(kind: InvitationKind): boolean {
  return kind === 'result' || kind === 'declined' || kind === 'missed' || kind === 'cancelled';
}
