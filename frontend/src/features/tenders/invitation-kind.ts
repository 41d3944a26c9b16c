// What an invitation asks of the supplier now, and how urgent it is (SP-01). Pure.
import { toMs } from '@/domain/instant';

import type { InvitationRow } from './api';
import type { SealedStanding } from './sealed-standing';

export type InvitationKind = 'sealed_open' | 'sealed_done' | 'sealed_closed' | 'room_open' | 'acknowledge' | 'answer' | 'room_soon' | 'joined' | 'evaluation' | 'result' | 'declined' | 'missed' | 'cancelled';

type Asked = Pick<InvitationRow, 'state' | 'opens_at' | 'response_due_at' | 'own' | 'procedure'>;

/** What is known of the rounds besides the row: the sealed one, and when the live one after it opens. */
export interface Rounds {
  sealed?: SealedStanding | undefined;
  liveOpensAt?: string | undefined;
}

// The room opens half an hour before the round (SCREENS.md 2.2.9).
export const LOBBY_MS = 30 * 60_000;

export function invitationKind({ state, opens_at: opensAt, own, procedure }: Asked, nowMs: number, rounds: Rounds = {}): InvitationKind {
  if (state === 'cancelled') return 'cancelled';
  if (state === 'awarded' || state === 'unsuccessful') return own.joined ? 'result' : 'missed';
  if (own.needs_acknowledgement && own.can_answer) return 'acknowledge';
  if (own.response === 'none') return own.can_answer ? 'answer' : 'missed';
  if (own.response === 'declined') return 'declined';
  if (state === 'evaluation') return 'evaluation';
  if (!own.joined) return 'missed';
  if (procedure !== 'live') return sealedKind(nowMs, rounds);
  return roomKind(toMs(opensAt) - nowMs);
}

/** While the sealed round runs it asks; after it the live round does, where there is one. */
function sealedKind(nowMs: number, { sealed, liveOpensAt }: Rounds): InvitationKind {
  if (sealed?.status === 'open') return sealed.sealed < sealed.lots ? 'sealed_open' : 'sealed_done';
  if (sealed?.status !== 'closed') return 'joined';
  const room = liveOpensAt === undefined ? 'joined' : roomKind(toMs(liveOpensAt) - nowMs);
  return room === 'joined' ? 'sealed_closed' : room;
}

function roomKind(until: number): InvitationKind {
  if (until <= 0) return 'room_open';
  return until <= LOBBY_MS ? 'room_soon' : 'joined';
}

const URGENCY: readonly InvitationKind[] = ['room_open', 'room_soon', 'sealed_open', 'acknowledge', 'answer', 'sealed_done', 'joined', 'sealed_closed', 'evaluation', 'result', 'declined', 'missed', 'cancelled'];

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
      return { row, sealed, kind: invitationKind(row, nowMs, { sealed }) };
    })
    .sort((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind) || nextAt(a) - nextAt(b));
}

function nextAt({ row, kind, sealed }: Task): number {
  if (kind === 'sealed_open' || kind === 'sealed_done') return toMs(sealed?.closesAt ?? row.opens_at);
  if (kind === 'answer' || kind === 'acknowledge') return toMs(row.response_due_at);
  const opens = toMs(row.opens_at);
  return kind === 'result' || kind === 'evaluation' || kind === 'missed' || kind === 'declined' || kind === 'cancelled' ? -opens : opens;
}

/** Nothing to do here any more. */
export function isPast(kind: InvitationKind): boolean {
  return kind === 'result' || kind === 'declined' || kind === 'missed' || kind === 'cancelled';
}
