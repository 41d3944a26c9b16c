import type { Page } from '@/ui/page';

export const noticePages: readonly Page[] = [
  { path: '/notices', frame: 'desk', for: 'signed-in', books: ['notices'], load: () => import('./notices-page') },
  {
    path: '/webhooks',
    frame: 'desk',
    for: ['admin'],
    books: ['notices', 'audit', 'identity', 'security'],
    load: () => import('./webhooks-page'),
    nav: { label: 'nav.webhooks', icon: 'link', group: 'house' },
  },
];
