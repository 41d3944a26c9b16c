import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import CommitteePage from './committee-page';

const seat = (number: number, title: string, isOwn: boolean, changes: object = {}) => ({
  seat: number, title, name: `Member ${String(number)}`, is_own: isOwn, key: null, has_confirmed: false, has_rehearsed: false, ...changes,
});
const SHEET = {
  round_id: 'r1', tender_id: 't1', reference: 'T-2026-7', title_zh: '铜管', title_en: 'Tube', status: 'scheduled',
  opens_at: '2026-11-25T06:00:00.000Z', closes_at: '2026-11-26T06:00:00.000Z', now: '2026-11-23T06:00:00.000Z', k: 2,
  titles: ['audit', 'technical', 'finance'], step: 'keys', seats: [seat(1, 'audit', true), seat(2, 'technical', false), seat(3, 'finance', false)],
  own_seat: 1, policy: {}, policy_digest: '', fingerprint: [], custody_zh: '', custody_en: 'Opens only with 2 of 3 committee members, after closing time.',
  rehearsal: null, can_form: false, can_rekey: false, proposal_id: null,
};
const PROGRESS = {
  round_id: 'r1', tender_id: 't1', custody: 'committee', status: 'closed', envelope: 'price', step: 'members', k: 2, n: 3,
  seats: [{ seat: 1, title: 'audit', has_released: false, false: 0 }, { seat: 2, title: 'technical', has_released: true, false: 1 }, { seat: 3, title: 'finance', has_released: false, false: 0 }],
  released: 1, own_seat: null, packages: 4, done: null, recovery: null, can_recover: true, proposal_id: null,
};
const where = { at: '/committee/r1', path: '/committee/:roundId', lang: 'en' } as const;

it('asks a member for the step that is due, and says what is protected from whom', async () => {
  fakeServer().on('GET /api/rounds/r1/committee', SHEET);
  const user = await show(<CommitteePage />, { as: 'auditor', ...where });
  const act = await screen.findByRole('button', { name: 'Make the key and save the file' });
  expect(screen.getByText(/Nobody opens a bid before the close/)).toBeInTheDocument();
  expect(screen.getByText('Member 1 (you)')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Passphrase'), 'short');
  await user.click(act);
  expect(await screen.findByLabelText('Passphrase')).toHaveAttribute('aria-invalid', 'true');
});

it('lets nobody confirm what was not compared', async () => {
  const server = fakeServer();
  const digest = 'd'.repeat(64);
  server.on('GET /api/rounds/r1/committee', {
    ...SHEET, step: 'confirm', policy_digest: digest, fingerprint: ['00001', '00002'], seats: [seat(1, 'audit', true, { key: '04' }), seat(2, 'technical', false, { key: '04' }), seat(3, 'finance', false, { key: '04' })],
  });
  server.on('POST /api/rounds/r1/committee/confirmation', SHEET);
  const user = await show(<CommitteePage />, { as: 'auditor', ...where });
  const act = await screen.findByRole('button', { name: 'Confirm' });
  expect(act).toBeDisabled();
  await user.click(screen.getByLabelText('I have compared them with another member.'));
  await user.click(act);
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ digest });
});

it('shows the purchaser how far the opening has come, and the way out when keys are lost', async () => {
  const server = fakeServer();
  const ready = { key: '04', has_confirmed: true, has_rehearsed: true };
  server.on('GET /api/rounds/r1/committee', { ...SHEET, status: 'closed', step: 'ready', own_seat: null, seats: [seat(1, 'audit', false, ready)] });
  server.on('GET /api/rounds/r1/opening', PROGRESS);
  server.on('POST /api/rounds/r1/recovery', { proposal_id: 'p1' });
  const user = await show(<CommitteePage />, { as: 'purchaser', ...where });
  expect(await screen.findByText('1 of 2 needed members have released. 4 packages are due.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Ask the bidders to help' }));
  await user.type(screen.getByLabelText('Reason'), 'Two keys lost.');
  await user.click(screen.getByRole('button', { name: 'Ask an approver' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ reason: 'Two keys lost.' });
});
