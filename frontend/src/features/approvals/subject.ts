// What a proposal is about, in one line, from its summary; names of bidders never stand there before they may (AP-01).

import { pick, type Lang } from '@/domain/lang';

import type { Proposal } from './queries';

function text(summary: Proposal['summary'], key: string): string {
  const value = summary[key];
  return typeof value === 'string' ? value : '';
}

/** "T-2026-014 · Compressors", "岚川压缩机", or nothing where the summary has no name. */
export function subjectOf(proposal: Proposal, lang: Lang): string {
  const { summary } = proposal;
  const title = pick(lang, { zh: text(summary, 'title_zh') || text(summary, 'name_zh'), en: text(summary, 'title_en') || text(summary, 'name_en') });
  return [text(summary, 'reference'), title, text(summary, 'person')].filter(Boolean).join(' · ');
}

/** The catalogue's key of a kind: its dots would be read as levels. */
export function kindKey(kind: string): string {
  return kind.replaceAll('.', '_');
}

/** Where the subject itself can be seen. */
export function placeOf(proposal: Proposal): string | null {
  if (proposal.subject_kind === 'project') return `/projects/${proposal.subject_id}`;
  if (proposal.subject_kind === 'application') return `/supplier-applications/${proposal.subject_id}`;
  if (proposal.subject_kind === 'supplier') return `/suppliers/${proposal.subject_id}`;
  if (proposal.tender_id === null) return null;
  if (proposal.kind === 'answer.publish') return `/tenders/${proposal.tender_id}/questions`;
  if (proposal.kind === 'contract.approve' || proposal.kind === 'contract.end' || proposal.kind.startsWith('bafo.')) return `/tenders/${proposal.tender_id}/contract`;
  const isDecision = ['decision.award', 'decision.reopen', 'decision.reopen_audit', 'identity.unseal', 'offer.exclude'].includes(proposal.kind);
  return isDecision ? `/tenders/${proposal.tender_id}/decision` : `/tenders/${proposal.tender_id}`;
}
