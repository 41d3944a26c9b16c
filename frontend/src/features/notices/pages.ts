import type { Page } from '@/ui/page';

export const noticePages: readonly Page[] = [
  { path: '/notices', frame: 'desk', for: 'signed-in', books: ['notices'], load: () => import('./notices-page') },
];
