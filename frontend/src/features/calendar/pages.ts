import type { Page } from '@/ui/page';

export const calendarPages: readonly Page[] = [
  {
    path: '/work-calendar',
    frame: 'desk',
    for: ['admin', 'purchaser', 'approver', 'auditor'],
    books: ['calendar', 'suppliers'],
    load: () => import('./calendar-page'),
    nav: { label: 'nav.calendar', icon: 'clock', group: 'house' },
  },
];
