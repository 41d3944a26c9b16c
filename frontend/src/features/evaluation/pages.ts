import type { Page } from '@/ui/page';

export const evaluationPages: readonly Page[] = [
  {
    path: '/evaluations',
    frame: 'desk',
    for: ['evaluator'],
    books: ['evaluation'],
    load: () => import('./evaluations-page'),
    nav: { label: 'nav.evaluations', icon: 'seal', group: 'process' },
  },
  { path: '/evaluations/:tenderId', frame: 'desk', for: ['evaluator'], books: ['evaluation'], load: () => import('./sheet-page') },
  { path: '/evaluations/:tenderId/consensus', frame: 'desk', for: ['evaluator'], books: ['evaluation'], load: () => import('./consensus-page') },
  {
    path: '/tenders/:tenderId/panel',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['evaluation'],
    load: () => import('./panel-page'),
  },
];
