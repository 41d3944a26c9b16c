import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import VerifyPage from './verify-page';

const KEY = { algorithm: 'Ed25519', public_key: 'ab'.repeat(32), key_id: 'k', fingerprint: 'f', words: 'w', rotations: [], earlier: [] };

it('needs no sign-in, fills in the key, and says in words what is wrong; nothing is sent', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/key', KEY);
  const user = await show(<VerifyPage />);
  expect(await screen.findByDisplayValue(KEY.public_key)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Check' }));
  expect(screen.getByText('Paste a receipt first.')).toBeInTheDocument();
  await user.click(screen.getByLabelText('Receipt'));
  await user.paste('{"kind":"bid.accepted","v":1}');
  await user.click(screen.getByRole('button', { name: 'Check' }));
  expect(await screen.findByText(/does not have the form of a receipt/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Download the verifier' })).toHaveAttribute('href', '/verify/bidroom-verify.pyz');
  // Not whether anything was sent at all: a screen shown before in this window may still be saving.
  expect(JSON.stringify(server.sent)).not.toContain('bid.accepted');
});

it('takes a dropped file of several receipts', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/key', KEY);
  const user = await show(<VerifyPage />, { lang: 'zh' });
  await screen.findByDisplayValue(KEY.public_key);
  await user.upload(screen.getByLabelText('回执文件'), new File(['[{"kind":"a"},{"kind":"b"}]'], 'receipts.json', { type: 'application/json' }));
  expect(await screen.findByText('回执 1：未能证明')).toBeInTheDocument();
  expect(screen.getByText('回执 2：未能证明')).toBeInTheDocument();
});

it('finds a report by its code as it was typed, and says where a code is of none', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/key', KEY);
  server.on('GET /api/reports/7k3mQ9X20FABZT41', {
    tender_id: 't', reference: 'T-2026-014', title_zh: '压缩机', title_en: 'Compressors', number: 2, stage: 'unsealed', digest: 'd'.repeat(64),
    code: '7K3M-Q9X2-0FAB-ZT41', made_at: '2026-11-21T09:00:00.000Z', is_intact: true, file: null,
  });
  server.on('GET /api/reports/none', problem(404, 'NOT_FOUND'));
  const user = await show(<VerifyPage />);
  const code = await screen.findByLabelText(/Verify code/);
  await user.type(code, '7k3m Q9X2-0FAB/ZT41');
  await user.click(screen.getByRole('button', { name: 'Check the code' }));
  expect(await screen.findByText('The journal holds this report')).toBeInTheDocument();
  await user.clear(code);
  await user.type(code, 'none');
  await user.click(screen.getByRole('button', { name: 'Check the code' }));
  expect(await screen.findByText('No report with this code is known to you')).toBeInTheDocument();
});

it('shows the earlier keys with their words, in both languages', async () => {
  const earlier = {
    public_key: 'cd'.repeat(32), key_id: 'o', fingerprint: '01d'.repeat(8), words: 'bakis-rodom', ended_at: '2026-11-21T09:00:00.000Z', last_checkpoint: 41, reason: 'yearly 年度',
  };
  const server = fakeServer();
  server.on('GET /api/audit/key', { ...KEY, earlier: [earlier] });
  await show(<VerifyPage />);
  expect(await screen.findByText(earlier.words)).toBeInTheDocument();
  expect(screen.getByRole('region', { name: 'Earlier keys' })).toHaveTextContent('41');
  await show(<VerifyPage />, { lang: 'zh' });
  expect(await screen.findByRole('region', { name: '以往公钥' })).toHaveTextContent('yearly 年度');
});
