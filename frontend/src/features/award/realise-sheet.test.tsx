import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { SavingsSheet } from './report-queries';
import { SavingsPanel } from './savings-panel';

const SHEET: SavingsSheet = {
  tender_id: 't1', reference: 'T-2026-7', currency: 'CNY', can_record: true, totals: [],
  lots: [{ lot_id: 'l1', number: 1, title_zh: '压缩机', title_en: 'Compressors', quantity: '1000', unit: '台', references: [], rows: [] }],
};
const ORDER = {
  id: 'o1', number: 'PO-1', supplier_id: 's1', name_zh: '青禾机电', name_en: 'Qinghe Electromech', category: 'compressors', item: '1.5P', unit: '台', quantity: '100',
  promises: [], due_on: '2026-08-10', state: 'open', accepted: '90', rejected: '10', on_time: '90', points: { quality: null, delivery: null, service: null },
  deliveries: [], contract: { tender_id: 't1', reference: 'T-2026-7' },
};

async function open(orders: object[]) {
  const server = fakeServer();
  server.on('GET /api/tenders/t1/savings', SHEET);
  server.on('GET /api/orders', { orders, next: null });
  const user = await show(<SavingsPanel tenderId="t1" />, { as: 'purchaser' });
  await user.click(await screen.findByRole('button', { name: 'Realised out of orders' }));
  return { server, user, sheet: within(screen.getByRole('dialog')) };
}

it('offers the orders of the contract and takes others beside them', async () => {
  const { server, user, sheet } = await open([ORDER, { ...ORDER, id: 'o2', number: 'PO-2' }, { ...ORDER, id: 'o3', number: 'PO-3', state: 'cancelled' }]);
  server.on('POST /api/tenders/t1/savings/realised', null);
  await user.click(await sheet.findByLabelText(/PO-2/));
  expect(sheet.queryByLabelText(/PO-3/)).toBeNull();
  await user.type(sheet.getByLabelText('Other order numbers'), 'PO-8，PO-9');
  await user.click(sheet.getByRole('button', { name: 'Record' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ lot_id: 'l1', orders: ['PO-1', 'PO-8', 'PO-9'] });
});

it.each([
  ['NOT_ALLOWED_HERE', { order: 'PO-8', because: 'other_contract' }, 'Order PO-8 names the contract of another tender.'],
  ['NOT_ALLOWED_HERE', { field: 'orders', order: 'PO-8' }, /Order PO-8 does not count here/],
  ['MIXED_UNITS', { order: 'PO-8', unit: '箱' }, /another unit than the lot/],
  ['INCOMPLETE', { field: 'orders' }, /Nothing has been accepted/],
  ['OUT_OF_RANGE', { field: 'quantity' }, /take fewer orders/],
])('says %s in its own words', async (code, detail, words) => {
  const { server, user, sheet } = await open([]);
  server.on('POST /api/tenders/t1/savings/realised', problem(409, code, detail));
  await user.click(sheet.getByRole('button', { name: 'Record' }));
  expect(sheet.getByText('Choose or type at least one order.')).toBeInTheDocument();
  await user.type(sheet.getByLabelText('Other order numbers'), 'PO-8');
  await user.click(sheet.getByRole('button', { name: 'Record' }));
  expect(await sheet.findByText(words)).toBeInTheDocument();
});
