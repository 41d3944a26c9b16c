import type { Page } from '@/ui/page';

export const committeePages: readonly Page[] = [
  {
    path: '/committee',
    frame: 'desk',
    for: ['admin', 'purchaser', 'approver', 'auditor', 'evaluator', 'requester', 'desk_relay', 'desk_help'],
    books: ['committee'],
    load: () => import('./seats-page'),
    nav: { label: 'nav.committee', icon: 'lock', group: 'control', roles: ['approver', 'auditor', 'evaluator', 'requester'] },
  },
  {
    path: '/committee/:roundId',
    frame: 'desk',
    for: ['admin', 'purchaser', 'approver', 'auditor', 'evaluator', 'requester', 'desk_relay', 'desk_help'],
    books: ['committee'],
    load: () => import('./committee-page'),
  },
];
