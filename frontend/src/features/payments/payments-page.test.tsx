import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import PaymentsPage from './payments-page';
import type { Milestone, Payments } from './queries';

const TENDER = '1'.repeat(32);
const WINNER = '2'.repeat(32);
const LATE: Milestone = {
  id: '3'.repeat(32), tender_id: TENDER, reference: 'T-2026-003', title_zh: '纸箱', title_en: 'Cartons', currency: 'CNY', digits: 2,
  supplier_id: WINNER, name_zh: '青禾', name_en: 'Qinghe', number: 1, kind: 'delivery', note: '', amount: '200000.00', falls_on: '2026-10-16',
  credit_days: 30, due_on: '2026-11-15', state: 'overdue', days_late: 6, invoiced: '200000.00', paid: '150000.00', owed: '50000.00', match: 'whole',
  as_of: '2026-11-20T02:00:00.000Z', contract_ends_on: null, after_end: null,
  records: [
    { id: '4'.repeat(32), kind: 'payment', number: 'T-1', amount: '150000.00', dated_on: '2026-11-19', method: 'draft', matures_on: '2027-05-18', reverses: null, is_reversed: false, is_supplier: false, recorded_at: '2026-11-20T02:00:00.000Z' },
  ],
  disputes: [{ is_supplier: true, text: 'When is the rest paid?', raised_at: '2026-11-20T03:00:00.000Z', answer: null, settled_at: null }],
};
const SHEET: Payments = {
  today: '2026-11-21', can_record: true, milestones: [LATE], totals: [{ currency: 'CNY', state: 'overdue', amount: '50000.00' }],
  awards: [{ tender_id: TENDER, reference: 'T-2026-003', title_zh: '纸箱', title_en: 'Cartons', currency: 'CNY', digits: 2, supplier_id: WINNER, name_zh: '青禾', name_en: 'Qinghe', total: '271400.00', planned: '200000.00', follows_contract: false }],
};

it('says who is owed what, and how late; a payment by draft needs its day of maturity', async () => {
  const server = fakeServer();
  server.on('GET /api/payments', SHEET);
  server.on(`POST /api/payments/${LATE.id}/documents`, problem(409, 'ALREADY_EXISTS', { field: 'number' }));
  const user = await show(<PaymentsPage />, { as: 'purchaser' });
  const [, row] = within(await screen.findByRole('table', { name: 'Payments' })).getAllByRole('row');
  expect(row).toHaveTextContent(/Qinghe.*Overdue.*6 days late.*2026-11-15.*¥200,000.00.*¥50,000.00.*Complete/);
  await user.click(screen.getByRole('button', { name: 'T-2026-003 · 1 · On delivery' }));
  expect(await screen.findByText(/Bank acceptance draft · matures 2027-05-18/)).toBeInTheDocument();
  expect(screen.getByText(/When is the rest paid/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Record a payment' }));
  await user.type(screen.getByLabelText('Payment reference'), 'T-1');
  await user.type(screen.getByLabelText('Amount'), '50000');
  await user.type(screen.getByLabelText('Date'), '2026-11-21');
  await user.selectOptions(screen.getByLabelText('Paid by'), 'draft');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.type(screen.getByLabelText('Matures on'), '2027-05-21');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect((await screen.findAllByRole('alert')).length).toBeGreaterThan(0);
  expect(screen.getByLabelText('Payment reference')).toHaveValue('T-1');
  expect(server.sent.find((one) => one.method === 'POST')?.body).toMatchObject({ kind: 'payment', amount: '50000', method: 'draft', matures_on: '2027-05-21' });
});

it('plans a milestone of an award, and says what is planned of it', async () => {
  const server = fakeServer();
  server.on('GET /api/payments', { ...SHEET, milestones: [], totals: [] });
  server.on(`POST /api/tenders/${TENDER}/payments`, null);
  const user = await show(<PaymentsPage />, { as: 'purchaser' });
  expect(await screen.findByText('No payment milestones yet')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Plan a milestone' }));
  expect(screen.getByText(/¥271,400.00/)).toBeInTheDocument();
  await user.type(screen.getByLabelText('Amount'), '71400');
  await user.type(screen.getByLabelText('Falls on'), '2026-12-01');
  await user.click(screen.getByRole('button', { name: 'Plan it' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ supplier_id: WINNER, kind: 'delivery', amount: '71400', falls_on: '2026-12-01', credit_days: 30, note: '' });
});

it('lets a supplier enter an invoice and ask, and nothing else', async () => {
  const server = fakeServer();
  server.on('GET /api/my/payments', { ...SHEET, can_record: false, awards: [], milestones: [{ ...LATE, supplier_id: null, name_zh: null, name_en: null, match: 'partial', disputes: [] }] });
  const user = await show(<PaymentsPage />, { as: 'supplier' });
  await user.click(await screen.findByRole('button', { name: 'T-2026-003 · 1 · On delivery' }));
  expect(screen.getByRole('button', { name: 'Record an invoice' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Raise a query' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Record a payment' })).not.toBeInTheDocument();
  expect(screen.queryByRole('columnheader', { name: 'Supplier' })).not.toBeInTheDocument();
});
