import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Me } from '@/api/session';
import { fakeServer, problem } from '@/testing/fake-server';
import { personOf, show } from '@/testing/show';

import SecondFactorPage from './second-factor-page';

const OFFER = { id: 'f'.repeat(32), secret: 'ABCDEFGHIJKLMNOP', uri: 'otpauth://totp/x', qr: 'data:image/svg+xml,' };

it('sets a second factor up, shows the recovery codes once, and goes on', async () => {
  const server = fakeServer();
  const me: Me = { ...personOf('approver'), stage: 'enrol', proofs: [] };
  server.on('POST /api/me/totp', OFFER);
  server.on(`POST /api/me/totp/${OFFER.id}/confirmation`, { me: personOf('approver'), recovery_codes: ['aaaa-bbbb-cccc'] });
  const user = await show(<SecondFactorPage />, { me, at: '/second-factor?next=%2Fapprovals', path: '/second-factor' });
  await user.type(await screen.findByLabelText('Code the app shows'), '123 456{Enter}');
  expect(await screen.findByText('aaaa-bbbb-cccc')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'I have kept them' }));
  expect(await screen.findByText('somewhere else')).toBeInTheDocument();
});

it('proves by a code, and keeps what was typed where it was wrong', async () => {
  const server = fakeServer();
  const me: Me = { ...personOf('auditor'), stage: 'prove', proofs: ['recovery', 'totp'] };
  server.on('POST /api/session/proof', problem(409, 'WRONG_PROOF'));
  const user = await show(<SecondFactorPage />, { me, at: '/second-factor', path: '/second-factor' });
  const field = await screen.findByLabelText('Code from your authenticator app');
  await user.type(field, '000000{Enter}');
  expect(await screen.findByText(/This does not prove it/)).toBeInTheDocument();
  expect(field).toHaveValue('000000');
  await user.click(screen.getByRole('button', { name: 'Use a recovery code' }));
  expect(screen.getByLabelText('Recovery code')).toHaveValue('');
});
