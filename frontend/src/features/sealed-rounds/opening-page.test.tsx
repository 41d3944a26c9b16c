import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import OpeningPage from './opening-page';

const RECORD = {
  lot_id: 'l1', number: 1, title_zh: '压缩机', title_en: 'Compressors', envelope: 'price', opened_at: '2026-11-21T06:00:00.000Z', count: 9, digest: 'd'.repeat(64),
  results: [{ result: 'opened', count: 7 }, { result: 'refused:ABOVE_CEILING', count: 1 }, { result: 'returned_unopened', count: 1 }], document: null,
};
const OPENING = {
  custody: 'server', state: 'closed', closes_at: '2026-11-21T05:00:00.000Z', manifest: ['a'.repeat(64)], technical_opened_at: null, prices_opened_at: '2026-11-21T06:00:00.000Z', copies_until: null, records: [RECORD],
};

async function open(opening: object, as: 'purchaser' | 'auditor' = 'purchaser'): Promise<void> {
  const server = fakeServer();
  server.on('GET /api/tenders/t1/opening', opening);
  await show(<OpeningPage />, { as, at: '/tenders/t1/opening', path: '/tenders/:tenderId/opening' });
}

it('says in words what was opened and what was not, with custody and manifest', async () => {
  await open(OPENING);
  const row = await screen.findByRole('row', { name: /Compressors/ });
  expect(row).toHaveTextContent(/Commercial part.*9.*opened 7.*above the ceiling 1.*returned unopened 1/);
  expect(screen.getByText(/the operator of this server could read bids/)).toBeInTheDocument();
  expect(screen.getByText('a'.repeat(64))).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Download' })).not.toBeInTheDocument();
});

it('says why nothing was opened', async () => {
  await open({ ...OPENING, state: 'refused', records: [] });
  expect(await screen.findByText('Too few bidders: nothing was opened')).toBeInTheDocument();
  expect(screen.getByText('Nothing is opened yet')).toBeInTheDocument();
});

it('shows the auditor who released, what was left out and whose reason was not so', async () => {
  const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
  const document = {
    members: [
      { seat: 1, title: 'audit', bundle: 'b'.repeat(64), received_at: '2026-11-21T05:10:00.000Z', omitted: [{ package: one, reason: 'wrap_does_not_open' }], false: [one] },
      { seat: 3, title: 'legal', bundle: 'c'.repeat(64), received_at: '2026-11-21T05:11:00.000Z', omitted: [], false: [] },
    ],
    results: [
      { package: one, result: 'opened', amount: '281.00', rev: 1, ct_sha256: 'e'.repeat(64) },
      { package: two, result: 'altered_in_custody', amount: null, rev: 2, ct_sha256: 'f'.repeat(64) },
    ],
  };
  await open({ ...OPENING, custody: 'committee', records: [{ ...RECORD, document }] }, 'auditor');
  expect(await screen.findByRole('row', { name: /1 · Audit.*111111111111… said its part does not open found to be false/ })).toHaveTextContent('b'.repeat(64));
  expect(screen.getByRole('row', { name: /3 · Legal/ })).toHaveTextContent(/nothing/);
  expect(screen.getByRole('row', { name: new RegExp(one) })).toHaveTextContent(/opened.*281.00/);
  expect(screen.getByRole('row', { name: new RegExp(two) })).toHaveTextContent('altered in custody');
});
