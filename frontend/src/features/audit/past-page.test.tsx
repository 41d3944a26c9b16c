import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import PastPage from './past-page';

const METHOD = {
  method: 'variation',
  zh: '变异系数偏低',
  en: 'Low variation',
  formula: 'CV',
  source: 'Imhof',
  about_zh: '关于',
  about_en: 'How far the bids of a lot lie apart.',
  innocent_zh: ['理由'],
  innocent_en: ['Everybody bought the same material on the same day.'],
  looked_at: 1,
  too_few: 0,
  found: 1,
  real: { leads: 28, of: 623 },
  honest: null,
};

const BOARD = {
  tenders: 1,
  lots: 1,
  rows: 3,
  idle: 1,
  bad: 1,
  cells: [{ cell: 'D4', text: 'about 9', code: 'NOT_A_NUMBER' }],
  fitting: 1,
  leads: [
    {
      method: 'variation',
      reference: '1943',
      lot: 1,
      bidders: [],
      figure: '0.0009',
      n: 3,
      base: { share: 0.0043, of: 232, origin: 'own' },
      chance: null,
      columns: ['bidder', 'amount'],
      rows: [
        ['S301', '52550000'],
        ['S208', '52590000'],
      ],
    },
  ],
  methods: [METHOD],
};

it('shows the leads of a file, each with its explanations and evidence, and every bad cell', async () => {
  const server = fakeServer();
  server.on('POST /api/audit/signals/past', BOARD);
  const user = await show(<PastPage />, { as: 'auditor' });
  await user.upload(screen.getByLabelText(/CSV or Excel file/), new File(['x'], 'past.csv', { type: 'text/csv' }));
  expect(await screen.findByText(/3 rows read/)).toBeVisible();
  expect(screen.getByText('D4')).toBeVisible();
  expect(screen.getByText(/Not an amount/)).toBeVisible();
  expect(screen.getByText(/0.43 % of 232 in the file/)).toBeVisible();
  await user.click(screen.getByText('1943, lot 1'));
  const evidence = await screen.findByRole('table', { name: 'Evidence' });
  expect(within(evidence).getByText('S301')).toBeVisible();
  expect(screen.getByText('Everybody bought the same material on the same day.')).toBeVisible();
});

it('says why a file is refused, and keeps its name', async () => {
  const server = fakeServer();
  server.on('POST /api/audit/signals/past', problem(422, 'COLUMN_MISSING', { columns: 'amount' }));
  const user = await show(<PastPage />, { as: 'auditor' });
  await user.upload(screen.getByLabelText(/CSV or Excel file/), new File(['x'], 'past.csv', { type: 'text/csv' }));
  expect(await screen.findByText(/Required columns are missing: amount/)).toBeVisible();
  expect(screen.getByText(/past\.csv/)).toBeVisible();
});
