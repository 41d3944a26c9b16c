import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import VerifyPage from './verify-page';

const KEY = { algorithm: 'Ed25519', public_key: 'ab'.repeat(32), key_id: 'k', fingerprint: 'f', words: 'w' };

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
  expect(server.sent.every((one) => one.method === 'GET')).toBe(true);
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
