import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { StaffResult, SupplierResult } from './queries';
import ResultPage from './result-page';
import { OWN_LOT, OWN_RESULT, RANKING, RESULT, STAFF_TENDER, SUPPLIER_TENDER, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}`;

async function open(as: Role, result: StaffResult | SupplierResult, tender: object = {}): Promise<void> {
  const server = fakeServer();
  server.on(`GET ${API}`, { ...(as === 'supplier' ? SUPPLIER_TENDER : STAFF_TENDER), ...tender });
  server.on(`GET ${API}/ranking`, RANKING);
  server.on(`GET ${API}/result`, result);
  await show(<ResultPage />, { as, at: `/tenders/${TENDER_ID}/result`, path: '/tenders/:tenderId/result' });
  await screen.findByRole('heading', { level: 1, name: /Result: Compressors/ });
}

it('shows staff everyone by label, the unsealed by name, and the savings', async () => {
  await open('purchaser', RESULT);
  const table = await screen.findByRole('table', { name: /Official ranking/ });
  const [, first, second] = within(table).getAllByRole('row');
  expect(first).toHaveTextContent(/R47.*Qinghe Electromech.*Preferred supplier/);
  expect(second).toHaveTextContent(/R12.*sealed/);
  expect(screen.getByRole('link', { name: 'he@qinghe.example' })).toBeInTheDocument();
  expect(screen.getByText('Claimed savings')).toBeInTheDocument();
  expect(screen.getByText(/2 bids were not accepted by the rules/)).toBeInTheDocument();
});

it('leads staff to the decision while there is no result', async () => {
  await open('purchaser', { ...RESULT, state: 'waiting', lots: [], savings: null, unsealed_at: null });
  expect(await screen.findByRole('link', { name: 'To the decision' })).toHaveAttribute('href', `/tenders/${TENDER_ID}/decision`);
});

it('tells a supplier that the evaluation continues, with the own bid and no rank', async () => {
  await open('supplier', { ...OWN_RESULT, state: 'waiting', outcome: null, decided_at: null, lots: [{ ...OWN_LOT, outcome: null, rank: null, is_tied: false }] });
  expect(await screen.findByText('Evaluation continues')).toBeInTheDocument();
  expect(screen.getByText('¥279.30 / pcs', { exact: false })).toBeInTheDocument();
  expect(screen.getByText('told with the decision')).toBeInTheDocument();
});

it('tells a supplier the own rank and outcome, and nothing of the winner', async () => {
  await open('supplier', OWN_RESULT, { state: 'awarded' });
  expect(await screen.findByText('Your bids were not chosen')).toBeInTheDocument();
  expect(screen.getByText('Not chosen')).toBeInTheDocument();
  expect(screen.getByText('2')).toBeInTheDocument();
  expect(screen.queryByText('Awarded to')).not.toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Open bids and receipts' })).toHaveAttribute('href', '/rooms/r1');
});

it('names the winner only where the server does, and the contact to the preferred', async () => {
  const lots = [{ ...OWN_LOT, outcome: 'preferred' as const, rank: 1, share: '70', winners: [{ name_zh: '青禾机电', name_en: 'Qinghe Electromech' }] }];
  await open('supplier', { ...OWN_RESULT, lots, contact: { name: 'Wang Cai', email: 'wang@lanyu.example', phone: null } }, { state: 'awarded' });
  expect(await screen.findByText('You are the preferred supplier')).toBeInTheDocument();
  expect(screen.getByText('Qinghe Electromech')).toBeInTheDocument();
  expect(screen.getByText('70 % of the lot')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'wang@lanyu.example' })).toBeInTheDocument();
});

it('does not speak of bids to a supplier who placed none', async () => {
  await open('supplier', { ...OWN_RESULT, lots: [{ ...OWN_LOT, outcome: 'no_bid', rank: null, is_tied: false, amount: null }] }, { state: 'awarded' });
  expect(await screen.findByText('You placed no bid in this tender.')).toBeInTheDocument();
  expect(screen.getByText('No bid')).toBeInTheDocument();
});

it('tells in place of the rank what the rules of the live round told', async () => {
  const lots = [
    { ...OWN_LOT, rank: null, is_tied: false, band: 'top' as const },
    { ...OWN_LOT, lot_id: 'b'.repeat(32), rank: null, is_tied: false, is_leading: false },
  ];
  await open('supplier', { ...OWN_RESULT, lots }, { state: 'awarded' });
  expect(await screen.findByText('Among the first three')).toBeInTheDocument();
  expect(screen.getByText('Not leading')).toBeInTheDocument();
});
