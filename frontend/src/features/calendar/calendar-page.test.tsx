import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import CalendarPage from './calendar-page';

const HELD = {
  year: 2026, years: [2026, 2027], today: '2026-11-22', is_known: true, proposal_id: null, pending: [],
  days: [
    { day: '2026-10-01', is_worked: false, is_own: false, source: null, set_at: null },
    { day: '2026-12-31', is_worked: false, is_own: true, source: 'Notice 9', set_at: '2026-11-20T08:00:00.000Z' },
  ],
  periods: [{ name: 'standstill', days: 3, last_day: '2026-11-25' }],
};

it('gathers days and puts them to a second person together', async () => {
  const server = fakeServer();
  server.on('GET /api/work-calendar', HELD);
  server.on('POST /api/work-calendar/proposals', { proposal_id: 'p1' });
  const user = await show(<CalendarPage />, { as: 'admin' });
  expect(await screen.findByText('Standstill of 3 days')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Add to the list' }));
  expect(screen.getByText('Choose a day.')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Day'), '2027-02-09');
  await user.type(screen.getByLabelText(/^Source/), 'Notice 12');
  await user.click(screen.getByRole('button', { name: 'Add to the list' }));
  await user.click(screen.getByRole('button', { name: 'As released: 2026-12-31' }));
  await user.click(screen.getByRole('button', { name: 'Ask for 2 days' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({
    days: [
      { day: '2026-12-31', mark: 'listed', source: 'Notice 9' },
      { day: '2027-02-09', mark: 'off', source: 'Notice 12' },
    ],
  });
});

it('names each faulty cell of a file and takes the good days', async () => {
  const server = fakeServer();
  server.on('GET /api/work-calendar', HELD);
  server.on('POST /api/work-calendar/file', {
    days: [{ day: '2027-02-09', mark: 'off', source: 'Notice 12' }], known: 1, cells: [{ cell: 'A4', text: '2027-13-01', code: 'NOT_A_DATE' }],
  });
  const user = await show(<CalendarPage />, { as: 'admin' });
  await user.upload(await screen.findByLabelText(/^File of days/), new File(['x'], 'days.csv', { type: 'text/csv' }));
  expect(await screen.findByText('1 to change, 1 so already, 1 faulty')).toBeInTheDocument();
  expect(within(screen.getByRole('table', { name: 'Faulty cells' })).getByText('A4')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Take 1 day to the list' }));
  expect(screen.getByRole('button', { name: 'Ask for 1 day' })).toBeInTheDocument();
});

it('shows readers what waits, and no form', async () => {
  const server = fakeServer();
  server.on('GET /api/work-calendar', { ...HELD, proposal_id: 'p1', pending: [{ day: '2027-02-09', mark: 'off', source: 'Notice 12' }] });
  await show(<CalendarPage />, { as: 'approver' });
  expect(await screen.findByText('Notice 12')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Open the approval' })).toHaveAttribute('href', '/approvals/p1');
  expect(screen.queryByRole('button', { name: 'Add to the list' })).not.toBeInTheDocument();
});
