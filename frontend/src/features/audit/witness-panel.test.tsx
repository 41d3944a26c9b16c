import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { WitnessPanel } from './witness-panel';

const WITNESS = {
  name: 'Audit office', public_key: 'ab'.repeat(32), fingerprint: 'f0'.repeat(32), words: 'amber anchor', seen_at: '2026-11-21T05:58:00.000Z', is_there: true,
};

it('says that there is no outside witness, and what that means', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', []);
  await show(<WitnessPanel />);
  expect(await screen.findByText('No outside witness')).toBeInTheDocument();
  expect(screen.getByText(/Nobody outside cosigns/)).toBeInTheDocument();
});

it('names who watches, with the fingerprint to compare', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', [WITNESS, { ...WITNESS, name: 'Second', public_key: 'cd'.repeat(32), seen_at: null, is_there: false }]);
  await show(<WitnessPanel />);
  expect(await screen.findByText('Audit office')).toBeInTheDocument();
  expect(screen.getByText('watching')).toBeInTheDocument();
  expect(screen.getByText('not heard of yet')).toBeInTheDocument();
  expect(screen.getAllByText(WITNESS.fingerprint)).toHaveLength(2);
  expect(screen.queryByText('No outside witness')).not.toBeInTheDocument();
});

it('says since when the witness is away', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', [{ ...WITNESS, is_there: false }]);
  await show(<WitnessPanel />, { lang: 'zh' });
  expect(await screen.findByText('没有外部见证人')).toBeInTheDocument();
  expect(screen.getByText(/见证人最后一次会签：/)).toHaveTextContent('2026-11-21');
});
