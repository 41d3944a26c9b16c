import type { Page } from '@/ui/page';

export const paymentPages: readonly Page[] = [
  {
    path: '/payments',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor', 'supplier'],
    books: ['payments'],
    load: () => import('./payments-page'),
    nav: { label: 'nav.payments', icon: 'tender', group: 'process' },
  },
  {
    path: '/year',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['payments'],
    load: () => import('./year-page'),
    nav: { label: 'nav.year', icon: 'chart', group: 'process' },
  },
];
