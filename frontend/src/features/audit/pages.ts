import type { Page } from '@/ui/page';

export const auditPages: readonly Page[] = [
  {
    path: '/audit/timeline',
    frame: 'desk',
    for: ['auditor'],
    books: ['audit', 'fields'],
    load: () => import('./timeline-page'),
    nav: { label: 'nav.timeline', icon: 'timeline', group: 'record' },
  },
  {
    path: '/audit/checkpoints',
    frame: 'desk',
    for: ['auditor'],
    books: ['audit'],
    load: () => import('./checkpoints-page'),
    nav: { label: 'nav.checkpoints', icon: 'checkpoint', group: 'record' },
  },
  {
    path: '/audit/exports',
    frame: 'desk',
    for: ['auditor'],
    books: ['audit'],
    load: () => import('./exports-page'),
    nav: { label: 'nav.exports', icon: 'export', group: 'record' },
  },
  {
    path: '/audit/readings',
    frame: 'desk',
    for: ['auditor'],
    books: ['audit'],
    load: () => import('./readings-page'),
    nav: { label: 'nav.readings', icon: 'lock', group: 'record' },
  },
  {
    path: '/audit/signals',
    frame: 'desk',
    for: ['auditor'],
    books: ['signals', 'audit'],
    load: () => import('./signals-page'),
    nav: { label: 'nav.signals', icon: 'search', group: 'record' },
  },
  { path: '/audit/signals/past', frame: 'desk', for: ['auditor'], books: ['signals', 'audit'], load: () => import('./past-page') },
  { path: '/audit/signals/:leadKey', frame: 'desk', for: ['auditor'], books: ['signals', 'audit'], load: () => import('./lead-page') },
  { path: '/verify', frame: 'door', for: 'public', books: ['audit'], load: () => import('./verify-page') },
];
