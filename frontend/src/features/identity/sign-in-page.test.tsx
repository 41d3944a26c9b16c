import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { personOf, show } from '@/testing/show';

import SignInPage from './sign-in-page';

const CONFIG = { demo: false, demo_fast: false, version: '1', locales: ['zh', 'en'], key_fingerprint: 'f' };

it('signs in and leaves for the page that asked', async () => {
  const server = fakeServer();
  server.on('GET /api/config', CONFIG);
  server.on('POST /api/session', personOf('purchaser'));
  const user = await show(<SignInPage />, { at: '/sign-in?next=%2Ftenders', path: '/sign-in' });
  await user.type(screen.getByLabelText('Mail address'), ' wang.cai@lanyu.example ');
  await user.type(screen.getByLabelText('Password', { selector: 'input' }), 'a long sentence{Enter}');
  expect(await screen.findByText('somewhere else')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ email: 'wang.cai@lanyu.example', password: 'a long sentence' });
});

it('asks for what is missing before it asks the server', async () => {
  const server = fakeServer();
  server.on('GET /api/config', CONFIG);
  const user = await show(<SignInPage />, { at: '/sign-in', path: '/sign-in' });
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(screen.getAllByText('Required')).toHaveLength(2);
  expect(screen.getByLabelText('Mail address')).toBeInvalid();
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
});

it('says in the reader’s language that it was wrong, and keeps what was typed', async () => {
  const server = fakeServer();
  server.on('GET /api/config', CONFIG);
  server.on('POST /api/session', problem(401, 'WRONG_SIGN_IN'));
  const user = await show(<SignInPage />, { at: '/sign-in', path: '/sign-in', lang: 'zh' });
  await user.type(screen.getByLabelText('邮箱'), 'a@b.example');
  await user.type(screen.getByLabelText('密码', { selector: 'input' }), 'wrong');
  await user.click(screen.getByRole('button', { name: '登录' }));
  expect(await screen.findByText('邮箱或密码不正确。')).toBeInTheDocument();
  expect(screen.getByLabelText('密码', { selector: 'input' })).toHaveValue('wrong');
});

it('shows the password when asked', async () => {
  fakeServer().on('GET /api/config', CONFIG);
  const user = await show(<SignInPage />, { at: '/sign-in', path: '/sign-in' });
  await user.click(screen.getByRole('button', { name: 'Show password' }));
  expect(screen.getByLabelText('Password', { selector: 'input' })).toHaveAttribute('type', 'text');
});
