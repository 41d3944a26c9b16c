import type { Page } from '@/ui/page';

export const sealedRoundPages: readonly Page[] = [
  {
    path: '/sealed/:roundId',
    frame: 'desk',
    for: ['supplier'],
    books: ['sealed-rounds'],
    load: () => import('./sealed-page'),
  },
];
