import type { Page } from '@/ui/page';

export const identityPages: readonly Page[] = [
  { path: '/', frame: 'door', for: 'public', books: ['identity'], load: () => import('./front-page') },
  { path: '/door', frame: 'door', for: 'public', books: ['identity'], load: () => import('./door-page') },
  { path: '/sign-in', frame: 'door', for: 'public', books: ['identity', 'security'], load: () => import('./sign-in-page') },
  { path: '/invitation', frame: 'door', for: 'public', books: ['identity'], load: () => import('./invitation-page') },
  { path: '/sign-in/return', frame: 'door', for: 'public', books: ['identity', 'security'], load: () => import('./return-page') },
  { path: '/second-factor', frame: 'door', for: 'public', books: ['identity', 'security'], load: () => import('./second-factor-page') },
  { path: '/reset', frame: 'door', for: 'public', books: ['identity'], load: () => import('./reset-page') },
  { path: '/account', frame: 'desk', for: 'signed-in', books: ['identity', 'security'], load: () => import('./account-page') },
  {
    path: '/accounts',
    frame: 'desk',
    for: ['admin'],
    books: ['identity', 'security'],
    load: () => import('./accounts-page'),
    nav: { label: 'nav.accounts', icon: 'accounts', group: 'house' },
  },
];
