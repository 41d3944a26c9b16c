import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { constraintsOf, EMPTY, sharesOf } from './scenario-draft';
import ScenarioPage from './scenario-page';
import type { Scenario, Scenarios } from './scenario-queries';
import { LOT_ID, STAFF_TENDER, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}`;
const OFFER = { amount: '279.30', technical_points: '84.00', is_shortlisted: true };
const SHARES = { id: 'c1', limit: 'patterns' as const, value: null, lots: [], offer: null, patterns: [['70', '30']], cost_without: '27930.00', price: '420.00', is_exact: true };
const MOST = { ...SHARES, id: 'c2', limit: 'most' as const, value: '1', patterns: [], cost_without: null, price: null, is_exact: false };
const FOUND: Scenario = {
  number: 1, stamp: 'WHAT-IF', note: 'two sources', among: 'shortlist', made_at: '2026-11-21T06:00:00.000Z', adopted_at: null, is_adopted: false, is_current: true,
  outcome: 'optimal', bound: '28350.00', gap: '0.0000', constraints: [SHARES], clash: [], is_minimal: false, obstacle: null,
  award: {
    lots: [{ lot_id: LOT_ID, cost: '28350.00', parts: [{ label: 'R47', supplier: 'S1', share: '70', cost: '19551.00' }, { label: 'R12', supplier: 'S2', share: '30', cost: '8799.00' }] }],
    suppliers: [{ supplier: 'S1', cost: '19551.00', volume: '70.00', offers: [{ lot_id: LOT_ID, label: 'R47' }] }, { supplier: 'S2', cost: '8799.00', volume: '30.00', offers: [{ lot_id: LOT_ID, label: 'R12' }] }],
    cost: '28350.00', lowest: '27930.00', sole_best: '27930.00', saving: '-420.00', quality: '84.10', against_baseline: null,
    risks: [{ code: 'dependency', lot_id: null, supplier: 'S1', percent: '70.00' }],
  },
};
const CLASHING: Scenario = { ...FOUND, number: 2, note: '', outcome: 'infeasible', bound: null, gap: null, constraints: [SHARES, MOST], award: null, clash: ['c1', 'c2'], is_minimal: true, obstacle: 'NO_SOLUTION' };
const TOLD: Scenarios = {
  tender_id: TENDER_ID, state: 'ranked', currency: 'CNY', can_compute: true, announced: [['70', '30']],
  lots: [{ lot_id: LOT_ID, number: 1, title_zh: '包一', title_en: 'Lot one', quantity: '100', unit: 'pcs', offers: [{ ...OFFER, label: 'R47', rank: 1 }, { ...OFFER, label: 'R12', rank: 2 }] }],
  scenarios: [CLASHING, FOUND],
};

async function open(told: Scenarios = TOLD) {
  const server = fakeServer();
  server.on(`GET ${API}`, STAFF_TENDER);
  server.on(`GET ${API}/scenarios`, told);
  const user = await show(<ScenarioPage />, { as: 'purchaser', at: `/tenders/${TENDER_ID}/scenarios`, path: '/tenders/:tenderId/scenarios' });
  await screen.findByRole('heading', { level: 1, name: /Award scenarios: Compressors/ });
  return { server, user };
}

it('shows scenarios side by side: shares, exact cost, what each constraint costs, who clashes', async () => {
  await open();
  const table = await screen.findByRole('table', { name: 'Scenarios side by side' });
  const row = (name: RegExp) => within(table).getByRole('row', { name });
  expect(row(/^Outcome/)).toHaveTextContent(/Best there is.*WHAT-IF.*No award possible.*cannot hold together.*Shares 70–30.*Suppliers: at most 1.*Without any one of them/);
  expect(row(/^Cost/)).toHaveTextContent('¥28,350.00');
  expect(row(/^Lot 1/)).toHaveTextContent(/R47: 70 %.*¥19,551.00.*R12: 30 %/);
  expect(row(/^Constraints/)).toHaveTextContent(/Shares 70–30.*costs ¥420.00/);
  expect(row(/^Saving against/)).toHaveTextContent('−¥420.00');
  expect(row(/^Risks/)).toHaveTextContent('S1 has 70.00 % of the volume.');
  expect(row(/^Recommendation/)).toHaveTextContent('There is no award to adopt.');
});

it('computes what was typed, and says why a problem was refused', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/scenarios`, problem(409, 'WEIGHTS_NOT_100'));
  await user.click(await screen.findByRole('checkbox', { name: '70–30' }));
  await user.type(screen.getByLabelText(/Other shares/), '50-20');
  expect(screen.getByText('Shares are numbers that sum to 100.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Compute and keep' })).toBeDisabled();
  await user.type(screen.getByLabelText(/Other shares/), '-30');
  await user.type(within(screen.getByRole('group', { name: 'Suppliers over all lots' })).getByLabelText('At most'), '2');
  await user.click(screen.getByRole('button', { name: 'Add a capacity' }));
  await user.type(screen.getByLabelText('Most it can make, pcs'), '60');
  await user.click(screen.getByRole('button', { name: 'Compute and keep' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({
    note: '', among: 'shortlist',
    constraints: [
      { limit: 'patterns', patterns: [['70', '30'], ['50', '20', '30']], lots: [] },
      { limit: 'most', value: '2' },
      { limit: 'capacity', value: '60', lots: [LOT_ID], offer: { lot_id: LOT_ID, label: 'R47' } },
    ],
  });
  expect(await screen.findByText('WEIGHTS_NOT_100')).toBeInTheDocument();
});

it('adopts in two steps, and only where the split was announced', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/scenarios/1/adoption`, { ...FOUND, is_adopted: true, stamp: null });
  await user.click(await screen.findByRole('button', { name: 'Adopt scenario 1' }));
  expect(screen.getByText(/still names one preferred supplier a lot/)).toBeInTheDocument();
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Adopt scenario 1' }));
  expect(server.sent.find((one) => one.method === 'POST')?.path).toBe(`${API}/scenarios/1/adoption`);
});

it('says that everything is a what-if where no split was announced', async () => {
  await open({ ...TOLD, announced: null, can_compute: false, scenarios: [{ ...FOUND, obstacle: 'SPLIT_NOT_ANNOUNCED' }] });
  expect(await screen.findByText(/every scenario stays a WHAT-IF/)).toBeInTheDocument();
  expect(screen.getByText('These shares were not announced before the bids.')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Compute and keep' })).not.toBeInTheDocument();
});

it('reads shares as people type them, and leaves lots of their own out of the common ones', () => {
  expect(sharesOf('50、30、20')).toEqual(['50', '30', '20']);
  expect(sharesOf('70/20')).toBeNull();
  const draft = { ...EMPTY, shares: ['100'], lots: { b: { shares: '70-30', budget: '5' } } };
  expect(constraintsOf(draft, ['a', 'b'])).toEqual([
    { limit: 'patterns', patterns: [['100']], lots: ['a'] },
    { limit: 'patterns', patterns: [['70', '30']], lots: ['b'] },
    { limit: 'budget', value: '5', lots: ['b'] },
  ]);
});
