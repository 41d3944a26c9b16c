import type { Page } from '@/ui/page';

export const paymentPages: readonly Page[] = [
  {
    path: '/payments',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'requester', 'supplier'],
    books: ['payments'],
    load: () => import('./payments-page'),
    nav: { label: 'nav.payments', icon: 'tender', group: 'process' },
  },
  { path: '/payments/import', frame: 'desk', for: ['purchaser'], books: ['payments', 'suppliers'], load: () => import('./import-page') },
  {
    path: '/year',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['payments', 'demand'],
    load: () => import('./year-page'),
    nav: { label: 'nav.year', icon: 'chart', group: 'process' },
  },
];
