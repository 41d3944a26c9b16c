// Where a notice leads; the server names the thing, the pages know the way.

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
    case 'decision_returned':
      return notice.tender_id && `/tenders/${notice.tender_id}/decision`;
    case 'result_available':
      return notice.tender_id && `/tenders/${notice.tender_id}/result`;
    default:
      return notice.tender_id && `/tenders/${notice.tender_id}`;
  }
}
