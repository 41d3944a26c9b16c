import { cleanup, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';

import { policyDigest } from '@/sealing/policy';
import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import CommitteePage from './committee-page';
import { recall, remember } from './own-memory';

beforeEach(() => localStorage.clear());

const seat = (number: number, title: string, isOwn: boolean, changes: object = {}) => ({
  seat: number, title, name: `Member ${String(number)}`, is_own: isOwn, key: null, has_confirmed: false, has_rehearsed: false, ...changes,
});
const SHEET = {
  round_id: 'r1', tender_id: 't1', reference: 'T-2026-7', title_zh: '铜管', title_en: 'Tube', status: 'scheduled',
  opens_at: '2026-11-25T06:00:00.000Z', closes_at: '2026-11-26T06:00:00.000Z', now: '2026-11-23T06:00:00.000Z', k: 2,
  titles: ['audit', 'technical', 'finance'], step: 'keys', seats: [seat(1, 'audit', true), seat(2, 'technical', false), seat(3, 'finance', false)],
  own_seat: 1, policy: {}, policy_digest: '', fingerprint: [], custody_zh: '', custody_en: 'Opens only with 2 of 3 committee members, after closing time.',
  rehearsal: null, can_form: false, can_rekey: false, proposal_id: null, demo_key: null,
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

const OWN_KEY = `04${'a'.repeat(128)}`;
const POLICY = {
  v: 1, round: 'r1', lots: ['l1'], suite: 'P-256/HKDF-SHA256/AES-256-GCM', custody: 'committee', k: 2,
  members: [{ seat: 'audit', key: OWN_KEY }, { seat: 'technical', key: `04${'b'.repeat(128)}` }, { seat: 'finance', key: `04${'c'.repeat(128)}` }],
  server_lock: `04${'d'.repeat(128)}`, journal_key: 'e'.repeat(64), rules_digest: 'f'.repeat(64),
};
const keyed = { key: '04' };
const KEYED = [seat(1, 'audit', true, keyed), seat(2, 'technical', false, keyed), seat(3, 'finance', false, keyed)];
const CONFIRM = { ...SHEET, step: 'confirm', policy: POLICY, fingerprint: [], seats: KEYED };

async function toConfirm(changes: object = {}) {
  const digest = await policyDigest(POLICY);
  const server = fakeServer();
  server.on('GET /api/rounds/r1/committee', { ...CONFIRM, policy_digest: digest, ...changes });
  server.on('POST /api/rounds/r1/committee/confirmation', SHEET);
  const user = await show(<CommitteePage />, { as: 'auditor', ...where });
  return { digest, server, user, act: await screen.findByRole('button', { name: 'Confirm' }) };
}

it('lets nobody confirm what was not compared, and remembers on this device what was confirmed', async () => {
  remember('r1', 1, { public: OWN_KEY });
  const { digest, server, user, act } = await toConfirm();
  expect(act).toBeDisabled();
  await user.click(screen.getByLabelText('I have compared them with another member.'));
  await user.click(act);
  await waitFor(() => expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ digest }));
  await waitFor(() => expect(recall('r1', 1).confirmed).toBe(digest));
});

it.each([
  ['a policy without the own key', { public: `04${'9'.repeat(128)}` }, {}, /Your key does not stand on your seat/],
  ['a policy that is not the one its digest names', { public: OWN_KEY }, { policy_digest: 'd'.repeat(64) }, /not the one its fingerprint names/],
])('confirms nothing of %s', async (_what, memory, changes, told) => {
  remember('r1', 1, memory);
  const { server, user, act } = await toConfirm(changes);
  await user.click(screen.getByLabelText('I have compared them with another member.'));
  await user.click(act);
  expect(await screen.findByText(told)).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')).toBeUndefined();
});

