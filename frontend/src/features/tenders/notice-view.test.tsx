import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import TenderPage from './tender-page';

const DOCUMENT = {
  title_zh: '压缩机', title_en: 'Compressors', summary_zh: '', summary_en: 'For plant two', terms_zh: '', terms_en: '', currency: 'CNY', tax_basis: 'excluded', time_zone: 'Asia/Shanghai', rounds: [], lots: [],
};

async function open(as: Role) {
  const server = fakeServer();
  server.on('GET /api/tenders/t1', {
    audience: 'staff', hat: as, id: 't1', reference: 'T-1', state: 'responding', phase: 'Q', title_zh: '压缩机', title_en: 'Compressors', procedure: 'sealed_live', sealed_round_id: 's1', document: DOCUMENT,
    rounds: [
      { id: 's1', number: 1, kind: 'sealed', opens_at: '2026-11-25T01:00:00.000Z', closes_at: '2026-11-26T01:00:00.000Z', is_earliest: false },
      { id: 'l1', number: 2, kind: 'live', opens_at: '2026-11-27T01:00:00.000Z', closes_at: null, is_earliest: true },
    ],
    response_due_at: '2026-11-24T01:00:00.000Z', amendments: [], baselines: null, invited: null, acts: [], pending: [],
  });
  server.on('GET /api/tenders/t1/sentences', { zh: ['规则'], en: ['The lowest price leads.'] });
  await show(<TenderPage />, { as, at: '/tenders/t1', path: '/tenders/:tenderId' });
  expect(await screen.findByText('The lowest price leads.')).toBeInTheDocument();
  return server;
}

it.each([
  ['evaluator', '/evaluations', '/evaluations/t1'],
  ['desk_relay', '/relay', '/relay/t1'],
  ['desk_help', '/desk', null],
] as const)('shows the published tender to %s, with the way to their own work', async (hat, back, own) => {
  const server = await open(hat);
  expect(screen.getByText('For plant two')).toBeInTheDocument();
  expect(screen.getByText('Sealed round closes')).toBeInTheDocument();
  expect(screen.getByText('Live round opens, at the earliest')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Back' })).toHaveAttribute('href', back);
  expect(screen.getByRole('link', { name: 'All questions' })).toHaveAttribute('href', '/tenders/t1/questions');
  if (own !== null) expect(screen.getByRole('link', { name: hat === 'evaluator' ? 'My evaluation' : 'Relay' })).toHaveAttribute('href', own);
  // What only the buyer's side may read is not even asked for.
  expect(server.sent.filter(({ path }) => /comparison|sealed$|savings|preflight/.test(path))).toEqual([]);
});
