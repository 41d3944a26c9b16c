import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import LeadPage from './lead-page';

const KEY = 'c'.repeat(32);
const AT = { at: `/audit/signals/${KEY}`, path: '/audit/signals/:leadKey', as: 'auditor' } as const;
const PAGE = {
  lead: {
    key: KEY, method: 'price_talks', tender: 'd'.repeat(32), reference: 'T-2026-0001', lot: null, bidders: [], figure: '1/2', n: 2,
    base: { share: 0.02, of: 50, origin: 'own' }, chance: null, state: null, looks: 0,
  },
  method: {
    method: 'price_talks', zh: '定商后谈判提到价格', en: 'Price words in talks after the award', formula: 'words of price in a turn', source: 'Bidroom',
    about_zh: '关于', about_en: 'The price is no issue of the talks.', innocent_zh: ['只是说明价格不变。'], innocent_en: ['It is said that the price stays as it is.'],
    looked_at: 50, too_few: 0, found: 1, real: null, honest: null,
  },
  columns: ['turn', 'side', 'words'],
  rows: [['2', 'supplier', 'rebate']],
  looks: [],
};
const LOOK = { n: 1, state: 'explained', note: 'The clause was only named.', by: '周审', at: '2026-11-21T06:00:00.000Z', is_mine: true };

it('shows evidence, formula, base rate and the innocent explanations', async () => {
  const server = fakeServer();
  server.on(`GET /api/audit/signals/${KEY}`, PAGE);
  await show(<LeadPage />, AT);
  const evidence = await screen.findByRole('table', { name: 'Evidence' });
  expect(within(evidence).getByText('Supplier')).toBeInTheDocument();
  expect(within(evidence).getByText('rebate')).toBeInTheDocument();
  expect(screen.getByText('It is said that the price stays as it is.')).toBeInTheDocument();
  expect(screen.getByText('words of price in a turn')).toBeInTheDocument();
  expect(screen.getByText('2 % of 50 comparable ones here show as much')).toBeInTheDocument();
  expect(screen.getByText('named nowhere here')).toBeInTheDocument();
  expect(screen.getByText('Nobody has counted yet how often this happens by chance.')).toBeInTheDocument();
});

it('shows the side in Chinese', async () => {
  const server = fakeServer();
  server.on(`GET /api/audit/signals/${KEY}`, PAGE);
  await show(<LeadPage />, { ...AT, lang: 'zh' });
  expect(within(await screen.findByRole('table', { name: '依据' })).getByText('供应商')).toBeInTheDocument();
});

it('keeps an explanation, and then offers to confirm it', async () => {
  const server = fakeServer();
  server.on(`GET /api/audit/signals/${KEY}`, PAGE);
  server.on(`POST /api/audit/signals/${KEY}/looks`, { ...PAGE, lead: { ...PAGE.lead, state: 'explained', looks: 1 }, looks: [LOOK] });
  const user = await show(<LeadPage />, AT);
  await user.selectOptions(await screen.findByLabelText('What I make of it'), 'explained');
  await user.type(screen.getByLabelText('Note'), 'The clause was only named.');
  await user.click(screen.getByRole('button', { name: 'Keep' }));
  expect(await screen.findByText('The clause was only named.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ state: 'explained', note: 'The clause was only named.' });
  expect(screen.getByRole('option', { name: /I agree with the explanation/ })).toBeInTheDocument();
});

it('keeps what was typed when the second look is the first one again', async () => {
  const server = fakeServer();
  server.on(`GET /api/audit/signals/${KEY}`, { ...PAGE, lead: { ...PAGE.lead, state: 'explained', looks: 1 }, looks: [LOOK] });
  server.on(`POST /api/audit/signals/${KEY}/looks`, problem(409, 'SAME_PERSON'));
  const user = await show(<LeadPage />, AT);
  await user.type(await screen.findByLabelText('Note'), 'I agree with myself');
  await user.click(screen.getByRole('button', { name: 'Keep' }));
  expect(await screen.findAllByText('Whoever proposed this cannot approve it.')).not.toHaveLength(0);
  expect(screen.getByLabelText('Note')).toHaveValue('I agree with myself');
});

it('says that there is no such lead', async () => {
  const server = fakeServer();
  server.on(`GET /api/audit/signals/${KEY}`, problem(404, 'NOT_FOUND'));
  await show(<LeadPage />, AT);
  expect(await screen.findByRole('alert')).toBeInTheDocument();
});
