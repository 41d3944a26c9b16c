import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { StaffTender } from './api';
import { SealedPanel } from './sealed-panel';
import { pathOf } from './tender-steps';

const TENDER = { id: 't1', procedure: 'sealed_live', document: { evaluation: { technical: {} } } } as unknown as StaffTender;
const ROUND = {
  audience: 'staff', round_id: 'r1', tender_id: 't1', status: 'open', opens_at: '2026-11-21T06:00:00.000Z', closes_at: '2099-01-01T00:00:00.000Z',
  now: '2026-11-21T06:00:00.000Z', extensions: [], custody: 'server', custody_zh: '', custody_en: '', policy: {}, policy_digest: 'd'.repeat(64), fingerprint: ['00001', '00002'],
  manifest: null, refused_code: null, counts: null, technical_opened_at: null, scores_locked_at: null, prices_opened_at: null, copies_until: null,
};

it.each([
  ['en', 'Server custody: the operator of this server could read bids before opening.', 'Open, sealed', 'Packages'],
  ['zh', '服务器保管：在开启之前，本服务器的运营方有能力读取报价。', '开放，密封中', '密封包数'],
] as const)('shows custody and time left while it is open, and no count (%s)', async (lang, label, state, counted) => {
  const server = fakeServer();
  server.on('GET /api/rounds/r1/sealed', ROUND);
  await show(<SealedPanel tender={TENDER} roundId="r1" zone="Asia/Shanghai" />, { as: 'purchaser', lang });
  expect(await screen.findByText(label)).toBeInTheDocument();
  expect(screen.getByText(state)).toBeInTheDocument();
  expect(screen.getByRole('timer')).toBeInTheDocument();
  expect(screen.queryByText(counted)).not.toBeInTheDocument();
  expect(screen.queryByRole('link', { name: /Opening|开启/ })).not.toBeInTheDocument();
});

it('shows the close, the extension by rule and the openings', async () => {
  const server = fakeServer();
  const extensions = [{ from: '2026-11-21T07:00:00.000Z', to: '2026-11-21T08:00:00.000Z', reason: 'TOO_FEW' }];
  server.on('GET /api/rounds/r1/sealed', { ...ROUND, status: 'closed', extensions, manifest: ['a'], counts: { packages: 9 }, technical_opened_at: '2026-11-21T08:00:01.000Z' });
  await show(<SealedPanel tender={TENDER} roundId="r1" zone="Asia/Shanghai" />, { as: 'purchaser' });
  expect(await screen.findByText('9')).toBeInTheDocument();
  expect(screen.getByText('The close was moved by rule')).toBeInTheDocument();
  expect(screen.getByText('Technical parts opened')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Opening records' })).toHaveAttribute('href', '/tenders/t1/opening');
  expect(screen.getByRole('link', { name: 'Evaluation panel' })).toHaveAttribute('href', '/tenders/t1/panel');
});

it('says that an opening waits for the own copy of a bidder', async () => {
  const server = fakeServer();
  server.on('GET /api/rounds/r1/sealed', { ...ROUND, custody: 'committee', status: 'closed', manifest: ['a'], copies_until: '2026-11-21T08:30:00.000Z' });
  await show(<SealedPanel tender={TENDER} roundId="r1" zone="Asia/Shanghai" />, { as: 'purchaser' });
  expect(await screen.findByText('An opening waits: stored bytes were altered')).toBeInTheDocument();
});

it('knows the phases of each procedure', () => {
  expect(pathOf({ procedure: 'live', document: null }).join('')).toBe('DQLPVW');
  expect(pathOf({ procedure: 'sealed', document: { evaluation: { technical: null } } }).join('')).toBe('DQSKPVW');
  expect(pathOf(TENDER).join('')).toBe('DQSKTLPVW');
});
