// Renders a screen as the application would: words of all books, a router at an address, a fresh query client, a person.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { MemoryRouter, Route, Routes } from 'react-router';

import { ME, type Me } from '@/api/session';
import type { Lang } from '@/domain/lang';
import type { Role } from '@/domain/roles';
import type { Book } from '@/i18n/catalogue';
import { openBooks, startWords } from '@/i18n/start';
import { Announcer } from '@/ui/announcer';

const BOOKS: readonly Book[] = [
  'frame', 'fields', 'identity', 'security', 'notices', 'suppliers', 'approvals', 'audit', 'tenders', 'live-rounds', 'sealed-rounds', 'cockpit', 'award', 'decision-room', 'panel', 'payments', 'contract', 'report', 'scenario', 'evaluation', 'documents', 'opening', 'questions', 'demand', 'performance', 'calendar', 'committee', 'final-offers', 'signals',
];

export function personOf(role: Role): Me {
  const isSupplier = role === 'supplier';
  return {
    account_id: 'a'.repeat(32),
    name: isSupplier ? 'Representative' : 'Colleague',
    email: 'someone@example.com',
    kind: isSupplier ? 'supplier' : 'staff',
    roles: [role],
    supplier_id: isSupplier ? 'b'.repeat(32) : null,
    locale: 'en',
    csrf_token: 'token-of-the-test',
    mobile: null,
    has_texts: false,
    demo: false,
    stage: 'full',
    proofs: ['password'],
    rights: isSupplier ? ['view', 'bid', 'sign'] : [],
  };
}

interface ShowOptions {
  as?: Role;
  /** Somebody more particular than `as`. */
  me?: Me;
  /** The address, and the pattern the screen stands at. */
  at?: string;
  path?: string;
  lang?: Lang;
}

/** jsdom has no modal dialogs: opening one shows it. */
function giveDialogs(): void {
  HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
    this.open = false;
  };
}

export async function show(screen: ReactElement, options: ShowOptions = {}): Promise<UserEvent> {
  const { as, me, at = '/', path = '/', lang = 'en' } = options;
  giveDialogs();
  await startWords(lang);
  await openBooks(BOOKS);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(ME, me ?? (as ? personOf(as) : null));
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[at]}>
        <Routes>
          <Route path={path} element={screen} />
          <Route path="*" element={<p>somewhere else</p>} />
        </Routes>
      </MemoryRouter>
      <Announcer />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}
