// Kinds of entries as the page groups them: ready questions of AU-02, and a tone and a picture for each.

import type { Tone } from '@/domain/states';
import type { IconName } from '@/ui/icon';

import type { Entry, Kind } from './queries';

export const QUESTIONS = {
  bids: ['bid.accepted', 'bid.refused', 'bid.voided'],
  refused: [
    'bid.refused', 'session.refused', 'access.refused', 'approval.denied', 'supplier.refused', 'tender.refused', 'invitation.refused',
    'lot.refused', 'decision.refused', 'unsealing.refused', 'export.refused',
  ],
  approvals: ['approval.proposed', 'approval.granted', 'approval.refused', 'approval.voided', 'approval.denied'],
  course: [
    'lot.opened', 'lot.extended', 'lot.extended_by_hand', 'lot.paused', 'lot.resume_set', 'lot.resumed', 'lot.closed', 'lot.cancelled', 'broadcast.sent',
  ],
  names: ['decision.proposed', 'decision.approved', 'decision.returned', 'identity.unsealed'],
  voids: ['bid.voided'],
  reads: ['read.privileged', 'export.taken', 'access.refused'],
} as const satisfies Record<string, readonly Kind[]>;

export type Question = keyof typeof QUESTIONS;

/** The question that these kinds are, if they are one. */
export function questionOf(kinds: readonly Kind[]): Question | null {
  const found = (Object.keys(QUESTIONS) as Question[]).find((question) => {
    const asked: readonly Kind[] = QUESTIONS[question];
    return asked.length === kinds.length && asked.every((kind) => kinds.includes(kind));
  });
  return found ?? null;
}

export function kindKey(kind: string): string {
  return kind.replaceAll('.', '_');
}

const ICONS: Readonly<Record<string, IconName>> = {
  account: 'account', session: 'account', password: 'lock', access: 'lock', approval: 'approval', supplier: 'supplier', evidence: 'file',
  certification: 'seal', tender: 'tender', response: 'tender', invitation: 'tender', lot: 'clock', bid: 'gavel', broadcast: 'info', round: 'clock',
  ranking: 'sort', decision: 'check', identity: 'accounts', unsealing: 'accounts', notice: 'bell', read: 'search', export: 'export', checkpoint: 'checkpoint',
};

export function iconOf(kind: string): IconName {
  return ICONS[kind.split('.')[0] ?? ''] ?? 'info';
}

export function toneOfEntry(entry: Entry): Tone {
  if (entry.is_refused) return 'bad';
  if (entry.kind === 'bid.accepted') return 'good';
  if (/^(lot\.(paused|extended|extended_by_hand)|bid\.voided|identity\.unsealed)$/.test(entry.kind)) return 'warn';
  return 'calm';
}
