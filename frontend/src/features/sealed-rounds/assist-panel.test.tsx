import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { AssistPanel } from './assist-panel';

const told = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tests/vectors/sealing/committee.json'), 'utf8')) as {
  package: string;
  secret: string;
  recovery: { passphrase: string; file: object };
};
const ASKED = {
  round_id: 'r1', envelope: 'price', ends_at: '2026-11-25T06:00:00.000Z', now: '2026-11-23T06:00:00.000Z',
  packages: [{ package: told.package, lot_id: 'l1', header: {}, is_given: false }],
};
const file = (content: unknown) => new File([JSON.stringify(content)], 'recovery.json', { type: 'application/json' });

it('gives the secret out of the own recovery file, and of no other', async () => {
  const server = fakeServer();
  server.on('GET /api/rounds/r1/recovery', ASKED);
  server.on('POST /api/rounds/r1/recovery/secrets', { ...ASKED, packages: [{ ...ASKED.packages[0], is_given: true }] });
  const user = await show(<AssistPanel roundId="r1" />, { as: 'supplier', lang: 'en' });
  expect(await screen.findByText(/only your own/)).toBeInTheDocument();
  const input = document.querySelector('input[type=file]') as HTMLInputElement;
  await user.upload(input, file({ nonsense: 1 }));
  await user.click(screen.getByRole('button', { name: 'Give the secret' }));
  expect(await screen.findByText(/no recovery file/)).toBeInTheDocument();
  await user.upload(input, file(told.recovery.file));
  await user.type(screen.getByLabelText('Passphrase'), 'wrong');
  await user.click(screen.getByRole('button', { name: 'Give the secret' }));
  expect(await screen.findByText(/does not fit the file/)).toBeInTheDocument();
  await user.clear(screen.getByLabelText('Passphrase'));
  await user.type(screen.getByLabelText('Passphrase'), told.recovery.passphrase);
  await user.click(screen.getByRole('button', { name: 'Give the secret' }));
  await expect.poll(() => server.sent.find((one) => one.method === 'POST')?.body).toEqual({ package: told.package, secret: told.secret });
});

it('is not there where nothing is asked', async () => {
  const server = fakeServer();
  server.on('GET /api/rounds/r1/recovery', { status: 404 });
  await show(<AssistPanel roundId="r1" />, { as: 'supplier', lang: 'en' });
  expect(screen.queryByText(/Your help/)).toBeNull();
});
