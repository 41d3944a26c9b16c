import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import OrdersImportPage from './orders-import-page';
import OrdersPage from './orders-page';
import OwnPerformancePage from './own-performance-page';
import PerformancePage from './performance-page';
import { pastPeriods } from './periods';
import type { Order, Performance, Review } from './queries';

const POINTS = { quality: '96.97', delivery: '63.33', service: null };
const ORDER: Order = {
  id: 'o1', number: 'PO-1', supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', category: 'compressors', item: '1.5P', unit: '台',
  quantity: '100', promises: [{ on: '2026-08-10', quantity: '100' }], due_on: '2026-08-10', state: 'open', accepted: '90', rejected: '10', on_time: '90',
  points: POINTS, deliveries: [{ number: 'DN-1', revision: 1, delivered_on: '2026-08-10', accepted: '90', rejected: '10', service: null, note: '' }], contract: null,
};
const FORMULA = { version: 'performance.v1', quality: '0.5', delivery: '0.35', service: '0.15', minimum_orders: 3, certification_share: '0.5' };
const REVIEW: Review = {
  id: 'r1', category: 'compressors', period: '2026-Q3', revision: 1, state: 'open', outcome: 'scored', order_count: 3, delivery_count: 4, points: POINTS,
  score: '83.1', grade: 'B', score_before: '80.0', band: 2, formula: FORMULA, orders: [], made_at: '2026-10-02T00:00:00.000Z', reply_until: '2026-10-12', reply: null,
  replied_at: null, closed_at: null, is_proposed: false, is_held: false, is_final: false, appeal_until: null, may_appeal: false,
};
const PERFORMANCE: Performance = { supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', reviews: [REVIEW], orders: [ORDER], marks_after: {} };

async function showStaff(performance: Performance) {
  const server = fakeServer();
  server.on('GET /api/suppliers/s1/performance', performance);
  const user = await show(<PerformancePage />, { as: 'purchaser', at: '/suppliers/s1/performance', path: '/suppliers/:supplierId/performance' });
  await screen.findByRole('heading', { level: 1, name: 'Performance' });
  return { server, user };
}

it('tells score, trend and sample, and closes a review', async () => {
  const { server, user } = await showStaff(PERFORMANCE);
  server.on('POST /api/performance-reviews/r1/closing', PERFORMANCE);
  expect(screen.getByText('83.1')).toBeInTheDocument();
  expect(screen.getByText('Up 3.1 from 80.0')).toBeInTheDocument();
  expect(screen.getByText('In the second quarter of the suppliers reviewed')).toBeInTheDocument();
  expect(screen.getByText('Orders: 3, deliveries: 4')).toBeInTheDocument();
  expect(screen.getByText(/or after 2026-10-12/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Close the review' }));
  expect(server.sent.some((one) => one.path === '/api/performance-reviews/r1/closing')).toBe(true);
});

it('gives no score where the business was too little, and offers the effect of a closed review', async () => {
  const few: Review = { ...REVIEW, id: 'r2', period: '2026-Q2', outcome: 'too_few', score: null, grade: null, score_before: null, band: null };
  const closed: Review = { ...REVIEW, state: 'closed', reply: 'The gate was shut.', replied_at: '2026-10-03T00:00:00.000Z' };
  const { server, user } = await showStaff({ ...PERFORMANCE, reviews: [closed, few], marks_after: { r1: { quality: '95.49', delivery: '76.67', credit: '92' } } });
  server.on('POST /api/performance-reviews/r1/certification', { proposal_id: 'p', certification_id: 'c', score: '89.1', grade: 'B' });
  expect(screen.getByText(/at least 3 must be due/)).toBeInTheDocument();
  expect(screen.getByText('The gate was shut.')).toBeInTheDocument();
  expect(screen.getByText(/quality 95.49, delivery 76.67, credit 92/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Propose to the second person' }));
  expect(server.sent.some((one) => one.path === '/api/performance-reviews/r1/certification')).toBe(true);
});

it('lets the supplier reply once', async () => {
  const server = fakeServer();
  server.on('GET /api/my/performance', { ...PERFORMANCE, marks_after: undefined });
  server.on('POST /api/my/performance-reviews/r1/reply', PERFORMANCE);
  const user = await show(<OwnPerformancePage />, { as: 'supplier' });
  await user.type(await screen.findByLabelText('Your reply'), 'Your gate was shut.');
  await user.click(screen.getByRole('button', { name: 'Send the reply' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ text: 'Your gate was shut.' });
  expect(screen.queryByRole('button', { name: 'Close the review' })).toBeNull();
});

it('lists orders and records a delivery; a known delivery note is a correction', async () => {
  const server = fakeServer();
  server.on('GET /api/orders', { orders: [ORDER], next: null });
  server.on('POST /api/orders/o1/deliveries', ORDER);
  const user = await show(<OrdersPage />, { as: 'purchaser' });
  await user.click(await screen.findByRole('button', { name: 'Record a delivery PO-1' }));
  const sheet = within(screen.getByRole('dialog'));
  await user.type(sheet.getByLabelText('Delivery note'), 'DN-1');
  await user.type(sheet.getByLabelText('Delivered on'), '2026-08-11');
  await user.type(sheet.getByLabelText('Accepted'), '９５');
  await user.click(sheet.getByRole('button', { name: 'Correct the delivery' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({
    number: 'DN-1', delivered_on: '2026-08-11', accepted: '95', rejected: '0', service: null, note: '', is_correction: true,
  });
});

it('says so where there are no orders', async () => {
  fakeServer().on('GET /api/orders', { orders: [], next: null });
  await show(<OrdersPage />, { as: 'auditor' });
  expect(await screen.findByText('No orders yet')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Enter an order' })).toBeNull();
});

it('names every faulty cell of an import', async () => {
  const server = fakeServer();
  const cell = { row: 5, cell: 'A5', column: 'order_number', code: 'UNKNOWN_ORDER', text: 'PO-8', detail: {} };
  server.on('POST /api/orders/import', { total: 3, created: 2, bad_rows: 1, ignored_columns: ['Buyer'], rows: [cell] });
  const user = await show(<OrdersImportPage />, { as: 'purchaser' });
  await user.upload(await screen.findByLabelText(/Excel or CSV file/), new File(['x'], 'orders.csv', { type: 'text/csv' }));
  await user.click(screen.getByRole('button', { name: 'Import' }));
  expect(await screen.findByText('3 rows read, 2 stored, 1 to correct.')).toBeInTheDocument();
  expect(screen.getByText('There is no open order of this number.')).toBeInTheDocument();
});

it('offers the four quarters and the year before a day', () => {
  expect(pastPeriods(new Date(2026, 1, 3))).toEqual(['2025-Q4', '2025-Q3', '2025-Q2', '2025-Q1', '2025']);
  expect(pastPeriods(new Date(2026, 11, 31))[0]).toBe('2026-Q3');
});
