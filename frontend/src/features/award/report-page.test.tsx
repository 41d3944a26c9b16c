import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ReportPage from './report-page';
import { SavingsPanel } from './savings-panel';
import type { Reports, SavingsSheet } from './report-queries';
import { LOT_ID, STAFF_TENDER, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}`;
const REPORTS: Reports = {
  tender_id: TENDER_ID, can_make: true, is_current: true, can_draw: true,
  reports: [
    { number: 2, stage: 'unsealed', digest: 'd'.repeat(64), code: '7K3M-Q9X2-0FAB-ZT41', made_at: '2026-11-21T09:00:00.000Z', missing: ['budget'] },
    { number: 1, stage: 'approved', digest: 'c'.repeat(64), code: '0000-1111-2222-3333', made_at: '2026-11-21T08:00:00.000Z', missing: [] },
  ],
};
const SHEET: SavingsSheet = {
  tender_id: TENDER_ID, reference: 'T-1', currency: 'CNY', can_record: true, totals: [],
  lots: [
    {
      lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', quantity: '100.0000', unit: 'pcs',
      references: [
        { reference: 'baseline', amount: '29400.00', source: 'Last contract', as_of: '2026-03-31' },
        { reference: 'budget', amount: null, source: null, as_of: null },
        { reference: 'best_start', amount: '29000.00', source: null, as_of: null },
      ],
      rows: [
        {
          certainty: 'claimed', cost: '27930.00', source: null, as_of: null, quantity: null,
          against: [
            { reference: 'baseline', money: '1470.00', percent: '5.00' }, { reference: 'budget', money: null, percent: null },
            { reference: 'best_start', money: '1070.00', percent: '3.69' },
          ],
        },
      ],
    },
  ],
};

async function open(as: Role, reports: Reports = REPORTS) {
  const server = fakeServer();
  server.on(`GET ${API}`, STAFF_TENDER);
  server.on(`GET ${API}/reports`, reports);
  const user = await show(<ReportPage />, { as, at: `/tenders/${TENDER_ID}/report`, path: '/tenders/:tenderId/report' });
  return { server, user };
}

it('gives the newest report in both languages with its code, and what is missing', async () => {
  await open('purchaser');
  expect(await screen.findByText('7K3M-Q9X2-0FAB-ZT41')).toBeInTheDocument();
  expect(screen.getAllByRole('link', { name: 'PDF in Chinese' })[0]).toHaveAttribute('href', `${API}/reports/2/pdf?lang=zh`);
  expect(screen.getByText(/Not in it: a budget for every lot/)).toBeInTheDocument();
  expect(screen.getByText('1 earlier report')).toBeInTheDocument();
});

it('says why a report is refused, and that an evaluator reads without money', async () => {
  const { server, user } = await open('purchaser', { ...REPORTS, reports: [], is_current: false });
  server.on(`POST ${API}/reports`, problem(409, 'NOT_DECIDED'));
  await user.click(await screen.findByRole('button', { name: 'Make the report' }));
  expect(await screen.findByText('There is no decision yet.')).toBeInTheDocument();
});

it('offers no PDF where none can be drawn, and tells an evaluator what the copy leaves out', async () => {
  await open('evaluator', { ...REPORTS, can_make: false, can_draw: false });
  expect(await screen.findByText(/no Chinese font/)).toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'PDF in Chinese' })).not.toBeInTheDocument();
  expect(screen.getByText(/leaves out baseline/)).toBeInTheDocument();
});

it('shows each saving against each reference, and records a figure with its source', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/savings`, SHEET);
  server.on(`POST ${API}/savings`, null);
  const user = await show(<SavingsPanel tenderId={TENDER_ID} />, { as: 'purchaser' });
  const [, claimed] = within(await screen.findByRole('table', { name: 'Savings of lot 1' })).getAllByRole('row');
  expect(claimed).toHaveTextContent(/Claimed.*¥27,930.00.*¥1,470.00.*5.00 %.*¥1,070.00/);
  expect(screen.getByText('Last contract, 2026-03-31')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Record a figure' }));
  const sheet = within(screen.getByRole('dialog'));
  await user.click(sheet.getByRole('button', { name: 'Record' }));
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.type(sheet.getByLabelText(/Amount for the whole lot/), '28500');
  await user.type(sheet.getByLabelText(/Source/), 'FY26 plan');
  await user.type(sheet.getByLabelText(/As of/), '2026-11-20');
  await user.click(sheet.getByRole('button', { name: 'Record' }));
  const sent = server.sent.find((one) => one.method === 'POST');
  expect(sent?.body).toMatchObject({ lot_id: LOT_ID, kind: 'budget', source: 'FY26 plan', as_of: '2026-11-20', quantity: null });
});
