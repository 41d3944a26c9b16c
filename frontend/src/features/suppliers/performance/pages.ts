import type { Page } from '@/ui/page';

// The suppliers' book has the faults of cells and the grades.
const BOOKS = ['performance', 'suppliers'] as const;
const READERS = ['purchaser', 'approver', 'auditor'] as const;

export const performancePages: readonly Page[] = [
  {
    path: '/orders',
    frame: 'desk',
    for: READERS,
    books: BOOKS,
    load: () => import('./orders-page'),
    nav: { label: 'nav.orders', icon: 'check', group: 'suppliers' },
  },
  { path: '/orders/import', frame: 'desk', for: ['purchaser'], books: BOOKS, load: () => import('./orders-import-page') },
  { path: '/suppliers/:supplierId/performance', frame: 'desk', for: READERS, books: BOOKS, load: () => import('./performance-page') },
  {
    path: '/my/performance',
    frame: 'desk',
    for: ['supplier'],
    books: BOOKS,
    load: () => import('./own-performance-page'),
    nav: { label: 'nav.my_performance', icon: 'chart', group: 'work' },
  },
];
