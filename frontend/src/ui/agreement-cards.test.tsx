import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { AgreementCards } from './agreement-cards';

const TASK = { tender_id: 't1', reference: 'T-2026-003', title_zh: '纸箱', title_en: 'Cartons', task: 'sign', name_zh: '青禾', name_en: 'Qinghe', since: '2026-11-20T02:00:00.000Z' };

it('leads to what waits', async () => {
  const server = fakeServer();
  server.on('GET /api/agreement-tasks', { items: [TASK, { ...TASK, task: 'confirm_minutes', name_zh: null, name_en: null }] });
  await show(<AgreementCards />, { as: 'approver' });
  const [first, second] = await screen.findAllByRole('link');
  expect(first).toHaveTextContent(/Sign the contract.*Cartons.*T-2026-003.*Qinghe/);
  expect(first).toHaveAttribute('href', '/tenders/t1/contract');
  expect(second).toHaveTextContent(/Confirm or return the minutes/);
});

it('shows nothing where nothing waits', async () => {
  const server = fakeServer();
  server.on('GET /api/agreement-tasks', { items: [] });
  await show(<AgreementCards />, { as: 'supplier' });
  expect(document.body).not.toHaveTextContent('Negotiation and contract');
});
