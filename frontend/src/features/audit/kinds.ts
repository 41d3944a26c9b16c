// Kinds of entries as the page groups them: ready questions of AU-02, and a tone and a picture for each.

import type { Tone } from '@/domain/states';
import type { IconName } from '@/ui/icon';

import type { Entry, Kind, Preset } from './queries';

export const QUESTIONS = {
  bids: ['bid.accepted', 'bid.refused', 'bid.voided', 'auto_bid.set', 'auto_bid.ended'],
  refused: [
    'bid.refused', 'session.refused', 'access.refused', 'approval.denied', 'supplier.refused', 'project.refused', 'tender.refused', 'invitation.refused',
    'lot.refused', 'auto_bid.refused', 'package.refused', 'opening.refused', 'scoring.refused', 'decision.refused', 'unsealing.refused', 'reading.refused', 'export.refused',
    'committee.refused', 'releases.refused',
  ],
  approvals: ['approval.proposed', 'approval.granted', 'approval.refused', 'approval.voided', 'approval.denied'],
  course: [
    'lot.opened', 'lot.extended', 'lot.extended_by_hand', 'lot.paused', 'lot.resume_set', 'lot.resumed', 'lot.moved', 'lot.closed', 'lot.cancelled', 'broadcast.sent',
  ],
  sealed: [
    'policy.fixed', 'round.opened', 'round.extended', 'round.closed', 'package.received', 'package.withdrawn', 'package.refused', 'envelopes.opened',
    'opening.refused', 'prices.released', 'bid.seeded',
    'committee.formed', 'member_key.added', 'policy.confirmed', 'rehearsal.done', 'committee.refused', 'committee.rekeyed',
    'releases.received', 'releases.refused', 'recovery.asked', 'recovery.given',
  ],
  marks: [
    'panel.invited', 'conflict.declared', 'aliases.drawn', 'marks.submitted', 'consensus.changed', 'scores.locked', 'scores.unlocked', 'scoring.refused',
    'ranking.made', 'ranking.confirmed', 'shortlist.made', 'shortlist.proposed', 'shortlist.voted', 'shortlist.locked', 'what_if.noted',
    'inquiry.opened', 'inquiry.answered', 'inquiry.decided', 'offer.excluded', 'scenario.kept', 'scenario.adopted', 'scenario.refused',
  ],
  demand: [
    'project.requested', 'project.edited', 'project.planned', 'attachment.added', 'stage.moved', 'stage.due_set', 'group.changed', 'group.declared', 'experts.drawn',
    'stage.owner_set', 'message.sent', 'delegation.made', 'delegation.ended', 'delegation.refused',
  ],
  questions: [
    'question.asked', 'question.cleared', 'question.returned', 'question.merged', 'question.released', 'answer.drafted', 'answer.approved', 'answer.published',
  ],
  documents: [
    'documents.taken', 'document.drawn', 'document.redacted', 'document.cleared', 'document.withheld', 'document.reported', 'original.read',
  ],
  names: ['decision.proposed', 'decision.approved', 'decision.returned', 'decision.reopened', 'identity.unsealed', 'identity.emergency_unsealed', 'vault.read', 'vault.erased'],
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

/** Questions that the server answers across kinds (SCREENS.md AU-02); one of them is about one tender. */
export const PRESETS = ['privileged_reads', 'after_close', 'rule_changes', 'voids'] as const satisfies readonly Preset[];

export function needsTender(preset: Preset): boolean {
  return preset === 'after_close';
}

export function kindKey(kind: string): string {
  return kind.replaceAll('.', '_');
}

const ICONS: Readonly<Record<string, IconName>> = {
  account: 'account', session: 'account', password: 'lock', access: 'lock', approval: 'approval', supplier: 'supplier', evidence: 'file',
  certification: 'seal', tender: 'tender', response: 'tender', invitation: 'tender', grades: 'seal', lot: 'clock', bid: 'gavel', broadcast: 'info', round: 'clock',
  policy: 'lock', package: 'seal', envelopes: 'seal', opening: 'seal', prices: 'seal', panel: 'accounts', conflict: 'accounts', aliases: 'accounts',
  marks: 'check', consensus: 'check', scores: 'lock', scoring: 'check', documents: 'file', document: 'file', original: 'file', shortlist: 'sort', ranking: 'sort', what_if: 'search', inquiry: 'search', question: 'help', answer: 'help', offer: 'close', decision: 'check', identity: 'accounts', unsealing: 'accounts', notice: 'bell', read: 'search', export: 'export', checkpoint: 'checkpoint',
  project: 'file', stage: 'timeline', group: 'accounts', experts: 'accounts', attachment: 'file',
};

export function iconOf(kind: string): IconName {
  return ICONS[kind.split('.')[0] ?? ''] ?? 'info';
}

export function toneOfEntry(entry: Entry): Tone {
  if (entry.is_refused) return 'bad';
  if (entry.kind === 'bid.accepted') return 'good';
  if (/^(lot\.(paused|extended|extended_by_hand)|round\.extended|consensus\.changed|bid\.voided|identity\.unsealed)$/.test(entry.kind)) return 'warn';
  return 'calm';
}
