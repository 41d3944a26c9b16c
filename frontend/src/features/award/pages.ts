import type { Page } from '@/ui/page';

export const awardPages: readonly Page[] = [
  {
    path: '/tenders/:tenderId/decision',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['award'],
    load: () => import('./decision-page'),
  },
  {
    path: '/tenders/:tenderId/result',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'supplier'],
    books: ['award'],
    load: () => import('./result-page'),
  },
];
