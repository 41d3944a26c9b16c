import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import HandoverPage from './handover-page';
import InboxPage from './inbox-page';
import type { Delegation, Task } from './queries';

const TASK: Task = {
  kind: 'stage', project_id: 'p1', reference: 'P-2026-ABCDEF', title_zh: '风扇电机', title_en: 'Fan motors', stage: 1, state: 'returned', role: 'requester',
  due_on: '2026-11-20', is_late: true, is_delegated: false, for_name: null, proposal_id: null,
};
const GIVEN: Delegation = { id: 'd1', duty: 'approver', is_given: true, other: 'Deputy', starts_on: '2026-11-22', ends_on: '2026-11-30', state: 'in_force' };

it('shows a requester what waits on projects, with its day, and asks for no approvals', async () => {
  const server = fakeServer();
  server.on('GET /api/tasks', { items: [TASK, { ...TASK, kind: 'message', project_id: 'p2', is_late: false, is_delegated: true, for_name: 'Sun Xu' }] });
  server.on('GET /api/delegations', []);
  await show(<InboxPage />, { as: 'requester' });
  expect(await screen.findByRole('link', { name: /Add to the returned request/ })).toHaveAttribute('href', '/projects/p1');
  expect(screen.getByText('Late')).toBeInTheDocument();
  expect(screen.getByText('For Sun Xu')).toBeInTheDocument();
  expect(server.sent.some((one) => one.path.startsWith('/api/approvals'))).toBe(false);
});

it('leads an approver to the proposal, and says what is delegated away', async () => {
  const server = fakeServer();
  server.on('GET /api/tasks', { items: [{ ...TASK, kind: 'approve', proposal_id: 'a1', is_late: false }] });
  server.on('GET /api/delegations', [GIVEN]);
  server.on('GET /api/approvals', []);
  await show(<InboxPage />, { as: 'approver' });
  expect(await screen.findByRole('link', { name: /Approve a project/ })).toHaveAttribute('href', '/approvals/a1');
  expect(await screen.findByText('Approver: with Deputy until 2026-11-30')).toBeInTheDocument();
});

it('hands tasks over for some days and takes them back', async () => {
  const server = fakeServer();
  server.on('GET /api/delegations', []);
  server.on('POST /api/delegations', [GIVEN]);
  server.on('POST /api/delegations/d1/end', [{ ...GIVEN, state: 'taken_back' }]);
  const user = await show(<HandoverPage />, { as: 'approver' });
  await user.type(await screen.findByLabelText('Colleague’s mail address'), 'deputy@example.com');
  fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-22' } });
  fireEvent.change(screen.getByLabelText('Until'), { target: { value: '2026-11-30' } });
  await user.click(screen.getByRole('button', { name: 'Hand over' }));
  const body = { email: 'deputy@example.com', duty: 'approver', starts_on: '2026-11-22', ends_on: '2026-11-30' };
  await waitFor(() => expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual(body));
  await user.click(await screen.findByRole('button', { name: 'Take back' }));
  expect(await screen.findByText('Taken back')).toBeInTheDocument();
});
