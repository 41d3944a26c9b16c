import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ContractPage from './contract-page';
import type { Agreement, Agreements, Contract, Issues, Negotiation } from './contract-queries';
import { STAFF_TENDER, SUPPLIER_TENDER, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}`;
const STANDARD: Issues = { prepayment: '0', credit_days: 60, draft_days: 0, retention: '5', retention_days: 365, delivery_days: 30, warranty_months: 12 };
const AT = '2026-11-21T09:00:00.000Z';
const TALKS: Negotiation = {
  id: 'n1', state: 'with_buyer', rate: '4.35', opened_at: AT, my_acts: ['accept', 'end', 'propose'], limits: STANDARD, has_mandate: true, can_limit: false,
  turns: [
    { number: 1, act: 'propose', side: 'buyer', issues: STANDARD, worth: { value: '268000.00', parts: [] }, text: '', at: AT },
    { number: 2, act: 'propose', side: 'supplier', issues: { ...STANDARD, credit_days: 45 }, worth: { value: '268900.00', parts: [] }, text: 'steel is dear', at: AT },
  ],
};
const PAPER: Contract = {
  id: 'c1', version: 1, state: 'pending', digest: 'd'.repeat(64), last_day: '2026-11-24', ends_at: AT, is_standstill: false, signatures: [], proposal_id: null, return_reason: null,
  can_submit: false, is_stale: false, can_sign: true, provider: null, requests: [], ending: null, in_force: false, end_proposal_id: null, can_end: null,
  clauses: [{ key: 'payment', source: 'negotiated', zh: '交货后 45 天', en: 'after 45 days', standard_zh: '交货后 60 天', standard_en: 'after 60 days' }],
};
const OF: Agreement = { supplier_id: 's'.repeat(32), name_zh: '青禾', name_en: 'Qinghe', total: '271400.00', negotiation: null, contract: null, can_open: false, can_draft: false };
const SHEET: Agreements = { tender_id: TENDER_ID, reference: 'T-1', title_zh: '纸箱', title_en: 'Cartons', reads_only: false, side: 'buyer', method: 'reverse_auction', allows_talks: true, currency: 'CNY', digits: 2, standard: STANDARD, agreements: [OF] };

async function open(as: Role, changes: Partial<Agreement>, sheet: Partial<Agreements> = {}) {
  const server = fakeServer();
  server.on(`GET ${API}`, as === 'supplier' ? SUPPLIER_TENDER : STAFF_TENDER);
  server.on(`GET ${API}/agreements`, { ...SHEET, ...sheet, agreements: [{ ...OF, ...changes }] });
  await show(<ContractPage />, { as, at: `/tenders/${TENDER_ID}/contract`, path: '/tenders/:tenderId/contract' });
  await screen.findByRole('heading', { level: 1, name: as === 'requester' ? /Contract: Cartons/ : /Negotiation and contract/ });
  return server;
}

it('shows the buyer both proposals, what differs, what they are worth, and its mandate', async () => {
  await open('purchaser', { negotiation: TALKS });
  const turns = await screen.findByRole('list', { name: 'Turns' });
  expect(turns).toHaveTextContent(/60 days.*45 days/);
  expect(turns).toHaveTextContent('268,900.00');
  expect(screen.getByRole('table', { name: /Limits of the mandate/ })).toBeInTheDocument();
});

it('counters with the last terms changed, and keeps them when the server refuses', async () => {
  const server = await open('purchaser', { negotiation: TALKS });
  server.on('POST /api/negotiations/n1/turns', () => problem(409, 'OUT_OF_RANGE', { field: 'credit_days', rule: 'mandate' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Propose terms' }));
  const days = screen.getByRole('textbox', { name: /Credit after delivery/ });
  expect(days).toHaveValue('45');
  await userEvent.clear(days);
  await userEvent.type(days, '50');
  await userEvent.click(screen.getByRole('button', { name: 'Send proposal' }));
  expect(await screen.findByText(/value is out of range/)).toBeInTheDocument();
  expect(days).toHaveValue('50');
});

it('shows the supplier neither mandate nor name, and lets it sign exactly this text', async () => {
  const own = { ...TALKS, limits: null, has_mandate: false, my_acts: [], state: 'confirmed' as const };
  await open('supplier', { supplier_id: null, name_zh: null, name_en: null, negotiation: own, contract: PAPER }, { side: 'supplier' });
  const clauses = await screen.findByRole('region', { name: 'Clauses' });
  expect(clauses).toHaveTextContent(/after 45 days.*after 60 days/);
  expect(screen.queryByText(/mandate/i)).toBeNull();
  const sign = screen.getByRole('region', { name: 'Sign' });
  await userEvent.click(within(sign).getByRole('button', { name: 'Sign' }));
  expect(sign).toHaveTextContent(/required|missing|needed|fill/i);
});

it('says until when the standstill runs', async () => {
  await open('approver', { contract: { ...PAPER, can_sign: false, is_standstill: true } });
  expect(await screen.findByText(/last day is 2026-11-24/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Sign' })).toBeNull();
});

it('says where talks are forbidden, and drafts all the same', async () => {
  await open('purchaser', { can_draft: true }, { allows_talks: false });
  expect(await screen.findByText(/statutory public rules/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Draft the contract' })).toBeInTheDocument();
});

it('shows what the terms are worth while they are typed, against those on the table', async () => {
  await open('purchaser', { negotiation: TALKS });
  await userEvent.click(await screen.findByRole('button', { name: 'Propose terms' }));
  const worth = screen.getByRole('status', { name: /Present value/ });
  expect(worth).toHaveTextContent(/The same as the terms on the table/);
  const days = screen.getByRole('textbox', { name: /Credit after delivery/ });
  await userEvent.clear(days);
  expect(worth).toHaveTextContent(/once every term/);
  await userEvent.type(days, '60');
  // tests/vectors/present-value.json has the same terms.
  expect(worth).toHaveTextContent(/268,053\.77.*Less than the terms on the table/);
  const prepaid = screen.getByRole('textbox', { name: /Prepayment/ });
  await userEvent.clear(prepaid);
  await userEvent.type(prepaid, '99');
  expect(screen.getByText(/together are more than the price/)).toBeInTheDocument();
});

it('shows the agreed terms once, and the rest when it is asked for', async () => {
  const turns = [...TALKS.turns, { number: 3, act: 'minute' as const, side: 'buyer' as const, issues: null, worth: null, text: 'agreed in Qingdao', at: AT }];
  await open('purchaser', { negotiation: { ...TALKS, state: 'confirmed', my_acts: [], turns } });
  expect(await screen.findByRole('table', { name: 'Agreed terms' })).toHaveTextContent('45 days');
  expect(screen.getByText('How the talks went').closest('details')).not.toHaveAttribute('open');
});

it('says plainly that the provider is down, and that nothing is to be done', async () => {
  const asked = { side: 'buyer' as const, provider: 'esign', state: 'open' as const, signatory: '王主任', asked_at: AT, is_down: true, can_withdraw: true };
  const server = await open('approver', { contract: { ...PAPER, can_sign: false, provider: 'esign', requests: [asked] } });
  server.on('POST /api/contracts/c1/signature/withdrawal', null);
  const both = await screen.findByRole('region', { name: 'Signatures' });
  expect(both).toHaveTextContent(/esign cannot be reached.*no need to sign once more/);
  await userEvent.click(within(both).getByRole('button', { name: 'Take the request back' }));
  expect(server.sent.some((one) => one.path.endsWith('/signature/withdrawal'))).toBe(true);
});

it('asks the approver to terminate, with a reason and a day', async () => {
  const server = await open('purchaser', { contract: { ...PAPER, state: 'active', can_sign: false, can_end: 'terminate', in_force: true } });
  server.on('POST /api/contracts/c1/ending', { proposal_id: 'p1' });
  await userEvent.click(await screen.findByRole('button', { name: 'Terminate the contract' }));
  const form = screen.getByRole('region', { name: 'Terminate the contract' });
  await userEvent.click(within(form).getByRole('button', { name: 'Ask the approver' }));
  expect(server.sent.some((one) => one.path.endsWith('/ending'))).toBe(false);
  await userEvent.type(within(form).getByRole('textbox', { name: /Reason/ }), 'twice late with the delivery');
  await userEvent.type(within(form).getByLabelText(/Last day in force/), '2027-01-31');
  await userEvent.click(within(form).getByRole('button', { name: 'Ask the approver' }));
  expect(server.sent.find((one) => one.path.endsWith('/ending'))?.body).toEqual({ kind: 'terminate', reason: 'twice late with the delivery', ends_on: '2027-01-31' });
});

it('shows a requester the contract alone', async () => {
  await open('requester', { contract: { ...PAPER, can_sign: false, state: 'terminated', ending: { kind: 'terminate', reason: 'late twice', ends_on: '2026-12-31', at: AT }, in_force: true } }, { reads_only: true });
  expect(await screen.findByText(/in force up to and with 2026-12-31/)).toBeInTheDocument();
  expect(screen.queryByRole('heading', { name: 'Commercial negotiation' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'What is left to pay' })).toBeNull();
});

it('says that a draft stands at a price that has changed since', async () => {
  await open('purchaser', { contract: { ...PAPER, state: 'draft', is_stale: true, can_sign: false }, can_draft: true });
  expect(await screen.findByText(/has to be drafted anew/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Draft anew' })).toBeInTheDocument();
});
