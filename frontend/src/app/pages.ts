// The one list of pages, and who may open each. Every feature declares its own in its pages.ts.

import type { Me } from '@/api/session';
import { approvalPages } from '@/features/approvals/pages';
import { auditPages } from '@/features/audit/pages';
import { awardPages } from '@/features/award/pages';
import { demandPages } from '@/features/demand/pages';
import { evaluationPages } from '@/features/evaluation/pages';
import { identityPages } from '@/features/identity/pages';
import { liveRoundPages } from '@/features/live-rounds/pages';
import { calendarPages } from '@/features/calendar/pages';
import { committeePages } from '@/features/committee/pages';
import { noticePages } from '@/features/notices/pages';
import { performancePages } from '@/features/suppliers/performance/pages';
import { paymentPages } from '@/features/payments/pages';
import { openingPages } from '@/features/sealed-rounds/opening-pages';
import { sealedRoundPages } from '@/features/sealed-rounds/pages';
import { supplierPages } from '@/features/suppliers/pages';
import { tenderPages } from '@/features/tenders/pages';
import type { Page } from '@/ui/page';

/** In the order of the process: the navigation lists them so. */
export const pages: readonly Page[] = [
  ...identityPages,
  ...demandPages,
  ...tenderPages,
  ...sealedRoundPages,
  ...liveRoundPages,
  ...openingPages,
  ...evaluationPages,
  ...awardPages,
  ...paymentPages,
  ...supplierPages,
  ...performancePages,
  ...approvalPages,
  ...auditPages,
  ...noticePages,
  ...calendarPages,
  ...committeePages,
];

export function mayOpen(page: Page, me: Me): boolean {
  if (page.for === 'public' || page.for === 'signed-in') return true;
  return page.for.some((role) => me.roles.includes(role));
}
