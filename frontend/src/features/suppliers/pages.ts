import type { Page } from '@/ui/page';

export const supplierPages: readonly Page[] = [
  {
    path: '/suppliers',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['suppliers'],
    load: () => import('./list-page'),
    nav: { label: 'nav.suppliers', icon: 'supplier', group: 'suppliers' },
  },
  { path: '/suppliers/new', frame: 'desk', for: ['purchaser'], books: ['suppliers'], load: () => import('./register-page') },
  { path: '/suppliers/import', frame: 'desk', for: ['purchaser'], books: ['suppliers'], load: () => import('./import-page') },
  {
    path: '/suppliers/:supplierId',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['suppliers'],
    load: () => import('./dossier-page'),
  },
  { path: '/suppliers/:supplierId/certify', frame: 'desk', for: ['purchaser'], books: ['suppliers'], load: () => import('./certify-page') },
  { path: '/apply', frame: 'door', for: 'public', books: ['suppliers'], load: () => import('./apply-page') },
  {
    path: '/supplier-applications',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['suppliers'],
    load: () => import('./applications-page'),
    nav: { label: 'nav.applications', icon: 'plus', group: 'suppliers' },
  },
  {
    path: '/supplier-applications/:applicationId',
    frame: 'desk',
    for: ['purchaser', 'approver', 'auditor'],
    books: ['suppliers'],
    load: () => import('./application-page'),
  },
  {
    path: '/supplier-appeals',
    frame: 'desk',
    for: ['approver', 'auditor'],
    books: ['suppliers'],
    load: () => import('./appeals-page'),
    nav: { label: 'nav.appeals', icon: 'info', group: 'suppliers' },
  },
  {
    path: '/my/company',
    frame: 'desk',
    for: ['supplier'],
    books: ['suppliers'],
    load: () => import('./company-page'),
    nav: { label: 'nav.my_company', icon: 'supplier', group: 'work' },
  },
];
