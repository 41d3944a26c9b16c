import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { ContractPlanSheet } from './contract-plan-sheet';
import type { Award, ProposedPlan } from './queries';

const AWARD: Award = {
  tender_id: '1'.repeat(32), reference: 'T-2026-003', title_zh: '纸箱', title_en: 'Cartons', currency: 'CNY', digits: 2,
  supplier_id: '2'.repeat(32), name_zh: '青禾', name_en: 'Qinghe', total: '271400.00', planned: '0.00', follows_contract: true,
};
const PLAN: ProposedPlan = {
  signed_on: '2026-11-20', currency: 'CNY', digits: 2, planned: '0.00', total: '271400.00',
  milestones: [
    { kind: 'prepayment', amount: '81420.00', falls_on: '2026-11-20', credit_days: 0, due_on: '2026-11-20' },
    { kind: 'delivery', amount: '189980.00', falls_on: '2027-01-15', credit_days: 60, due_on: '2027-03-16' },
  ],
};
const PROPOSAL = `GET /api/tenders/${AWARD.tender_id}/payments/proposal`;
const KEEP = `POST /api/tenders/${AWARD.tender_id}/payments/plan`;

it('shows what the contract comes to, and keeps it as a whole', async () => {
  const server = fakeServer();
  const onClose = vi.fn();
  server.on(PROPOSAL, PLAN);
  server.on(KEEP, null);
  const user = await show(<ContractPlanSheet award={AWARD} onClose={onClose} />, { as: 'purchaser' });
  const [, first, second] = within(await screen.findByRole('table', { name: 'Milestones of the contract' })).getAllByRole('row');
  expect(first).toHaveTextContent(/2026-11-20.*¥81,420.00/);
  expect(second).toHaveTextContent(/2027-03-16.*¥189,980.00/);
  await user.click(screen.getByRole('button', { name: 'Keep this plan' }));
  const kept = PLAN.milestones.map(({ kind, amount, falls_on, credit_days }) => ({ kind, amount, falls_on, credit_days }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ supplier_id: AWARD.supplier_id, milestones: kept });
  expect(onClose).toHaveBeenCalled();
});

it('stays open and says why where the plan is refused', async () => {
  const server = fakeServer();
  const onClose = vi.fn();
  server.on(PROPOSAL, PLAN);
  server.on(KEEP, problem(409, 'ALREADY_EXISTS'));
  const user = await show(<ContractPlanSheet award={AWARD} onClose={onClose} />, { as: 'purchaser' });
  await user.click(await screen.findByRole('button', { name: 'Keep this plan' }));
  expect(await screen.findByText('ALREADY_EXISTS')).toBeInTheDocument();
  expect(onClose).not.toHaveBeenCalled();
});

it('cannot keep a plan without milestones', async () => {
  fakeServer().on(PROPOSAL, { ...PLAN, milestones: [] });
  await show(<ContractPlanSheet award={AWARD} onClose={vi.fn()} />, { as: 'purchaser' });
  expect(await screen.findByRole('button', { name: 'Keep this plan' })).toBeDisabled();
});
