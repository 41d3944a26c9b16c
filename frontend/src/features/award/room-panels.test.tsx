import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { InquiryPanel } from './inquiry-panel';
import OwnInquiriesPage from './own-inquiries-page';
import type { Inquiries, LotSensitivity, Sensitivity } from './queries';
import { SensitivityPanel } from './sensitivity-panel';
import { LOT, LOT_ID, RANKING, SUPPLIER_TENDER, TENDER_ID } from './testing/samples';

vi.mock('./weight-chart', () => ({ default: () => null }));

const WEIGHTS = Array.from({ length: 101 }, (_, weight) => weight);
const TOLD: LotSensitivity = {
  lot_id: LOT_ID,
  first: { low: '12.6', high: '60.8', exact: ['200/1593', '600/987'], below: ['R80'], above: ['R12'] },
  shortlist: { low: null, high: null, exact: [], below: [], above: [] },
  lines: [
    { label: 'R47', ranks: WEIGHTS.map((weight) => (weight > 60 ? 2 : 1)), totals: WEIGHTS.map(() => '93.68') },
    { label: 'R12', ranks: WEIGHTS.map((weight) => (weight > 60 ? 1 : 2)), totals: WEIGHTS.map(() => '93.60') },
  ],
  levels: [{ label: 'R47', criterion: 'c1', step: -1, first: 'R12', shortlist: ['R12'], fails: true }],
  leaving: [], pareto: ['R47'], iso: [], values: [],
  second_opinion: [
    { label: 'R12', rank: 1, official_rank: 2, closeness: '0.612345', is_tied: false },
    { label: 'R47', rank: 2, official_rank: 1, closeness: '0.512345', is_tied: false },
  ],
};
const SENSITIVITY: Sensitivity = {
  stamp: 'WHAT-IF', tender_id: TENDER_ID, state: 'ranked', price_weight: '60', threshold: null,
  criteria: [{ criterion: 'c1', number: 1, title_zh: '能效', title_en: 'Efficiency' }], lots: [TOLD],
};

it('says the interval, and stamps every other weight', async () => {
  const user = await show(<SensitivityPanel lot={LOT} told={TOLD} sensitivity={SENSITIVITY} />);
  expect(screen.getByText('R47 stays first for price weights from 12.6 to 60.8 %.')).toBeInTheDocument();
  expect(screen.getByText(/Below, R80 leads. Above, R12 leads./)).toBeInTheDocument();
  expect(screen.getByText(/the shortlist rests on a tie/)).toBeInTheDocument();
  expect(screen.getAllByText('WHAT-IF')).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Price weight one percent more' }));
  expect(screen.getAllByText('WHAT-IF')).toHaveLength(2);
  const [, first] = within(screen.getByRole('table', { name: 'Ranking at a price weight of 61 %' })).getAllByRole('row');
  expect(first).toHaveTextContent(/R12.*1.*2 · up 1/);
  await user.click(screen.getByRole('button', { name: 'Back to official' }));
  expect(screen.getByRole('table', { name: 'Ranking at the official price weight of 60 %' })).toBeInTheDocument();
  expect(screen.getByText(/1 single change of one level/)).toBeInTheDocument();
  expect(screen.getByText(/Second opinion .TOPSIS.: 2 offers stand in another place/)).toBeInTheDocument();
  expect(screen.getByText('It would put R12 first.')).toBeInTheDocument();
});

const FLAGGED: Inquiries = {
  tender_id: TENDER_ID, answer_hours: 24, usual_question: 'Please explain', can_act: true,
  offers: [{ lot_id: LOT_ID, label: 'R47', amount: '279.30', tests: [{ kind: 'share_of_mean', share: '97.3', is_strict: true, limit: '280.0000' }], inquiry: null }],
};
const INQUIRY = {
  id: 'i'.repeat(32), state: 'answered' as const, question: 'Why?', asked_at: '2026-11-21T06:00:00.000Z', due_at: '2026-11-22T06:00:00.000Z',
  answer: 'From stock', answered_at: '2026-11-21T07:00:00.000Z', is_pending: false, reason: null, decided_at: null,
};

const API = `/api/tenders/${TENDER_ID}`;

it('asks about a low price by label', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/inquiries`, FLAGGED);
  server.on(`POST ${API}/inquiries`, FLAGGED);
  const user = await show(<InquiryPanel ranking={RANKING} />);
  expect(await screen.findByText(/below 97.3 % of the mean/)).toHaveTextContent('limit 280');
  await user.click(screen.getByRole('button', { name: 'Send the question' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toMatchObject({ lot_id: LOT_ID, label: 'R47' });
});

it('keeps or excludes with a reason alone', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/inquiries`, { ...FLAGGED, offers: FLAGGED.offers.map((offer) => ({ ...offer, inquiry: INQUIRY })) });
  server.on(`POST ${API}/inquiries/${INQUIRY.id}/decision`, { proposal_id: 'p1' });
  const user = await show(<InquiryPanel ranking={RANKING} />);
  await user.click(await screen.findByRole('button', { name: 'Propose exclusion' }));
  expect(screen.getByText('From stock')).toBeInTheDocument();
  expect(server.sent.every((one) => one.method === 'GET')).toBe(true);
  await user.type(screen.getByLabelText(/Reason of your decision/), 'does not add up');
  await user.click(screen.getByRole('button', { name: 'Propose exclusion' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ verdict: 'exclude', reason: 'does not add up' });
});

it('lets a supplier answer its own question once', async () => {
  const server = fakeServer();
  const own = { id: INQUIRY.id, lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', state: 'open', question: 'Why?', asked_at: INQUIRY.asked_at, due_at: INQUIRY.due_at, answer: null };
  server.on(`GET ${API}`, SUPPLIER_TENDER);
  server.on(`GET ${API}/own-inquiries`, { tender_id: TENDER_ID, inquiries: [own] });
  server.on(`POST ${API}/own-inquiries/${INQUIRY.id}/answer`, { tender_id: TENDER_ID, inquiries: [] });
  const user = await show(<OwnInquiriesPage />, { as: 'supplier', at: `/tenders/${TENDER_ID}/inquiries`, path: '/tenders/:tenderId/inquiries' });
  await user.type(await screen.findByLabelText(/Your answer/), 'From stock');
  await user.click(screen.getByRole('button', { name: 'Send the answer' }));
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ text: 'From stock' });
});
