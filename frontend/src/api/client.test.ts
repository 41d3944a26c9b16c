import { expect, it, vi } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';

import { keepCsrfToken, send } from './client';

it('takes an empty answer for done, whatever type it claims', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204, headers: { 'Content-Type': 'application/json' } })));
  await expect(send('POST', '/api/rounds/r/broadcasts', { zh: '一', en: 'one' })).resolves.toBeNull();
});

it('takes over the token of a session that another page has renewed, of the same person alone', async () => {
  const server = fakeServer();
  server.on('GET /api/me', { account_id: 'me', csrf_token: 'new' });
  const handlers = [problem(403, 'CSRF'), null, problem(403, 'CSRF')];
  server.on('POST /api/rounds/r/broadcasts', () => handlers.shift());
  keepCsrfToken('old', 'me');
  await send('POST', '/api/rounds/r/broadcasts', { zh: '一' });
  expect(server.sent.filter((one) => one.method === 'POST').map((one) => one.csrf)).toEqual(['old', 'new']);
  keepCsrfToken('old', 'somebody-else');
  await expect(send('POST', '/api/rounds/r/broadcasts', { zh: '一' })).rejects.toMatchObject({ code: 'CSRF' });
});
