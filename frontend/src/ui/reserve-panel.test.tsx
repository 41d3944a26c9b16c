import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { ReservePanel } from './reserve-panel';

const COMMITMENT = 'c'.repeat(64);
const DOCUMENT = { currency: 'CNY', lots: [{ id: 'l1', number: 1 }, { id: 'l2', number: 2, reserve_commitment: COMMITMENT }] };
const TENDER = { id: 't1', hat: 'purchaser', phase: 'P', state: 'evaluation', document: DOCUMENT };
const API = '/api/tenders/t1/reserves';

async function open(changes: Partial<typeof TENDER> = {}, is_met: boolean | null = false) {
  const server = fakeServer();
  server.on(`GET ${API}`, { lots: [{ lot_id: 'l2', number: 2, commitment: COMMITMENT, amount: '271.40', opened_at: '2026-11-21T06:00:00.000Z', is_altered: false, is_met }] });
  await show(<ReservePanel tender={{ ...TENDER, ...changes }} />, { as: 'purchaser' });
  return server;
}

it('shows the opened figure, whether it is met, and what binds it', async () => {
  await open();
  expect(await screen.findByText('¥271.40')).toBeInTheDocument();
  expect(screen.getByText('Not met by the best price')).toBeInTheDocument();
  expect(screen.getByText(COMMITMENT)).toBeInTheDocument();
});

it.each([{ phase: 'Q' }, { phase: 'L' }, { hat: 'evaluator' }])('asks for nothing where it would be refused: %o', async (changes) => {
  const server = await open(changes);
  expect(await screen.findByText(/Sealed at publication/)).toBeInTheDocument();
  expect(server.sent.filter((one) => one.path === API)).toEqual([]);
});

it('says of a tender that ended early that it stays sealed', async () => {
  const server = await open({ phase: 'Q', state: 'cancelled' });
  expect(await screen.findByText(/never opened/)).toBeInTheDocument();
  expect(server.sent.filter((one) => one.path === API)).toEqual([]);
});

it('is not there where no lot has one', async () => {
  await open({ document: { currency: 'CNY', lots: [] } });
  expect(screen.queryByText('Secret reserve price')).toBeNull();
});
