import type { Page } from '@/ui/page';

export const awardPages: readonly Page[] = [
  {
    path: '/tenders/:tenderId/decision',
    frame: 'desk',
    for: ['purchaser', 'evaluator', 'approver', 'auditor'],
    books: ['award', 'decision-room', 'panel', 'report', 'scenario'],
    load: () => import('./decision-page'),
  },
  {
    path: '/tenders/:tenderId/result',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'supplier'],
    books: ['award', 'panel', 'report'],
    load: () => import('./result-page'),
  },
  {
    path: '/tenders/:tenderId/contract',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'supplier', 'requester'],
    books: ['award', 'contract', 'final-offers'],
    load: () => import('./contract-page'),
  },
  {
    path: '/tenders/:tenderId/inquiries',
    frame: 'desk',
    for: ['supplier'],
    books: ['award', 'decision-room'],
    load: () => import('./own-inquiries-page'),
  },
  {
    path: '/tenders/:tenderId/report',
    frame: 'desk',
    for: ['purchaser', 'evaluator', 'approver', 'auditor'],
    books: ['award', 'report'],
    load: () => import('./report-page'),
  },
  {
    path: '/tenders/:tenderId/scenarios',
    frame: 'desk',
    for: ['purchaser', 'evaluator', 'approver', 'auditor'],
    books: ['award', 'decision-room', 'scenario'],
    load: () => import('./scenario-page'),
  },
];
