// What an invitation asks of the supplier now, and how urgent it is (SP-01). Pure.
import { toMs } from '@/domain/instant';

import type { InvitationRow } from './api';

export type InvitationKind = 'room_open' | 'acknowledge' | 'answer' | 'room_soon' | 'joined' | 'evaluation' | 'result' | 'declined' | 'missed' | 'cancelled';

type Asked = Pick<InvitationRow, 'state' | 'opens_at' | 'response_due_at' | 'own'>;

// The room opens half an hour before the round (SCREENS.md 2.2.9).
export const LOBBY_MS = 30 * 60_000;

export function invitationKind({ state, opens_at: opensAt, own }: Asked, nowMs: number): InvitationKind {
  if (state === 'cancelled') return 'cancelled';
  if (state === 'awarded' || state === 'unsuccessful') return own.joined ? 'result' : 'missed';
  if (own.needs_acknowledgement && own.can_answer) return 'acknowledge';
  if (own.response === 'none') return own.can_answer ? 'answer' : 'missed';
  if (own.response === 'declined') return 'declined';
  if (state === 'evaluation') return 'evaluation';
  if (!own.joined) return 'missed';
  const until = toMs(opensAt) - nowMs;
  if (until <= 0) return 'room_open';
  return until <= LOBBY_MS ? 'room_soon' : 'joined';
}

const URGENCY: readonly InvitationKind[] = ['room_open', 'room_soon', 'acknowledge', 'answer', 'joined', 'evaluation', 'result', 'declined', 'missed', 'cancelled'];

export interface Task {
  row: InvitationRow;
  kind: InvitationKind;
}

/** The most urgent first; within one kind, by the instant that counts next, newest last round first. */
export function tasksOf(rows: readonly InvitationRow[], nowMs: number): Task[] {
  return rows
    .map((row) => ({ row, kind: invitationKind(row, nowMs) }))
    .sort((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind) || nextAt(a) - nextAt(b));
}

function nextAt({ row, kind }: Task): number {
  if (kind === 'answer' || kind === 'acknowledge') return toMs(row.response_due_at);
  const opens = toMs(row.opens_at);
  return kind === 'result' || kind === 'evaluation' || kind === 'missed' || kind === 'declined' || kind === 'cancelled' ? -opens : opens;
}

/** Nothing to do here any more. */
export function isPast(kind: InvitationKind): boolean {
  return kind === 'result' || kind === 'declined' || kind === 'missed' || kind === 'cancelled';
}
