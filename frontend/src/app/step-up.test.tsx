import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { api, keepCsrfToken, send, unwrap } from '@/api/client';
import { ME } from '@/api/session';
import { fakeServer, problem } from '@/testing/fake-server';
import { personOf, show } from '@/testing/show';

import { StepUp } from './step-up';

async function withSheet() {
  const server = fakeServer();
  let isProven = false;
  const asked = () => (isProven ? { ok: true } : problem(403, 'STEP_UP_NEEDED', { act: 'approve' }));
  server.on('POST /api/approvals/p/decision', asked);
  server.on('POST /api/session/proof', () => {
    isProven = true;
    return { ...personOf('approver'), csrf_token: 'of-the-new-session' };
  });
  const user = await show(<p>page</p>);
  const client = new QueryClient();
  client.setQueryData(ME, { ...personOf('approver'), proofs: ['totp'] });
  render(
    <QueryClientProvider client={client}>
      <StepUp />
    </QueryClientProvider>,
  );
  keepCsrfToken('of-the-old-session');
  return { server, user };
}

it('asks for a fresh proof and sends the same act again, with what was typed', async () => {
  const { server, user } = await withSheet();
  const body = { verdict: 'refuse' as const, reason: 'because of this' };
  const decided = unwrap(api.POST('/api/approvals/{proposal_id}/decision', { params: { path: { proposal_id: 'p' } }, body }));
  await user.type(await screen.findByLabelText('Code from your authenticator app'), '123456{Enter}');
  await expect(decided).resolves.toEqual({ ok: true });
  const sent = server.sent.filter((one) => one.path.endsWith('/decision'));
  expect(sent.map((one) => [one.body, one.csrf])).toEqual([
    [body, 'of-the-old-session'],
    [body, 'of-the-new-session'],
  ]);
});

it('does nothing where the person leaves, and says why', async () => {
  const { user } = await withSheet();
  const sent = send('POST', '/api/approvals/p/decision', { verdict: 'approve' }).catch((error: unknown) => error);
  await screen.findByText('Please confirm that it is you');
  await act(() => user.click(screen.getByRole('button', { name: 'Close' })));
  expect(await sent).toMatchObject({ code: 'STEP_UP_NEEDED' });
});
