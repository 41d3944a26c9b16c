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

async function openRelay(relay: Relay | Response) {
  const server = fakeServer();
  server.on(`GET ${API}/relay`, relay);
  return { server, user: await show(<RelayPage />, { as: 'desk_relay', at: `/relay/${ID}`, path: '/relay/:tenderId' }) };
}

it('marks what the filter found, counted in whole characters', async () => {
  await openRelay(RELAY);
  expect(await screen.findByText('138')).toHaveProperty('tagName', 'MARK');
  expect(screen.getByRole('button', { name: 'Release' })).toBeDisabled();
});

it('keeps the redacted text where the server still finds something in it', async () => {
  const { server, user } = await openRelay(RELAY);
  server.on(`POST ${API}/relay/${QUESTION}`, problem(409, 'LEAK', { kinds: 'number' }));
  await user.type(await screen.findByLabelText('What the purchaser will read'), 'Call 138?');
  await user.click(screen.getByRole('button', { name: 'Release' }));
  expect(await screen.findByText(/would give something away/)).toBeInTheDocument();
  expect(screen.getByLabelText('What the purchaser will read')).toHaveValue('Call 138?');
  expect(server.sent.at(-1)?.body).toEqual({ act: 'release', text: 'Call 138?' });
});

it('shows a covered text to who may not read the whole, and no act to who only looks on', async () => {
  const covered = { ...RELAY.questions[0], text: 'Hi ■■■', is_covered: true, finds: [] } as Relay['questions'][number];
  await openRelay({ ...RELAY, profile: 'lean', can_decide: false, questions: [covered] });
  expect(await screen.findByText('Hi ■■■')).toBeInTheDocument();
  expect(screen.getByText(/covered/i)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Release' })).not.toBeInTheDocument();
});

it('says when nothing is held', async () => {
  const server = fakeServer();
  server.on('GET /api/relay', { tenders: [] });
  await show(<RelayPage />, { as: 'desk_relay', at: '/relay', path: '/relay' });
  expect(await screen.findByText('Nothing is held')).toBeInTheDocument();
});

it('lists what was decided beside what is held', async () => {
  const returned = { ...RELAY.questions[0], state: 'returned', reason: 'ask_without_names' } as Relay['questions'][number];
  await openRelay({ ...RELAY, questions: [returned] });
  expect(await screen.findByText('Returned')).toBeInTheDocument();
  expect(screen.getByText('Nothing is held')).toBeInTheDocument();
});

it('offers to try again when the relay does not load', async () => {
  await openRelay(problem(503, 'UNAVAILABLE'));
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
  expect(screen.queryByText('Nothing is held')).not.toBeInTheDocument();
});
