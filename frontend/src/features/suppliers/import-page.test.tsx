import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ImportPage from './import-page';

const SHEET = new File(['x'], 'suppliers.xlsx', { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' });

it('names every faulty cell and what was typed there, beside what was registered', async () => {
  fakeServer().on('POST /api/suppliers/import', {
    id: 'i1', state: 'done', total: 3, done: 3, created: 2, bad_rows: 1, ignored_columns: ['Remarks'],
    rows: [{ row: 4, cell: 'I4', column: 'quality', code: 'AMBIGUOUS', text: '1.234,56', detail: {} }],
  });
  const user = await show(<ImportPage />, { as: 'purchaser' });
  expect(screen.getByRole('button', { name: 'Import' })).toBeDisabled();
  await user.upload(screen.getByLabelText('Spreadsheet'), SHEET);
  await user.click(screen.getByRole('button', { name: 'Import' }));
  const row = within(await screen.findByRole('row', { name: /I4/ }));
  expect(row.getByText('1.234,56')).toBeInTheDocument();
  expect(row.getByText(/two ways/)).toBeInTheDocument();
  expect(row.getByText('Quality')).toBeInTheDocument();
  expect(screen.getByText(/left out: Remarks/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: /Rows to correct/ })).toHaveAttribute('href', '/api/suppliers/imports/i1/sheet?locale=en');
});

it('says why a whole file was refused and that nothing is in', async () => {
  fakeServer().on('POST /api/suppliers/import', problem(422, 'NOT_A_SPREADSHEET'));
  const user = await show(<ImportPage />, { as: 'purchaser' });
  await user.upload(screen.getByLabelText('Spreadsheet'), SHEET);
  await user.click(screen.getByRole('button', { name: 'Import' }));
  expect(await screen.findByText('This file is no .xlsx spreadsheet.')).toBeInTheDocument();
  expect(screen.getByText('Nothing was imported from this file.')).toBeInTheDocument();
});
