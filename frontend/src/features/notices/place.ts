// Where a notice leads (the server names the thing, the pages know the way), and its text without the letter's greeting.

import type { Notice } from '@/api/notices';

export function placeOf(notice: Pick<Notice, 'kind' | 'tender_id'>): string | null {
  switch (notice.kind) {
    case 'approval_waiting':
    case 'approval_decided':
      return '/approvals';
    case 'supplier_certified':
    case 'supplier_suspended':
    case 'supplier_reinstated':
      return '/my/company';
    case 'ranking_ready':
    case 'inquiry_answered':
    case 'decision_returned':
    case 'shortlist_proposed':
    case 'shortlist_ready':
      return notice.tender_id && `/tenders/${notice.tender_id}/decision`;
    case 'panel_invitation':
    case 'marks_due':
    case 'scores_unlocked':
      return notice.tender_id && `/evaluations/${notice.tender_id}`;
    // The desk reads it too, and reaches no tender; the purchaser finds it in the cockpit.
    case 'error_reported':
      return null;
    case 'inquiry_sent':
      return notice.tender_id && `/tenders/${notice.tender_id}/inquiries`;
    case 'questions_waiting':
    case 'answers_published':
      return notice.tender_id && `/tenders/${notice.tender_id}/questions`;
    case 'questions_held':
      return notice.tender_id && `/relay/${notice.tender_id}`;
    case 'result_available':
      return notice.tender_id && `/tenders/${notice.tender_id}/result`;
    default:
      return notice.tender_id && `/tenders/${notice.tender_id}`;
  }
}

/** The mail begins with a greeting in a paragraph of its own; on the page nobody needs it. */
export function withoutGreeting(text: string): string {
  const [first = '', ...rest] = text.trim().split(/\n{2,}/);
  const isGreeting = rest.length > 0 && first.length < 20 && /[:,\uFF1A\uFF0C]$/.test(first);
  return (isGreeting ? rest : [first, ...rest]).join('\n');
}
