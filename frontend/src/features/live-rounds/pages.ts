import type { Page } from '@/ui/page';

export const liveRoundPages: readonly Page[] = [
  {
    path: '/rooms/:roundId',
    frame: 'room',
    for: ['supplier'],
    books: ['live-rounds', 'formats', 'room-aids'],
    load: () => import('./room-page'),
  },
  {
    path: '/practice',
    frame: 'room',
    for: ['supplier'],
    books: ['live-rounds', 'formats', 'room-aids'],
    load: () => import('./practice-page'),
    nav: { label: 'nav.practice', icon: 'play', group: 'work' },
  },
  {
    path: '/cockpit/:roundId',
    frame: 'desk',
    for: ['purchaser', 'approver'],
    books: ['live-rounds', 'cockpit', 'formats', 'room-aids'],
    load: () => import('./cockpit-page'),
  },
  {
    path: '/dry-run/:roundId',
    frame: 'desk',
    for: ['purchaser', 'approver'],
    books: ['live-rounds', 'tenders', 'dry-run'],
    load: () => import('./dry-run-page'),
  },
  {
    path: '/desk',
    frame: 'desk',
    for: ['desk_help'],
    books: ['live-rounds', 'cockpit', 'room-aids'],
    nav: { label: 'nav.desk', icon: 'help', group: 'work' },
    load: () => import('./desk-page'),
  },
];
