// Where a notice leads (the server names the thing, the pages know the way), and its text without the letter's greeting.

import type { Notice } from '@/api/notices';

export function placeOf(notice: Pick<Notice, 'kind' | 'tender_id' | 'params'>): string | null {
  switch (notice.kind) {
    case 'approval_waiting':
      return '/approvals';
    // So far what an auditor asked to read: for half an hour.
    case 'approval_decided':
      return '/audit/readings';
    case 'project_waiting':
    case 'project_returned':
    case 'project_approved':
    case 'project_stopped':
    case 'group_invitation':
    case 'stage_due':
    case 'stage_given':
    case 'message_waiting':
      return `/projects/${notice.params['project'] ?? ''}`;
    case 'supplier_certified':
    case 'supplier_suspended':
    case 'supplier_reinstated':
    case 'certification_expiring':
    case 'evidence_expiring':
    case 'finding_recorded':
    case 'action_decided':
    case 'appeal_decided':
    case 'action_overdue':
    case 'certification_lapsed':
    case 'questionnaire_waiting':
    case 'representative_joined':
      return '/my/company';
    case 'application_waiting':
      return '/supplier-applications';
    case 'action_reported':
    case 'supplier_action_overdue':
      return '/suppliers';
    case 'appeal_waiting':
      return '/supplier-appeals';
    case 'performance_reviewed':
    case 'performance_decided':
      return '/my/performance';
    case 'webhook_failed':
      return '/webhooks';
    case 'key_rotated':
      return '/verify';
    case 'performance_replied':
    case 'performance_held':
    case 'performance_recounted':
      return '/orders';
    case 'ranking_ready':
    case 'inquiry_answered':
    case 'decision_returned':
    case 'reopening_refused':
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
    case 'documents_held':
      return '/held-documents';
    case 'payment_due':
    case 'payment_overdue':
    case 'payment_made':
    case 'payment_disputed':
    case 'payment_settled':
    case 'invoice_entered':
      return '/payments';
    case 'negotiation_opened':
    case 'negotiation_moved':
    case 'mandate_waiting':
    case 'mandate_set':
    case 'contract_ready':
    case 'contract_returned':
    case 'contract_signed':
    case 'minutes_waiting':
    case 'signature_wanted':
    case 'signature_waiting':
    case 'signature_failed':
    case 'contract_ended':
    case 'bafo_invited':
    case 'bafo_opened':
    case 'bafo_cancelled':
    case 'contract_end_refused':
      return notice.tender_id && `/tenders/${notice.tender_id}/contract`;
    case 'committee_seated':
    case 'committee_confirm':
    case 'committee_rehearse':
    case 'committee_release':
      return '/committee';
    case 'result_available':
    case 'decision_reopened':
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
