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
  { path: '/evaluations/:tenderId', frame: 'desk', for: ['evaluator'], books: ['evaluation', 'documents'], load: () => import('./sheet-page') },
  { path: '/evaluations/:tenderId/consensus', frame: 'desk', for: ['evaluator'], books: ['evaluation'], load: () => import('./consensus-page') },
  {
    path: '/held-documents',
    frame: 'desk',
    for: ['desk_relay', 'approver'],
    books: ['documents'],
    load: () => import('./held-page'),
    nav: { label: 'nav.documents', icon: 'file', group: 'work' },
  },
  { path: '/tenders/:tenderId/documents', frame: 'desk', for: ['purchaser', 'approver', 'auditor'], books: ['documents'], load: () => import('./documents-page') },
  {
    path: '/tenders/:tenderId/panel',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['evaluation'],
    load: () => import('./panel-page'),
  },
];
