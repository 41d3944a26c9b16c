import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { personOf, show } from '@/testing/show';

import DoorPage from './door-page';

const SEATS = [
  { seat: 'auditor', name: '周审', role: 'auditor', landing: '/audit/timeline' },
  { seat: 'purchaser', name: '王采购', role: 'purchaser', landing: '/tenders' },
  { seat: 'supplier-1', name: '岚川压缩机', role: 'supplier', landing: '/home' },
];

it('offers every seat in the order of the process and takes one with one click', async () => {
  const server = fakeServer();
  server.on('GET /api/config', { demo: true, demo_fast: false, version: '1', locales: ['zh', 'en'], key_fingerprint: 'f' });
  server.on('GET /api/demo/seats', SEATS);
  server.on('POST /api/demo/seats/supplier-1', personOf('supplier'));
  const user = await show(<DoorPage />);
  const seats = within(screen.getByRole('region', { name: /Take a seat/ }));
  const offered = await seats.findAllByRole('button');
  expect(offered.map((seat) => seat.textContent)).toEqual([
    expect.stringContaining('Purchaser'),
    expect.stringContaining('Auditor'),
    expect.stringContaining('岚川压缩机'),
  ]);
  await user.click(seats.getByRole('button', { name: '岚川压缩机' }));
  expect(await screen.findByText('somewhere else')).toBeInTheDocument();
});
