import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import YearPage from './year-page';
import type { Group, Year } from './queries';

const saved = (money: string) => ({ certainty: 'claimed' as const, currency: 'CNY', money, percent: '9.53', lots: 1, lots_without_baseline: 0 });
const group = (key: string, money: string): Group => ({ key, name_zh: '', name_en: '', tenders: 1, savings: [saved(money)], days: [{ step: 'rounds', days: null }], bidders: null, active_share: null, joined_share: null });
const YEAR: Year = {
  year: null, years: [2026], smallest_group: 5, whole: { ...group('', '30000.00'), tenders: 6, bidders: '4.2', active_share: '61.5', days: [{ step: 'rounds', days: '3.5' }] },
  stages: [{ stage: 2, projects: 6, days: '4.0' }, { stage: 3, projects: 2, days: null }],
  base: {
    certified: 9, came: 3, left: 1, grades: [{ grade: 'A', suppliers: 4 }, { grade: 'B', suppliers: 5 }],
    spend: [{ currency: 'CNY', total: '300.00', largest: '100.0', herfindahl: 5556, shares: [
      { supplier_id: '1', name_zh: '青禾', name_en: 'Qinghe', amount: '200.00', percent: '66.7' },
      { supplier_id: '2', name_zh: '岚川', name_en: 'Lanchuan', amount: '100.00', percent: '33.3' },
    ] }],
  },
  groupings: [{ grouping: 'category', groups: [group('compressors', '28600.00'), group('cartons', '1400.00')] }],
};

it('tells savings by group, and hides figures of fewer than five', async () => {
  const server = fakeServer();
  server.on('GET /api/year-view', YEAR);
  await show(<YearPage />, { as: 'approver' });
  const [, row] = within(await screen.findByRole('table', { name: 'By category' })).getAllByRole('row');
  expect(row).toHaveTextContent(/compressors.*1.*¥28,600.00.*fewer than 5/i);
  expect(screen.getByText('61.5 %')).toBeInTheDocument();
  expect(screen.getByRole('img', { name: 'Claimed savings compared' })).toBeInTheDocument();
});

it('asks for one year, and says so where nothing was awarded', async () => {
  const server = fakeServer();
  server.on('GET /api/year-view', YEAR);
  const user = await show(<YearPage />, { as: 'purchaser' });
  await user.selectOptions(await screen.findByLabelText('Year'), '2026');
  expect(screen.getByRole('link', { name: 'Export to Excel' })).toHaveAttribute('href', '/api/year-view/sheet?locale=en&year=2026');
  server.on('GET /api/year-view', { ...YEAR, years: [], groupings: [] });
  await show(<YearPage />, { as: 'auditor' });
  expect(await screen.findByText('No award yet')).toBeInTheDocument();
});

it('tells how long the stages take, who is certified, and who has the spend, each picture beside its table', async () => {
  const server = fakeServer();
  server.on('GET /api/year-view', YEAR);
  await show(<YearPage />, { as: 'auditor' });
  const stages = within(await screen.findByRole('table', { name: 'Stages of projects' })).getAllByRole('row');
  expect(stages[1]).toHaveTextContent(/6.*4.0/);
  expect(stages[2]).toHaveTextContent(/fewer than 5/);
  for (const name of ['Certified suppliers by grade', 'Awarded in CNY']) {
    expect(screen.getByRole('img', { name })).toBeInTheDocument();
    expect(screen.getByRole('table', { name })).toBeInTheDocument();
  }
  expect(screen.getByRole('table', { name: 'Awarded in CNY' })).toHaveTextContent(/Qinghe.*¥200.00.*66.7 %/);
  expect(screen.getByText('5556')).toBeInTheDocument();
});
