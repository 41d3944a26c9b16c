import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { OwnQuestions, Questions, Queue, Relay } from './question-data';
import QuestionsPage from './questions-page';
import RelayPage from './relay-page';

const ID = 'c'.repeat(32);
const QUESTION = 'd'.repeat(32);
const API = `/api/tenders/${ID}`;
const TENDER = { tender_id: ID, reference: 'T-1', title_zh: '压缩机', title_en: 'Compressors' };
const RULE: Questions = {
  ...TENDER, profile: 'lean', times: ['10:00', '16:00'], time_zone: 'Asia/Shanghai', closes_at: '2026-11-24T02:00:00.000Z', next_at: '2026-11-22T08:00:00.000Z', is_open: true,
  published: [{ id: QUESTION, text: 'Which tolerance?', zh: '0.1 毫米。', en: 'It is 0.1 mm.', published_at: '2026-11-22T02:00:00.000Z' }],
};
const OWN: OwnQuestions = { tender_id: ID, can_ask: true, questions: [] };
const QUEUE: Queue = { tender_id: ID, profile: 'lean', can_answer: true, questions: [{ id: QUESTION, text: 'By when?', released_at: '2026-11-22T02:00:00.000Z', answer: null }] };
const RELAY: Relay = {
  ...TENDER, profile: 'strict', can_decide: true, targets: [],
  questions: [{ id: QUESTION, text: 'Hi 😀 call 138 now', is_covered: false, finds: [{ kind: 'number', start: 10, end: 13 }], state: 'held', shown: null, reason: null }],
};

async function open(as: Role) {
  const server = fakeServer();
  server.on(`GET ${API}/questions`, RULE);
  server.on(`GET ${API}/own-questions`, OWN);
  server.on(`GET ${API}/question-queue`, QUEUE);
  const user = await show(<QuestionsPage />, { as, at: `/tenders/${ID}/questions`, path: '/tenders/:tenderId/questions' });
  await screen.findByText('It is 0.1 mm.');
  return { server, user };
}

it('lets a supplier ask, and keeps what was typed where the server says no', async () => {
  const { server, user } = await open('supplier');
  server.on(`POST ${API}/questions`, problem(409, 'TOO_LATE'));
  await user.type(await screen.findByLabelText('Your question'), 'By when must samples arrive?');
  await user.click(screen.getByRole('button', { name: 'Send to the relay' }));
  expect(await screen.findByText('It is too late for this.')).toBeInTheDocument();
  expect(screen.getByLabelText('Your question')).toHaveValue('By when must samples arrive?');
  expect(screen.queryByText('To be answered')).not.toBeInTheDocument();
});

it('sends an answer with no recipient, in both languages', async () => {
  const { server, user } = await open('purchaser');
  server.on(`PUT ${API}/questions/${QUESTION}/answer`, QUEUE);
  await user.type(await screen.findByLabelText('Answer in Chinese'), '周五');
  await user.click(screen.getByRole('button', { name: /Finish/ }));
  expect(screen.getByText('Both languages are needed.')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Answer in English'), 'On Friday');
  await user.click(screen.getByRole('button', { name: /Finish/ }));
  expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({ zh: '周五', en: 'On Friday', version: 0, is_finished: true, amounts_checked: false });
});

it('marks what the filter found, counted in whole characters', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/relay`, RELAY);
  await show(<RelayPage />, { as: 'desk_relay', at: `/relay/${ID}`, path: '/relay/:tenderId' });
  expect(await screen.findByText('138')).toHaveProperty('tagName', 'MARK');
  expect(screen.getByRole('button', { name: 'Release' })).toBeDisabled();
});
