import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { WitnessMark } from './witness-mark';

const WITNESS = {
  name: 'Audit office', public_key: 'ab'.repeat(32), fingerprint: 'f0'.repeat(32), words: 'amber anchor', seen_at: '2026-11-21T05:58:00.000Z', is_there: true,
};

it('names the witnesses that are there, and when', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', [WITNESS, { ...WITNESS, name: 'Second' }, { ...WITNESS, name: 'Away', is_there: false }]);
  await show(<WitnessMark />);
  expect(await screen.findByText(/Outside witness of the journal: Audit office, Second,/)).toHaveTextContent(/ ago/);
  expect(screen.queryByText(/Away/)).not.toBeInTheDocument();
});

it('says that nobody watches, and since when', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', [{ ...WITNESS, is_there: false }]);
  await show(<WitnessMark />, { lang: 'zh' });
  expect(await screen.findByText(/日志没有外部见证人/)).toHaveTextContent('最后会签 2026-11-21');
});

it('says that no witness is set', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/witnesses', []);
  await show(<WitnessMark />);
  expect(await screen.findByText(/No outside witness of the journal/)).not.toHaveTextContent('last word');
});
