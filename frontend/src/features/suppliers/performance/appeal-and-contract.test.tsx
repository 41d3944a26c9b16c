import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import AppealsPage from '../appeals-page';
import type { Appeal } from '../lifecycle-queries';
import OrdersPage from './orders-page';
import OwnPerformancePage from './own-performance-page';
import PerformancePage from './performance-page';
import type { Order, Performance, Review } from './queries';

const POINTS = { quality: '96.97', delivery: '63.33', service: null };
const FORMULA = { version: 'performance.v1', quality: '0.5', delivery: '0.35', service: '0.15', minimum_orders: 3, certification_share: '0.5' };
const REVIEW: Review = {
  id: 'r1', category: 'compressors', period: '2026-Q3', revision: 1, state: 'closed', outcome: 'scored', order_count: 3, delivery_count: 4, points: POINTS,
  score: '83.1', grade: 'B', score_before: null, band: null, formula: FORMULA, orders: [], made_at: '2026-10-02T00:00:00.000Z', reply_until: '2026-10-12', reply: null,
  replied_at: null, closed_at: '2026-10-13T00:00:00.000Z', is_proposed: false, is_held: false, is_final: false, appeal_until: '2026-10-28', may_appeal: true,
};
const OWN = { supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', reviews: [REVIEW], orders: [] };
const LIFE = { is_conditional: false, is_to_reassess: false, findings: [], improvements: [] };
const APPEAL: Appeal = {
  id: 'e1', subject: 'performance', subject_id: 'r1', text: 'PO-3 waited at your gate.', state: 'open', made_at: '2026-10-14T00:00:00.000Z', decided_at: null, answer: null,
  supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', title: '2026-Q3', may_decide: true, recount: { before: '83.1', after: '91.0', orders: ['PO-3'] },
};
const ORDER: Order = {
  id: 'o1', number: 'PO-1', supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', category: 'compressors', item: '1.5P', unit: '台',
  quantity: '100', promises: [{ on: '2026-08-10', quantity: '100' }], due_on: '2026-08-10', state: 'open', accepted: '90', rejected: '10', on_time: '90',
  points: POINTS, deliveries: [], contract: { tender_id: 't1', reference: 'T-2026-7' },
};

it('lets the supplier appeal within its days, and keeps what was typed when it is refused', async () => {
  const server = fakeServer();
  server.on('GET /api/my/performance', OWN);
  server.on('GET /api/my/life', { ...LIFE, appeals: [] });
  server.on('POST /api/my/appeals', problem(409, 'TOO_LATE'));
  const user = await show(<OwnPerformancePage />, { as: 'supplier' });
  expect(await screen.findByText(/You may appeal until 2026-10-28/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Appeal against this review' }));
  const sheet = within(screen.getByRole('dialog'));
  await user.type(sheet.getByLabelText('What is wrong'), 'PO-3 waited at your gate.');
  await user.click(sheet.getByRole('button', { name: 'Send the appeal' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ subject: 'performance', subject_id: 'r1', text: 'PO-3 waited at your gate.' });
  expect(sheet.getByLabelText('What is wrong')).toHaveValue('PO-3 waited at your gate.');
});

it('shows the supplier its appeal and that nothing follows meanwhile', async () => {
  const server = fakeServer();
  server.on('GET /api/my/performance', { ...OWN, reviews: [{ ...REVIEW, is_held: true, may_appeal: false }] });
  server.on('GET /api/my/life', { ...LIFE, appeals: [APPEAL] });
  await show(<OwnPerformancePage />, { as: 'supplier' });
  expect(await screen.findByText('PO-3 waited at your gate.')).toBeInTheDocument();
  expect(screen.getByText('Waits for a decision')).toBeInTheDocument();
  expect(screen.getByText(/neither a certification nor points/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Appeal against this review' })).toBeNull();
});

it('says on the staff page that a review is held back, and when it was computed anew', async () => {
  const server = fakeServer();
  const performance: Performance = { ...OWN, reviews: [{ ...REVIEW, is_held: true, may_appeal: false }, { ...REVIEW, id: 'r2', period: '2026-Q2', is_final: true }], marks_after: {} };
  server.on('GET /api/suppliers/s1/performance', performance);
  await show(<PerformancePage />, { as: 'purchaser', at: '/suppliers/s1/performance', path: '/suppliers/:supplierId/performance' });
  expect(await screen.findByText(/neither a certification nor points/)).toBeInTheDocument();
  expect(screen.getByText('Computed anew on an appeal')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Propose to the second person' })).toBeNull();
});

it('shows the approver both scores, and no way to uphold while nothing was corrected', async () => {
  const server = fakeServer();
  const idle: Appeal = { ...APPEAL, id: 'e2', recount: { before: '83.1', after: '83.1', orders: [] } };
  server.on('GET /api/supplier-appeals', [APPEAL, idle]);
  server.on('POST /api/supplier-appeals/e1/decision', null);
  const user = await show(<AppealsPage />, { as: 'approver' });
  expect(await screen.findByText('As made: 83.1. With the orders as they are now: 91.0.')).toBeInTheDocument();
  expect(screen.getByText('Corrected since: PO-3')).toBeInTheDocument();
  expect(screen.getByText(/No order of the period has been corrected/)).toBeInTheDocument();
  const [first, second] = screen.getAllByRole('button', { name: 'Decide' });
  await user.click(second as HTMLElement);
  expect(screen.queryByRole('button', { name: 'Uphold' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  await user.click(first as HTMLElement);
  expect(screen.getByText(/the review is computed anew/)).toBeInTheDocument();
  await user.type(screen.getByLabelText('Answer'), 'Corrected.');
  await user.click(screen.getByRole('button', { name: 'Uphold' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ uphold: true, answer: 'Corrected.' });
});

it('lists the orders of one contract, with the way to it', async () => {
  const server = fakeServer();
  server.on('GET /api/orders', { orders: [ORDER], next: null });
  await show(<OrdersPage />, { as: 'purchaser', at: '/orders?contract=T-2026-7', path: '/orders' });
  expect(await screen.findByRole('link', { name: 'T-2026-7' })).toHaveAttribute('href', '/tenders/t1/contract');
  expect(screen.getByText('Orders of the contract T-2026-7')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'All orders' })).toHaveAttribute('href', '/orders');
});

it('offers the contracts in force of the chosen supplier', async () => {
  const server = fakeServer();
  server.on('GET /api/orders', { orders: [], next: null });
  server.on('GET /api/suppliers', { items: [{ id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech' }], next: null, total: 1 });
  server.on('GET /api/suppliers/s1/contracts-in-force', [{ tender_id: 't1', reference: 'T-2026-7' }]);
  const user = await show(<OrdersPage />, { as: 'purchaser' });
  await user.click(await screen.findByRole('button', { name: 'Enter an order' }));
  const sheet = within(screen.getByRole('dialog'));
  expect(sheet.queryByLabelText(/Contract/)).toBeNull();
  await sheet.findByRole('option', { name: 'Qinghe Electromech' });
  await user.selectOptions(sheet.getByLabelText('Supplier'), 's1');
  expect(await sheet.findByRole('option', { name: 'T-2026-7' })).toBeInTheDocument();
});
