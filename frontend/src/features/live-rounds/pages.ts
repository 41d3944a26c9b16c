import type { Page } from '@/ui/page';

export const liveRoundPages: readonly Page[] = [
  {
    path: '/rooms/:roundId',
    frame: 'room',
    for: ['supplier'],
    books: ['live-rounds'],
    load: () => import('./room-page'),
  },
  {
    path: '/cockpit/:roundId',
    frame: 'desk',
    for: ['purchaser', 'approver'],
    books: ['live-rounds', 'cockpit'],
    load: () => import('./cockpit-page'),
  },
];
