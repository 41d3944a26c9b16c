import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import WebhooksPage from './webhooks-page';

const KINDS = ['tender.published', 'lot.closed'];
const ONE = {
  id: 'w1', name: 'ERP', url: 'https://erp.example/hook', kinds: KINDS, state: 'active', made_at: '2026-11-22T08:00:00.000Z',
  waiting: 2, given_up: 0, last_sent_at: '2026-11-22T08:30:00.000Z', last_status: 503, old_secret_until: null,
};

it('adds an address and shows its secret once', async () => {
  const server = fakeServer();
  server.on('GET /api/webhooks', { kinds: KINDS, webhooks: [] });
  server.on('POST /api/webhooks', { id: 'w1', secret: 'whsec_c2VjcmV0' });
  const user = await show(<WebhooksPage />, { as: 'admin' });
  expect(await screen.findByText('No system is told anything')).toBeInTheDocument();
  await user.click(screen.getAllByRole('button', { name: 'Add an address' })[0]!);
  await user.type(screen.getByLabelText('System'), 'ERP');
  await user.type(screen.getByLabelText(/^Address/), 'erp.example');
  await user.click(screen.getAllByRole('button', { name: 'Add an address' }).at(-1)!);
  expect(screen.getByText('Write an address that begins with https://')).toBeInTheDocument();
  await user.clear(screen.getByLabelText(/^Address/));
  await user.type(screen.getByLabelText(/^Address/), 'https://erp.example/hook');
  await user.click(screen.getAllByRole('button', { name: 'Add an address' }).at(-1)!);
  expect(await screen.findByText('whsec_c2VjcmV0')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ name: 'ERP', url: 'https://erp.example/hook', kinds: KINDS });
  await user.click(screen.getByRole('button', { name: 'I have kept it' }));
  expect(screen.queryByText('whsec_c2VjcmV0')).not.toBeInTheDocument();
});

it('tells how each fares, and acts on it', async () => {
  const server = fakeServer();
  server.on('GET /api/webhooks', { kinds: KINDS, webhooks: [ONE, { ...ONE, id: 'w2', name: 'Portal', state: 'failed', waiting: 0, given_up: 1 }] });
  server.on('POST /api/webhooks/w1/trial', null);
  server.on('POST /api/webhooks/w2/state', null);
  const user = await show(<WebhooksPage />, { as: 'admin' });
  expect(await screen.findByText(/2 messages wait · HTTP 503/)).toBeInTheDocument();
  expect(screen.getByText('1 message was given up')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Send a trial: ERP' }));
  await user.click(screen.getByRole('button', { name: 'Take up again: Portal' }));
  expect(server.sent.filter((one) => one.method === 'POST').map((one) => one.body ?? null)).toEqual([null, { state: 'active' }]);
});

it('changes a secret in peace and sends again what was given up', async () => {
  const server = fakeServer();
  server.on('GET /api/webhooks', { kinds: KINDS, webhooks: [{ ...ONE, given_up: 2, old_secret_until: '2026-11-23T08:00:00.000Z' }] });
  server.on('POST /api/webhooks/w1/redelivery', { messages: 2 });
  server.on('POST /api/webhooks/w1/secret', { secret: 'whsec_bmV3' });
  const user = await show(<WebhooksPage />, { as: 'admin' });
  expect(await screen.findByText(/The secret before signs too until/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Send again: ERP' }));
  await user.click(screen.getByRole('button', { name: 'New secret: ERP' }));
  expect(server.sent.filter((one) => one.method === 'POST')).toHaveLength(1);
  await user.click(screen.getAllByRole('button', { name: 'New secret' }).at(-1)!);
  expect(await screen.findByText('whsec_bmV3')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'I have kept it' }));
  expect(screen.queryByText('whsec_bmV3')).not.toBeInTheDocument();
});

it('keeps what was typed when the address is refused', async () => {
  const server = fakeServer();
  server.on('GET /api/webhooks', { kinds: KINDS, webhooks: [ONE] });
  server.on('POST /api/webhooks', problem(409, 'ADDRESS_NOT_ALLOWED'));
  const user = await show(<WebhooksPage />, { as: 'admin', lang: 'zh' });
  await user.click(await screen.findByRole('button', { name: '新增地址' }));
  await user.type(screen.getByLabelText('系统'), 'ERP');
  await user.type(screen.getByLabelText(/^地址/), 'https://10.0.0.1/');
  await user.click(screen.getAllByRole('button', { name: '新增地址' }).at(-1)!);
  expect(await screen.findByText('消息不能发往该地址：请使用 https，内网地址须在运维登记的网段内。')).toBeInTheDocument();
  expect(screen.getByLabelText(/^地址/)).toHaveValue('https://10.0.0.1/');
});
