import type { Page } from '@/ui/page';

export const demandPages: readonly Page[] = [
  {
    path: '/projects',
    frame: 'desk',
    for: ['requester', 'purchaser', 'approver', 'auditor', 'evaluator'],
    books: ['demand'],
    load: () => import('./board-page'),
    nav: { label: 'nav.projects', icon: 'file', group: 'process' },
  },
  { path: '/projects/new', frame: 'desk', for: ['requester', 'purchaser'], books: ['demand'], load: () => import('./need-page') },
  {
    path: '/projects/:projectId',
    frame: 'desk',
    for: ['requester', 'purchaser', 'approver', 'auditor', 'evaluator'],
    books: ['demand'],
    load: () => import('./project-page'),
  },
  { path: '/projects/:projectId/need', frame: 'desk', for: ['requester', 'purchaser'], books: ['demand'], load: () => import('./need-page') },
];
