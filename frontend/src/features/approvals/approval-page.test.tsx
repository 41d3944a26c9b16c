import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ApprovalPage from './approval-page';
import type { Proposal } from './queries';

const PROPOSAL: Proposal = {
  id: 'p1',
  kind: 'certification.certify',
  subject_kind: 'supplier',
  subject_id: 's1',
  tender_id: null,
  summary: {
    name_zh: '青禾机电', name_en: 'Qinghe Electromech', marks: { credit: '95', delivery: '93', quality: '91' }, score: '92.4', grade: 'A',
    valid_until: '2027-12-31T16:00:00.000Z', note: 'audit of June', score_before: null, grade_before: null,
  },
  change: { act: 'certify', categories: ['compressors'], state: { before: 'active', after: 'suspended' }, score: '92.4' },
  change_hash: 'c'.repeat(64),
  state: 'pending',
  proposed_at: '2026-11-21T05:00:00.000Z',
  expires_at: '2099-01-01T00:00:00.000Z',
  proposer_role: 'purchaser',
  is_mine: false,
  can_decide: true,
  may_approve: true,
  decided_at: null,
  reason: null,
  earlier: null,
};

async function open(changes: Partial<Proposal> = {}): Promise<{ server: FakeServer; user: Awaited<ReturnType<typeof show>> }> {
  const server = fakeServer();
  server.on('GET /api/approvals/p1', { ...PROPOSAL, ...changes });
  const user = await show(<ApprovalPage />, { as: 'approver', at: '/approvals/p1', path: '/approvals/:proposalId' });
  await screen.findByRole('heading', { level: 1, name: /Certify a supplier/ });
  return { server, user };
}

it('shows what is asked, the exact change as words and as a difference, and its hash', async () => {
  await open();
  expect(screen.getByText(/is certified from now on/)).toBeInTheDocument();
  expect(await screen.findByText('Compressors')).toBeInTheDocument();
  expect(screen.getByText('active').closest('del')).toBeInTheDocument();
  expect(screen.getByText('c'.repeat(64))).toBeInTheDocument();
});

it('approves', async () => {
  const { server, user } = await open();
  server.on('POST /api/approvals/p1/decision', { ...PROPOSAL, state: 'approved', can_decide: false, decided_at: '2026-11-21T06:00:00.000Z' });
  server.on('GET /api/approvals/p1', { ...PROPOSAL, state: 'approved', can_decide: false, decided_at: '2026-11-21T06:00:00.000Z' });
  await user.click(screen.getByRole('button', { name: 'Approve' }));
  expect(await screen.findByRole('heading', { name: 'Decided' })).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ verdict: 'approve', reason: '' });
});

it('refuses only with a reason', async () => {
  const { server, user } = await open();
  server.on('POST /api/approvals/p1/decision', { ...PROPOSAL, state: 'refused' });
  await user.click(screen.getByRole('button', { name: 'Refuse' }));
  expect(screen.getByText('At least 5 characters.')).toBeInTheDocument();
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.type(screen.getByLabelText('Reason'), 'The audit is too old.');
  await user.click(screen.getByRole('button', { name: 'Refuse' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ verdict: 'refuse', reason: 'The audit is too old.' });
});

it('says what a stale proposal means and keeps the reason', async () => {
  const { server, user } = await open();
  server.on('POST /api/approvals/p1/decision', problem(409, 'CHANGED_SINCE'));
  await user.type(screen.getByLabelText('Reason'), 'kept text');
  await user.click(screen.getByRole('button', { name: 'Approve' }));
  expect(await screen.findByText(/Nothing was approved/)).toBeInTheDocument();
  expect(screen.getByLabelText('Reason')).toHaveValue('kept text');
});

it('gives the proposer no buttons', async () => {
  await open({ can_decide: false, is_mine: true });
  expect(screen.getByText(/You proposed this/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Approve' })).not.toBeInTheDocument();
});

it('tells what came of the version before, why, and what is different now', async () => {
  await open({
    earlier: {
      state: 'refused', proposed_at: '2026-11-20T05:00:00.000Z', reason: 'The audit is missing.', left_out: 2,
      differences: [{ path: 'score', before: '90.1', after: '92.4' }],
    },
  });
  const panel = screen.getByRole('region', { name: 'Since the version before' });
  expect(within(panel).getByText('The audit is missing.')).toBeInTheDocument();
  expect(within(panel).getByText('90.1').closest('del')).toBeInTheDocument();
  expect(within(panel).getByText('92.4').closest('ins')).toBeInTheDocument();
  expect(within(panel).getByText('2 more differences are not listed.')).toBeInTheDocument();
});

const PUBLICATION: Partial<Proposal> = {
  kind: 'tender.publish', subject_kind: 'tender', subject_id: 't1', tender_id: 't1', summary: { reference: 'T-2026-014', title_en: 'Compressors', lots: 1 },
  change: { tender: 't1', document: { currency: 'CNY', lots: [{ id: 'l1', number: 1, reserve_commitment: 'd'.repeat(64) }] } },
};

it('shows the secret reserve price that an approval would seal, and asks for it no more afterwards', async () => {
  const server = fakeServer();
  server.on('GET /api/approvals/p1', { ...PROPOSAL, ...PUBLICATION });
  server.on('GET /api/tenders/t1/reserves', { lots: [{ lot_id: 'l1', number: 1, commitment: 'd'.repeat(64), amount: '271.40', opened_at: null, is_altered: false, is_met: null }] });
  const user = await show(<ApprovalPage />, { as: 'approver', at: '/approvals/p1', path: '/approvals/:proposalId' });
  expect(await screen.findByText('¥271.40')).toBeInTheDocument();
  const done = { ...PROPOSAL, ...PUBLICATION, state: 'approved', can_decide: false, decided_at: '2026-11-21T06:00:00.000Z' };
  server.on('POST /api/approvals/p1/decision', done);
  server.on('GET /api/approvals/p1', done);
  await user.click(screen.getByRole('button', { name: 'Approve' }));
  expect(await screen.findByRole('heading', { name: 'Decided' })).toBeInTheDocument();
  expect(server.sent.filter((one) => one.path === '/api/tenders/t1/reserves')).toHaveLength(1);
});
