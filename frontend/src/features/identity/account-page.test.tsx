import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import AccountPage from './account-page';

it('takes a number for text messages where the service has a gateway, and sends it as one', async () => {
  const server = fakeServer();
  server.on('GET /api/config', { texts: true });
  server.on('GET /api/me/sessions', []);
  server.on('PATCH /api/me', null);
  const user = await show(<AccountPage />, { as: 'supplier' });
  const field = await screen.findByLabelText('Mobile number');
  await user.type(field, '138');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(field).toBeInvalid();
  await user.clear(field);
  await user.type(field, '+86 138-0000 0001');
  await user.click(screen.getByRole('checkbox', { name: /Send me a text/ }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(server.sent.filter((one) => one.method === 'PATCH').map((one) => one.body)).toEqual([{ texts: { mobile: '+8613800000001', is_on: true } }]);
});

it('offers none without one', async () => {
  const server = fakeServer();
  server.on('GET /api/config', { texts: false });
  server.on('GET /api/me/sessions', []);
  await show(<AccountPage />, { as: 'supplier' });
  expect(await screen.findByText('Open sessions')).toBeInTheDocument();
  expect(screen.queryByLabelText('Mobile number')).not.toBeInTheDocument();
});
