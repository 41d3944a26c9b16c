import { fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ExportsPage from './exports-page';

const READY = {
  id: '1234567890abcdef1234567890abcdef', state: 'ready', all: true, tender_ids: [], form: 'bundle', from: null, to: null, file_name: 'bidroom-12345678.zip', purpose: 'Yearly audit', recipient: 'Office', requested_by: '周审',
  requested_at: '2026-11-21T06:00:00.000Z', done: 10, total: 10, size: 2048, sha256: 'd'.repeat(64), ready_at: '2026-11-21T06:00:01.000Z', code: null,
};

it('wants a purpose and a recipient, then starts', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/exports', []);
  server.on('POST /api/audit/exports', { id: 'x' });
  const user = await show(<ExportsPage />, { as: 'auditor' });
  await user.click(screen.getByRole('button', { name: 'Make the bundle' }));
  expect(screen.getByText('At least 5 characters.')).toBeInTheDocument();
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.type(screen.getByLabelText('Purpose'), 'Yearly audit');
  await user.type(screen.getByLabelText('Recipient'), 'Audit office');
  await user.click(screen.getByRole('button', { name: 'Make the bundle' }));
  expect(await screen.findByText('The export has started.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({
    all: true, tender_ids: [], form: 'bundle', from: null, to: null, purpose: 'Yearly audit', recipient: 'Audit office',
  });
});

it('offers the bundle with its digest and the command that checks it', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/exports', [READY]);
  server.on('GET /api/audit/key', { algorithm: 'Ed25519', public_key: 'a', key_id: 'k', fingerprint: 'f1ng3r', words: 'kudiv-nomap', rotations: [], earlier: [] });
  await show(<ExportsPage />, { as: 'auditor' });
  expect(await screen.findByRole('link', { name: 'Download' })).toHaveAttribute('href', `/api/audit/exports/${READY.id}/file`);
  expect(screen.getByText('d'.repeat(64))).toBeInTheDocument();
  expect(await screen.findByText('bidroom verify bidroom-12345678.zip --key f1ng3r')).toBeInTheDocument();
});

it('exports a history of bids in a period, and says when the period is turned', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/exports', []);
  server.on('POST /api/audit/exports', { id: 'x' });
  const user = await show(<ExportsPage />, { as: 'auditor' });
  expect(screen.queryByRole('button', { name: 'A period' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'CSV' }));
  await user.click(screen.getByRole('button', { name: 'A period' }));
  await user.type(screen.getByLabelText('Purpose'), 'Yearly audit');
  await user.type(screen.getByLabelText('Recipient'), 'Audit office');
  fireEvent.change(screen.getByLabelText(/^From/), { target: { value: '2026-11-02T00:00' } });
  fireEvent.change(screen.getByLabelText(/^Until/), { target: { value: '2026-11-01T00:00' } });
  await user.click(screen.getByRole('button', { name: 'Make the export' }));
  expect(screen.getByText('The period ends before it begins.')).toBeInTheDocument();
  fireEvent.change(screen.getByLabelText(/^Until/), { target: { value: '' } });
  await user.click(screen.getByRole('button', { name: 'Make the export' }));
  expect(await screen.findByText('The export has started.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toMatchObject({ form: 'csv', from: '2026-11-01T16:00:00.000Z', to: null });
});
