import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { personOf, show } from '@/testing/show';
import { fakeServer, problem } from '@/testing/fake-server';

import { nextLookMs, SessionWarning, WARN_MS } from './session-warning';

const NOW = '2026-11-21T06:00:00.000Z';
const later = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString();

function page() {
  return (
    <>
      <textarea aria-label="Reason" />
      <SessionWarning />
    </>
  );
}

it('looks again when the warning is due, and often while it stands', () => {
  expect(nextLookMs(WARN_MS + 60_000)).toBe(60_000);
  expect(nextLookMs(WARN_MS)).toBe(10_000);
  expect(nextLookMs(3_000)).toBe(3_500);
  expect(nextLookMs(-1)).toBe(500);
});

it('says nothing while there is time', async () => {
  const server = fakeServer();
  server.on('GET /api/session', { ends_at: later(121), can_stay: true, now: NOW });
  await show(page(), { as: 'purchaser' });
  await waitFor(() => expect(server.sent.some((one) => one.path === '/api/session')).toBe(true));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});

it('warns two minutes before, stays signed in by one key and leaves what was typed', async () => {
  const server = fakeServer();
  server.on('GET /api/session', { ends_at: later(300), can_stay: true, now: NOW });
  const user = await show(page(), { as: 'purchaser' });
  await user.type(screen.getByLabelText('Reason'), 'half a sentence');
  server.on('GET /api/session', { ends_at: later(119), can_stay: true, now: NOW });
  server.on('GET /api/me', personOf('purchaser'));
  document.dispatchEvent(new Event('visibilitychange'));
  const stay = await screen.findByRole('button', { name: 'Stay signed in' });
  expect(stay).toHaveFocus();
  server.on('GET /api/session', { ends_at: later(900), can_stay: true, now: NOW });
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(server.sent.some((one) => one.path === '/api/me')).toBe(true);
  expect(screen.getByLabelText('Reason')).toHaveValue('half a sentence');
});

it('says once that an end cannot be put off', async () => {
  const server = fakeServer();
  server.on('GET /api/session', { ends_at: later(100), can_stay: false, now: NOW });
  const user = await show(page(), { as: 'purchaser' });
  await user.click(await screen.findByRole('button', { name: 'Understood' }));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});

it('asks who one is when the session has ended', async () => {
  const server = fakeServer();
  server.on('GET /api/session', problem(401, 'SIGNED_OUT'));
  await show(page(), { as: 'purchaser' });
  await waitFor(() => expect(server.sent.filter((one) => one.path === '/api/session').length).toBeGreaterThan(0));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});
