import type { Page } from '@/ui/page';

export const approvalPages: readonly Page[] = [
  {
    path: '/approvals',
    frame: 'desk',
    for: ['approver', 'purchaser', 'auditor', 'requester', 'evaluator'],
    books: ['approvals', 'fields'],
    load: () => import('./inbox-page'),
    nav: { label: 'nav.approvals', icon: 'approval', group: 'control' },
  },
  { path: '/handover', frame: 'desk', for: ['approver', 'purchaser', 'requester'], books: ['approvals'], load: () => import('./handover-page') },
  {
    path: '/approvals/:proposalId',
    frame: 'desk',
    for: ['approver', 'purchaser', 'auditor'],
    books: ['approvals', 'fields', 'contract', 'final-offers'],
    load: () => import('./approval-page'),
  },
];
