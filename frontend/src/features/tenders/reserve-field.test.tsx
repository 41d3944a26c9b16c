import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { EMPTY_LOT } from './draft-edit';
import { ReserveField } from './reserve-field';

const LOT = { ...EMPTY_LOT, id: 'a'.repeat(32) };
const API = '/api/tenders/t1/reserves';
const lotsOf = (amount: string | null, commitment: string | null = amount === null ? null : 'c'.repeat(64)) => ({
  lots: [{ lot_id: LOT.id, number: 1, commitment, amount, opened_at: null, is_altered: false, is_met: null }],
});

async function open(stored: object, lot = LOT) {
  const server = fakeServer();
  server.on(`GET ${API}`, stored);
  const user = await show(<ReserveField tenderId="t1" lot={lot} at={0} sign="¥" faults={[]} />, { as: 'purchaser' });
  const field = await screen.findByRole('textbox', { name: /Secret reserve price/ });
  if (lot.id !== '') await waitFor(() => expect(field).toBeEnabled());
  return { server, user, field };
}

it('sends what was typed on leaving, with the commitment that was seen', async () => {
  const { server, user, field } = await open(lotsOf('280.00'));
  await screen.findByDisplayValue('280.00');
  server.on(`PUT ${API}`, lotsOf('271.40'));
  await user.clear(field);
  await user.type(field, '￥271.40');
  await user.tab();
  expect(await screen.findByDisplayValue('271.40')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({ lots: [{ lot_id: LOT.id, amount: '271.40', seen: 'c'.repeat(64) }] });
});

it('says what is wrong and keeps what was typed', async () => {
  const { server, user, field } = await open(lotsOf(null));
  server.on(`PUT ${API}`, problem(409, 'INCOMPLETE', { 'lots.0.reserve_price': 'ABOVE_CEILING' }));
  await user.type(field, '999');
  await user.tab();
  expect(await screen.findByText('is above the ceiling price.')).toBeInTheDocument();
  expect(field).toHaveValue('999');
  server.on(`PUT ${API}`, problem(409, 'CHANGED_SINCE', { changed: 'reserve_price' }));
  await user.type(field, '0');
  await user.tab();
  expect(await screen.findByText(/Somebody else has changed it/)).toBeInTheDocument();
});

it('waits for a lot that is not saved yet', async () => {
  const { field } = await open(lotsOf(null), EMPTY_LOT);
  expect(field).toBeDisabled();
  expect(screen.getByText(/once the lot is saved/)).toBeInTheDocument();
});