it('asks a device that has not made the key for the file, and takes none of another seat', async () => {
  const { digest, server, user, act } = await toConfirm();
  const file = (number: number) => new File([JSON.stringify({ kind: 'bidroom.committee_key', round: 'r1', seat: number, public: OWN_KEY })], 'key.json', { type: 'application/json' });
  await user.click(screen.getByLabelText('I have compared them with another member.'));
  expect(act).toBeDisabled();
  await user.upload(screen.getByLabelText(/Your key file/), file(2));
  await user.click(act);
  expect(await screen.findByText('This file is for another round or seat.')).toBeInTheDocument();
  await user.upload(screen.getByLabelText(/Your key file/), file(1));
  await user.click(act);
  await waitFor(() => expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ digest }));
});

it('says what a rehearsal bars, and hands the demo its key', async () => {
  const confirmed = seat(1, 'audit', true, { ...keyed, has_confirmed: true });
  const server = fakeServer();
  server.on('GET /api/rounds/r1/committee', {
    ...SHEET, step: 'rehearse', now: '2026-11-25T07:00:00.000Z', policy: POLICY, policy_digest: 'd'.repeat(64), seats: [confirmed, ...KEYED.slice(1)],
    demo_key: { file: { kind: 'bidroom.committee_key' }, passphrase: 'demo keys' },
  });
  await show(<CommitteePage />, { as: 'auditor', ...where });
  expect(await screen.findByText(/0 of 2 needed members have rehearsed/)).toBeInTheDocument();
  expect(screen.getByText(/Nobody can restore it. Tell the purchaser now/)).toBeInTheDocument();
  expect(screen.getByText(/The opening time has passed/)).toBeInTheDocument();
  expect(screen.getByText('demo keys')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Save the key file' })).toBeInTheDocument();
});

it('lets a member whose key was not tried try it although enough have, and make a lost one again before all are there', async () => {
  const server = fakeServer();
  const ready = { ...keyed, has_confirmed: true };
  server.on('GET /api/rounds/r1/committee', { ...SHEET, step: 'ready', policy: POLICY, policy_digest: 'd'.repeat(64), seats: [seat(1, 'audit', true, ready)] });
  await show(<CommitteePage />, { as: 'auditor', ...where });
  expect(await screen.findByText(/yours was not tried yet/)).toBeInTheDocument();
  cleanup();
  server.on('GET /api/rounds/r1/committee', { ...SHEET, seats: [seat(1, 'audit', true, keyed)] });
  const user = await show(<CommitteePage />, { as: 'auditor', ...where });
  await user.click(await screen.findByRole('button', { name: 'My file is lost: make another key' }));
  expect(screen.getByRole('button', { name: 'Make the key and save the file' })).toBeInTheDocument();
});

it('uses no key on a device that does not know the confirmed policy before the groups are compared again', async () => {
  const server = fakeServer();
  const ready = { ...keyed, has_confirmed: true, has_rehearsed: true };
  server.on('GET /api/rounds/r1/committee', { ...SHEET, status: 'closed', step: 'ready', policy: POLICY, policy_digest: 'd'.repeat(64), seats: [seat(1, 'audit', true, ready)] });
  server.on('GET /api/rounds/r1/opening', { ...PROGRESS, own_seat: 1, can_recover: false });
  const user = await show(<CommitteePage />, { as: 'auditor', ...where });
  const act = await screen.findByRole('button', { name: 'Release' });
  expect(act).toBeDisabled();
  await user.click(screen.getByLabelText('These are the groups that I confirmed.'));
  expect(act).toBeEnabled();
});

it.each([
  [{ why: 'unknown', seat: '2' }, 'Seat 2: there is no active colleague with this address.'],
  [{ why: 'purchasing', most: '1' }, 'Purchasing and evaluators may hold at most 1 of these seats together.'],
])('says why people may not sit there: %o', async (detail, told) => {
  const server = fakeServer();
  server.on('GET /api/rounds/r1/committee', { ...SHEET, step: 'form', seats: [], own_seat: null, can_form: true, titles: ['audit'] });
  server.on('POST /api/rounds/r1/committee', problem(422, 'WRONG_COMMITTEE', detail));
  const user = await show(<CommitteePage />, { as: 'purchaser', ...where });
  await user.type(await screen.findByLabelText(/Audit/), 'who@lanyu.example');
  await user.click(screen.getByRole('button', { name: 'Ask an approver' }));
  expect(await screen.findByText(told)).toBeInTheDocument();
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
