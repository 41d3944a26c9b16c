import { screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import { fakeServer, problem, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ConsensusPage from './consensus-page';
import PanelPage from './panel-page';
import type { Consensus } from './queries';
import { CONSENSUS, LOT_ID, PANEL, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}`;

afterEach(() => sessionStorage.clear());

async function open(consensus: Consensus = CONSENSUS): Promise<{ server: FakeServer; user: Awaited<ReturnType<typeof show>> }> {
  const server = fakeServer();
  server.on(`GET ${API}/consensus`, consensus);
  const user = await show(<ConsensusPage />, { as: 'evaluator', at: `/evaluations/${TENDER_ID}/consensus`, path: '/evaluations/:tenderId/consensus' });
  await screen.findByRole('heading', { level: 1, name: /Compressors/ });
  return { server, user };
}

it('shows count, spread, own mark and the value by rule, and never a peer’s mark', async () => {
  await open();
  const card = screen.getByRole('article', { name: 'Offer 2, criterion 1' });
  expect(card).toHaveTextContent(/Marks3Lowest – median – highest2 – 4.0 – 4Yours4By rule3.3/);
  expect(screen.getByRole('article', { name: 'Offer 7, criterion 1' })).toHaveTextContent(/Marks2Yours–By rule2.0/);
  expect(screen.getByText(/of two they would tell a colleague’s mark/)).toBeInTheDocument();
});

it('wants a reason for another value than the rule’s', async () => {
  const { server, user } = await open();
  server.on(`PUT ${API}/consensus`, CONSENSUS);
  const card = within(screen.getByRole('article', { name: 'Offer 2, criterion 1' }));
  await user.clear(card.getByLabelText('Agreed value'));
  await user.type(card.getByLabelText('Agreed value'), '3');
  await user.click(card.getByRole('button', { name: 'Save the agreed value' }));
  expect(card.getByText('A reason is needed.')).toBeInTheDocument();
  await user.type(card.getByLabelText('Reason for the change'), 'The report is of another model');
  await user.click(card.getByRole('button', { name: 'Save the agreed value' }));
  expect(await screen.findByText('The agreed value is saved.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({
    lot_id: LOT_ID, alias: 'T2', criterion: 'c1', value: '3', reason: 'The report is of another model', version: 0,
  });
});

it('locks exactly the digest that is shown', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/scores/lock`, problem(409, 'CHANGED_SINCE'));
  await user.click(screen.getByRole('button', { name: 'Lock the scores' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Lock exactly these scores?' }));
  expect(dialog.getByText('d'.repeat(64))).toBeInTheDocument();
  expect(dialog.getByText('1 offer is below the threshold. Its price is never opened.')).toBeInTheDocument();
  await user.click(dialog.getByRole('button', { name: 'Lock the scores' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ digest: 'd'.repeat(64) });
  expect(await dialog.findByText(/This was changed meanwhile/)).toBeInTheDocument();
});

it('shows the own leaning and how many lean, and every change with its reason', async () => {
  const { lots, ...rest } = structuredClone(CONSENSUS);
  const cell = lots[0]!.offers[0]!.criteria[0]!;
  Object.assign(cell, { outliers: 1, value: '3.0', reason: 'Another model', changes: [{ at: '2026-11-20T02:00:00Z', before: '3.3', value: '3.0', reason: 'Another model' }] });
  await open({ ...rest, lots });
  expect(screen.getByRole('row', { name: 'All offers +0.2 0' })).toBeInTheDocument();
  expect(screen.getByRole('row', { name: 'Offer 2 −1.3 1' })).toBeInTheDocument();
  const card = screen.getByRole('article', { name: 'Offer 2, criterion 1' });
  expect(card).toHaveTextContent('1 mark lies two levels or more from the median');
  expect(within(card).getByRole('list', { name: 'Changes' })).toHaveTextContent(/3.3 → 3.0.*Another model/);
});

it('asks the approver to unlock, with a reason, while no price is open', async () => {
  const locked = { ...CONSENSUS, state: 'locked' as const, locked_at: '2026-11-20T02:00:00Z' };
  const { server, user } = await open({ ...locked, unlock: { can_propose: true, waits_until: null } });
  server.on(`POST ${API}/scores/unlock`, { ...locked, unlock: { can_propose: false, waits_until: '2026-11-21T02:00:00Z' } });
  await user.click(screen.getByRole('button', { name: 'Ask to unlock' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Ask to unlock' }));
  expect(dialog.getByText('A reason is needed.')).toBeInTheDocument();
  await user.type(dialog.getByLabelText('Reason'), 'An old data sheet');
  await user.click(dialog.getByRole('button', { name: 'Ask to unlock' }));
  expect(await screen.findByText('The approver has been asked.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ reason: 'An old data sheet' });
});

it('leaves the lock to the chair, and opens when all have submitted', async () => {
  await open({ ...CONSENSUS, is_chair: false });
  expect(screen.queryByRole('button', { name: 'Lock the scores' })).not.toBeInTheDocument();
});

it('is closed until all have submitted', async () => {
  await open({ ...CONSENSUS, state: 'waiting', submitted: 1, lots: [], digest: null });
  expect(screen.getByText('Submitted: 1 of 3')).toBeInTheDocument();
});

it('shows the purchaser states only, and invites', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/panel`, PANEL);
  server.on(`POST ${API}/panel`, PANEL);
  const user = await show(<PanelPage />, { as: 'purchaser', at: `/tenders/${TENDER_ID}/panel`, path: '/tenders/:tenderId/panel' });
  expect(await screen.findByText('Conflict: recused')).toBeInTheDocument();
  expect(screen.getByText(/1 evaluator has not declared yet/)).toBeInTheDocument();
  await user.click(screen.getByLabelText('Song Yu'));
  await user.click(screen.getByRole('button', { name: 'Invite 1 evaluator' }));
  expect(await screen.findByText('The invitations are sent.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ accounts: ['a1', 'a3', 'a4'] });
});
