import type { Page } from '@/ui/page';

/** The buyer's side of a sealed round; the supplier's is in pages.ts. */
export const openingPages: readonly Page[] = [
  {
    path: '/tenders/:tenderId/opening',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['opening'],
    load: () => import('./opening-page'),
  },
];
