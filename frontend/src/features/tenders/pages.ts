import type { Page } from '@/ui/page';

export const tenderPages: readonly Page[] = [
  {
    path: '/home',
    frame: 'desk',
    for: ['supplier'],
    books: ['tenders'],
    load: () => import('./supplier-home-page'),
    nav: { label: 'nav.home', icon: 'home', group: 'work' },
  },
  {
    path: '/tenders',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['tenders'],
    load: () => import('./portfolio-page'),
    nav: { label: 'nav.tenders', icon: 'tender', group: 'process' },
  },
  {
    path: '/tenders/:tenderId',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'evaluator', 'desk_relay', 'desk_help', 'supplier'],
    books: ['tenders', 'opening', 'questions'],
    load: () => import('./tender-page'),
  },
  {
    path: '/tenders/:tenderId/questions',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'evaluator', 'desk_relay', 'desk_help', 'supplier'],
    books: ['questions'],
    load: () => import('./questions-page'),
  },
  {
    path: '/relay',
    frame: 'desk',
    for: ['desk_relay', 'approver'],
    books: ['questions'],
    load: () => import('./relay-page'),
    nav: { label: 'nav.relay', icon: 'help', group: 'work' },
  },
  { path: '/relay/:tenderId', frame: 'desk', for: ['desk_relay', 'approver', 'auditor'], books: ['questions'], load: () => import('./relay-page') },
  {
    path: '/tenders/:tenderId/edit',
    frame: 'desk',
    for: ['purchaser'],
    books: ['tenders', 'formats'],
    load: () => import('./builder-page'),
  },
];
