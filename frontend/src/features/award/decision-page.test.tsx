import { screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer, problem, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import DecisionPage from './decision-page';
import type { Decision, Ranking } from './queries';
import { APPROVED, DECISION, LOT, PROPOSED, RANKING, RESULT, STAFF_TENDER, TENDER_ID, UNSEALED } from './testing/samples';

const AT = `/tenders/${TENDER_ID}/decision`;
const API = `/api/tenders/${TENDER_ID}`;

afterEach(() => sessionStorage.clear());

interface Given {
  as?: Role;
  decision?: Decision;
  ranking?: Ranking;
  proposal?: object;
}

async function open({ as = 'purchaser', decision = DECISION, ranking = RANKING, proposal }: Given = {}): Promise<{ server: FakeServer; user: Awaited<ReturnType<typeof show>> }> {
  const server = fakeServer();
  server.on(`GET ${API}`, STAFF_TENDER);
  server.on(`GET ${API}/ranking`, ranking);
  server.on(`GET ${API}/decision`, decision);
  server.on(`GET ${API}/result`, RESULT);
  server.on('GET /api/approvals/p1', { state: 'pending', expires_at: '2099-01-01T00:00:00.000Z', can_decide: false, ...proposal });
  const user = await show(<DecisionPage />, { as, at: AT, path: '/tenders/:tenderId/decision' });
  await screen.findByRole('heading', { level: 1, name: /Preferred supplier: Compressors/ });
  return { server, user };
}

it('shows the official ranking by label: amount, tie, alias of the round, distance, saving, baseline with its source', async () => {
  await open();
  const table = await screen.findByRole('table', { name: /Official ranking/ });
  const [, , second, third] = within(table).getAllByRole('row');
  expect(second).toHaveTextContent(/R12.*Tie.*Bidder K.*¥279.30 \/ pcs.*Best bid.*¥1,470.00.*5.00 %/);
  expect(third).toHaveTextContent(/R80.*\+¥13.96 \+5.00 %/);
  expect(screen.getByText('Last contract · 2026-03-31')).toBeInTheDocument();
  expect(screen.getByText(/of equal bids the one received earlier stands first/)).toBeInTheDocument();
  expect(screen.getByText('Choice by alias')).toHaveAttribute('aria-current', 'step');
});

it('proposes rank 1 by default', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/decision`, { proposal_id: 'p1' });
  expect(await screen.findByRole('radio', { name: /R47/ })).toBeChecked();
  expect(screen.getByText('R12 (rank 2)')).toBeInTheDocument();
  server.on(`GET ${API}/decision`, PROPOSED);
  await user.click(screen.getByRole('button', { name: 'Submit for approval' }));
  expect(await screen.findByText(/Waiting for the approver. Nothing can be changed/)).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ choices: [{ lot_id: LOT.lot_id, label: 'R47', reason: '', shares: [] }] });
});

it('wants a reason for another rank and for no award', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/decision`, { proposal_id: 'p1' });
  await user.click(await screen.findByRole('radio', { name: /R80/ }));
  await user.click(screen.getByRole('button', { name: 'Submit for approval' }));
  expect(screen.getByText('A reason is needed.')).toBeInTheDocument();
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.click(screen.getByRole('radio', { name: 'No award for this lot' }));
  await user.type(screen.getByLabelText('Reason'), 'All above budget');
  await user.click(screen.getByRole('button', { name: 'Submit for approval' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ choices: [{ lot_id: LOT.lot_id, label: null, reason: 'All above budget', shares: [] }] });
});

