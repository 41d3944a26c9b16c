import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ImportPage from './import-page';
import type { PaymentsImported } from './queries';

const SEEN: PaymentsImported = {
  is_preview: true, total: 3, created: 1, known: 1, bad_rows: 1, ignored_columns: ['Plant'],
  rows: [
    { row: 2, verdict: 'new', tender: 'T-2026-003', milestone: 1, kind: 'payment', number: 'FK-1', amount: '150000.00', currency: 'CNY', dated_on: '2026-11-19' },
    { row: 3, verdict: 'known', tender: 'T-2026-003', milestone: 1, kind: 'invoice', number: 'FP-1', amount: '200000.00', currency: 'CNY', dated_on: '2026-11-18' },
  ],
  faults: [{ row: 4, cell: 'F4', column: 'amount', code: 'MORE_THAN_LEFT', text: '60000', detail: { most: '50000.00' } }],
};

it('looks first, names each bad cell, and records only when asked', async () => {
  const server = fakeServer();
  server.on('POST /api/payments/import', SEEN);
  const user = await show(<ImportPage />, { as: 'purchaser' });
  expect(await screen.findByRole('button', { name: 'Preview' })).toBeDisabled();
  await user.upload(screen.getByLabelText(/Excel or CSV file/), new File(['x'], 'erp.csv', { type: 'text/csv' }));
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(await screen.findByText(/1 new, 1 recorded already, 1 to correct. Nothing is recorded yet/)).toBeInTheDocument();
  expect(screen.getByText(/Columns left out: Plant/)).toBeInTheDocument();
  const [, cell] = within(screen.getByRole('table', { name: 'Cells to correct' })).getAllByRole('row');
  expect(cell).toHaveTextContent(/F4.*Amount.*60000.*More than is left of the milestone: 50000.00/);
  const [, first, second] = within(screen.getByRole('table', { name: 'Good rows' })).getAllByRole('row');
  expect(first).toHaveTextContent(/2.*New.*T-2026-003 · 1.*Payment FK-1.*¥150,000.00/);
  expect(second).toHaveTextContent(/Recorded already/);
  server.on('POST /api/payments/import', { ...SEEN, is_preview: false });
  await user.click(screen.getByRole('button', { name: 'Record 1 row' }));
  expect(await screen.findByText(/1 recorded, 1 known before/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Record 1 row' })).toBeNull();
});

it('names the columns a file lacks', async () => {
  const server = fakeServer();
  server.on('POST /api/payments/import', problem(422, 'COLUMN_MISSING', { columns: 'kind, amount' }));
  const user = await show(<ImportPage />, { as: 'purchaser' });
  await user.upload(await screen.findByLabelText(/Excel or CSV file/), new File(['x'], 'erp.csv', { type: 'text/csv' }));
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(await screen.findByText(/Required columns are missing: kind, amount/)).toBeInTheDocument();
});
