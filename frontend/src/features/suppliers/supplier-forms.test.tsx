import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import ApplyPage from './apply-page';
import { FindingSheet } from './finding-sheet';
import QuestionnairePage from './questionnaire-page';
import type { OwnOwed, Person } from './survey-queries';
import { TeamPanel } from './team-panel';

const ME: Person = { id: 'p1', name: 'Yu Heng', email: 'yu@heyu.example', rights: ['view', 'bid', 'sign'], join_state: null, joined_at: null, state: 'active', is_me: true };
const OTHER: Person = { ...ME, id: 'p2', name: 'Lin He', email: 'lin@heyu.example', rights: ['view', 'bid'], is_me: false };

it('keeps a stranger’s application when it is refused, the fault at its field', async () => {
  const server = fakeServer();
  server.on('POST /api/supplier-applications', problem(422, 'INVALID', { credit_code: 'CHECK_CHARACTER' }));
  const user = await show(<ApplyPage />, { at: '/apply', path: '/apply' });
  await user.type(await screen.findByLabelText('Name (Chinese)'), '岚川');
  await user.type(screen.getByLabelText(/^Unified social credit code/), '91370200MA3000002X');
  await user.type(screen.getByLabelText('Contact mail'), 'a@b.example');
  await user.click(screen.getByLabelText('Compressors'));
  await user.click(screen.getByRole('button', { name: 'Send the application' }));
  expect(await screen.findByLabelText(/^Unified social credit code/)).toBeInvalid();
  expect(screen.getByLabelText('Name (Chinese)')).toHaveValue('岚川');
});

it('takes a right from a colleague, never the right to view, and none from oneself', async () => {
  const server = fakeServer();
  server.on('GET /api/my/representatives', { people: [ME, OTHER], may_decide: true });
  server.on(`PUT /api/my/representatives/${OTHER.id}/rights`, null);
  const user = await show(<TeamPanel />, { as: 'supplier' });
  const [own, other] = await screen.findAllByRole('listitem');
  expect(within(own as HTMLElement).queryByRole('checkbox')).not.toBeInTheDocument();
  const rights = within(other as HTMLElement).getAllByRole('checkbox');
  expect(rights[0]).toBeDisabled();
  await user.click(rights[1] as HTMLElement);
  expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({ rights: ['view'] });
});

it('shows rights as words to somebody who may not sign', async () => {
  fakeServer().on('GET /api/my/representatives', { people: [{ ...ME, rights: ['view'] }, OTHER], may_decide: false });
  await show(<TeamPanel />, { as: 'supplier' });
  expect(await screen.findByText('Lin He')).toBeInTheDocument();
  expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
});

it('records a finding on conditions only with what is to be mended and by when', async () => {
  const server = fakeServer();
  const onClose = vi.fn();
  server.on('POST /api/suppliers/s1/findings', null);
  const user = await show(<FindingSheet supplierId="s1" onClose={onClose} />, { as: 'purchaser' });
  await user.type(screen.getByLabelText('Title'), 'Brazing line');
  await user.type(screen.getByLabelText('Held on'), '2026-11-01');
  await user.type(screen.getByLabelText('What was found'), 'No records of leak tests.');
  await user.selectOptions(screen.getByLabelText('Result'), 'conditional');
  const record = screen.getByRole('button', { name: 'Record' });
  await user.click(record);
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.type(screen.getByLabelText('What is to be mended'), 'Record every test.');
  await user.type(screen.getByLabelText('By'), '2026-12-01');
  await user.click(record);
  expect(server.sent.find((one) => one.method === 'POST')?.body).toMatchObject({
    result: 'conditional', title: 'Brazing line', actions: [{ text: 'Record every test.', due_on: '2026-12-01' }],
  });
});

it('says at a question what is missing, and keeps the answers', async () => {
  const server = fakeServer();
  const owed: OwnOwed = {
    questionnaire: {
      id: 'q1', category: 'compressors', version: 2, valid_days: 365, made_at: '2026-11-01T00:00:00.000Z',
      questions: [{ id: 'n1', kind: 'number', title_zh: '月产能', title_en: 'Monthly capacity', is_must: true, unit: 'pcs', choices: [] }],
    },
    state: 'draft', answers: { n1: '12' }, last: null,
  };
  server.on('GET /api/my/questionnaires', [owed]);
  server.on('PUT /api/my/questionnaires/q1', null);
  server.on('POST /api/my/questionnaires/q1/submission', problem(422, 'INVALID', { n1: 'NOT_A_NUMBER' }));
  const user = await show(<QuestionnairePage />, { as: 'supplier', at: '/my/questionnaires/q1', path: '/my/questionnaires/:questionnaireId' });
  const field = await screen.findByLabelText(/Monthly capacity/);
  expect(field).toHaveValue('12');
  await user.type(field, 'x');
  await user.click(screen.getByRole('button', { name: /Hand in/ }));
  expect(await screen.findByText('INVALID')).toBeInTheDocument();
  expect(screen.getByLabelText(/Monthly capacity/)).toBeInvalid();
});