it('says that the ranking moved and keeps the page', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/decision`, problem(409, 'UNKNOWN_LABEL'));
  await user.click(await screen.findByRole('button', { name: 'Submit for approval' }));
  expect(await screen.findByText(/The ranking was made anew/)).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: /R47/ })).toBeChecked();
});

it('shows why a proposal came back and lets it be made again', async () => {
  await open({ decision: { ...PROPOSED, state: 'returned', can_propose: true, return_reason: 'Take the second.' } });
  expect(await screen.findByText('Take the second.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Submit for approval' })).toBeInTheDocument();
});

it('sends the approver to the approval', async () => {
  await open({ as: 'approver', decision: PROPOSED, proposal: { can_decide: true } });
  expect(await screen.findByRole('link', { name: 'Decide' })).toHaveAttribute('href', '/approvals/p1');
  expect(screen.queryByRole('radio')).not.toBeInTheDocument();
});

it('lets an auditor read and do nothing', async () => {
  await open({ as: 'auditor', decision: { ...DECISION, can_propose: false } });
  expect(await screen.findByRole('table', { name: /Official ranking/ })).toBeInTheDocument();
  expect(screen.queryByRole('radio')).not.toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Submit|Request/ })).not.toBeInTheDocument();
});

it('says what is missing while there is no ranking', async () => {
  await open({ as: 'approver', ranking: { ...RANKING, state: 'waiting', lots: [] }, decision: { ...DECISION, can_propose: false } });
  expect(await screen.findByText('There is no ranking to see yet')).toBeInTheDocument();
});

it('asks for the unsealing with its preconditions, and shows no name', async () => {
  const { server, user } = await open({ decision: APPROVED });
  server.on(`POST ${API}/unsealing`, { proposal_id: 'p2' });
  const conditions = await screen.findByRole('list', { name: 'What must be true before names appear' });
  expect(conditions).toHaveTextContent(/Decision by alias approvedmet/);
  expect(conditions).toHaveTextContent(/Approved by a second personopen/);
  server.on(`GET ${API}/decision`, { ...APPROVED, can_unseal: false, unsealing: { ...APPROVED.unsealing, state: 'pending', proposal_id: 'p1' } });
  await user.click(screen.getByRole('button', { name: 'Request unsealing' }));
  expect(await screen.findByText(/Names appear here once it is approved/)).toBeInTheDocument();
  expect(server.sent.some((one) => one.path.endsWith('/result'))).toBe(false);
  expect(screen.queryByText(/Qinghe/)).not.toBeInTheDocument();
});

it('goes back to the choice where the ranking changed after the decision', async () => {
  const { server, user } = await open({ decision: APPROVED });
  server.on(`POST ${API}/unsealing`, problem(409, 'CHANGED_SINCE'));
  const ask = await screen.findByRole('button', { name: 'Request unsealing' });
  server.on(`GET ${API}/decision`, { ...APPROVED, has_fallen: true, can_propose: true, can_unseal: false });
  await user.click(ask);
  expect(await screen.findByText('The ranking changed after the decision')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Submit for approval' })).toBeInTheDocument();
});

it('shows names and contact after the unsealing', async () => {
  await open({ decision: UNSEALED });
  expect(await screen.findByRole('link', { name: 'Qinghe Electromech' })).toHaveAttribute('href', '/suppliers/s1');
  expect(screen.getByRole('link', { name: 'he@qinghe.example' })).toBeInTheDocument();
  expect(screen.getByText('Names known')).toHaveAttribute('aria-current', 'step');
});

it('needs no unsealing where no lot is awarded', async () => {
  const none = APPROVED.choices.map((choice) => ({ ...choice, label: null, rank: null, amount: null, reserve: null, saving: null, reason: 'Too dear' }));
  await open({ decision: { ...APPROVED, can_unseal: false, choices: none, savings: null } });
  expect(await screen.findByText('Ended without award')).toBeInTheDocument();
  expect(screen.queryByText('Request unsealing')).not.toBeInTheDocument();
});

const REOPENING = {
  state: 'done' as const, reason: 'The licence was withdrawn', digest: 'e'.repeat(64), proposal_id: 'p9', asked_at: '2026-11-22T08:00:00.000Z',
  decided_at: '2026-11-22T09:00:00.000Z',
};

it('asks for a reopening with a reason after the unsealing, and keeps it when refused', async () => {
  const { server, user } = await open({ decision: { ...UNSEALED, can_reopen: true, reopenings: [{ ...REOPENING, state: 'refused' }] } });
  expect(await screen.findByText('Reopening was refused: the decision stands')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Ask for reopening' }));
  await user.type(screen.getByLabelText('Reason'), 'short');
  await user.click(screen.getByRole('button', { name: 'Ask for both approvals' }));
  expect(server.sent.some((one) => one.path.endsWith('/reopening'))).toBe(false);
  await user.type(screen.getByLabelText('Reason'), ' but long enough');
  server.on(`POST ${API}/reopening`, problem(409, 'RELATED_PARTY'));
  await user.click(screen.getByRole('button', { name: 'Ask for both approvals' }));
  expect(await screen.findByText(/stands near a party/)).toBeInTheDocument();
  expect(screen.getByLabelText('Reason')).toHaveValue('short but long enough');
  expect(server.sent.find((one) => one.path.endsWith('/reopening'))?.body).toEqual({ reason: 'short but long enough' });
});

it('says whose word a reopening waits for, and offers no second request', async () => {
  await open({ decision: { ...UNSEALED, reopenings: [{ ...REOPENING, state: 'waiting_auditor', decided_at: null }] } });
  expect(await screen.findByText(/It waits for the auditor/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Ask for reopening' })).not.toBeInTheDocument();
});

it('is open again by alias once reopened, with the reason and without a name', async () => {
  const { server } = await open({ decision: { ...PROPOSED, state: 'reopened', phase: 'W', choices: [], savings: null, can_propose: true, reopenings: [REOPENING] } });
  expect(await screen.findByText('The decision was reopened')).toBeInTheDocument();
  expect(screen.getByText('The licence was withdrawn')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Submit for approval' })).toBeInTheDocument();
  expect(server.sent.some((one) => one.path.endsWith('/result'))).toBe(false);
});
