import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import AppealsPage from './appeals-page';
import ApplicationPage from './application-page';
import ApplyPage from './apply-page';
import { LifePanel } from './life-panel';
import type { Application, Appeal, Finding, OwnLife } from './lifecycle-queries';
import { OwnLifePanels } from './own-life';

const CATEGORIES = [{ code: 'compressors', name_zh: '压缩机', name_en: 'Compressors' }];

const APPLICATION: Application = {
  id: 'a1', reference: 'A1B2C3D4', state: 'applied', name_zh: '岚川压缩机', name_en: 'Lanchuan', credit_code: '91370200MA3000002T', city: '',
  categories: ['compressors'], applied_at: '2026-11-20T00:00:00.000Z', decided_at: null, reason: null, into_id: null, candidates: [], pending: null, questionnaires: [],
};

const FINDING: Finding = {
  id: 'f1', kind: 'site_audit', aspect: 'quality', result: 'conditional', title: 'Brazing line', text: 'No records.', held_on: '2026-11-01', score: null,
  recorded_at: '2026-11-02T00:00:00.000Z', annulled_at: null,
  actions: [{ id: 'x1', text: 'Record every test.', due_on: '2026-12-01', state: 'open', is_overdue: false, reply: null, replied_at: null, closed_at: null }],
};

it('takes an application and names its reference, with each faulty field in its place', async () => {
  const server = fakeServer();
  server.on('GET /api/categories', CATEGORIES);
  server.on('POST /api/supplier-applications', { reference: 'A1B2C3D4' });
  const user = await show(<ApplyPage />, { at: '/apply', path: '/apply' });
  await user.type(await screen.findByLabelText('Name (Chinese)'), '岚川');
  await user.type(screen.getByLabelText(/^Unified social credit code/), '91370200MA3000002T');
  await user.type(screen.getByLabelText('Contact mail'), 'a@b.example');
  await user.click(screen.getByRole('button', { name: 'Send the application' }));
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.click(await screen.findByLabelText('Compressors'));
  await user.click(screen.getByRole('button', { name: 'Send the application' }));
  expect(await screen.findByText('Received. Your reference is A1B2C3D4.')).toBeInTheDocument();
});

it('proposes to join where the code is held, and to admit where it is not', async () => {
  const server = fakeServer();
  server.on('GET /api/categories', CATEGORIES);
  const holder = { id: 's9', name_zh: '岚川', name_en: 'Lanchuan Ltd', credit_code: APPLICATION.credit_code, city: '', likeness: ['credit_code' as const] };
  server.on('GET /api/supplier-applications/a1', { ...APPLICATION, candidates: [holder] });
  server.on('POST /api/supplier-applications/a1/admission', { proposal_id: 'p' });
  const user = await show(<ApplicationPage />, { as: 'purchaser', at: '/supplier-applications/a1', path: '/supplier-applications/:applicationId' });
  expect(await screen.findByText('same credit code', { exact: false })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Propose to join' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ into: 's9' });
});

it('closes what a supplier reports as done, and says that a certification is on conditions', async () => {
  const server = fakeServer();
  const reported: Finding = { ...FINDING, actions: FINDING.actions.map((one) => ({ ...one, state: 'reported' as const, reply: 'Sheets are kept.' })) };
  server.on('GET /api/suppliers/s1/life', { is_conditional: true, is_to_reassess: false, findings: [reported] });
  server.on('POST /api/suppliers/s1/actions/x1/decision', null);
  const user = await show(<LifePanel supplierId="s1" mayWrite />, { as: 'purchaser' });
  expect(await screen.findByText('Certification on conditions only')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'It is done' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ accept: true });
});

it('shows a supplier the way to the next grade, takes its report, and keeps an appeal that is refused', async () => {
  const server = fakeServer();
  const life: OwnLife = {
    is_conditional: true, is_to_reassess: false, findings: [FINDING], appeals: [],
    improvements: [{ aspect: 'quality', mark: '80', needed: '99.9' }, { aspect: 'delivery', mark: '80', needed: null }],
  };
  server.on('GET /api/my/life', life);
  server.on('POST /api/my/actions/x1/report', null);
  const user = await show(<OwnLifePanels certificationId="c1" />, { as: 'supplier' });
  expect(await screen.findByText('Quality: from 80 to 99.9')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Report as done' }));
  const sheet = within(screen.getByRole('dialog'));
  await user.type(sheet.getByLabelText('What was done'), 'Sheets are kept.');
  await user.click(sheet.getByRole('button', { name: 'Report as done' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ text: 'Sheets are kept.' });
  expect(screen.getAllByRole('button', { name: 'Appeal' })).toHaveLength(2);
});

it('lets an approver answer an appeal, and nobody who assessed', async () => {
  const server = fakeServer();
  const appeal: Appeal = {
    id: 'e1', subject: 'finding', subject_id: 'f1', text: 'The sheets lay next door.', state: 'open', made_at: '2026-11-20T00:00:00.000Z',
    decided_at: null, answer: null, supplier_id: 's1', name_zh: '岚川', name_en: 'Lanchuan', title: 'Brazing line', may_decide: true, recount: null,
  };
  server.on('GET /api/supplier-appeals', [appeal, { ...appeal, id: 'e2', may_decide: false }]);
  server.on('POST /api/supplier-appeals/e1/decision', null);
  const user = await show(<AppealsPage />, { as: 'approver' });
  await user.click(await screen.findByRole('button', { name: 'Decide' }));
  await user.type(screen.getByLabelText('Answer'), 'We saw them.');
  await user.click(screen.getByRole('button', { name: 'Uphold' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ uphold: true, answer: 'We saw them.' });
});
