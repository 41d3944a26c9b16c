import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';

import { fakeServer, problem, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { MarkBody, Sheet } from './queries';
import SheetPage from './sheet-page';
import { LOT_ID, SHEET, TENDER_ID } from './testing/samples';

const API = `/api/tenders/${TENDER_ID}/sheet`;

afterEach(() => localStorage.clear());

async function open(sheet: Sheet = SHEET): Promise<{ server: FakeServer; user: Awaited<ReturnType<typeof show>> }> {
  const server = fakeServer();
  server.on(`GET ${API}`, sheet);
  server.on(`PUT ${API}/marks`, ({ body }: { body: MarkBody }) => ({ mark: body.mark, comment: body.comment, version: body.version + 1 }));
  const user = await show(<SheetPage />, { as: 'evaluator', at: `/evaluations/${TENDER_ID}`, path: '/evaluations/:tenderId' });
  await screen.findByRole('heading', { level: 1, name: /Compressors/ });
  return { server, user };
}

const puts = (server: FakeServer) => server.sent.filter((one) => one.method === 'PUT').map((one) => one.body);

it('shows one criterion across all offers in the own order, with levels and answers', async () => {
  await open();
  const cards = screen.getAllByRole('article');
  expect(cards.map((card) => card.getAttribute('aria-label'))).toEqual(['Offer 7, criterion 1', 'Offer 2, criterion 1']);
  const [first] = cards;
  if (!first) throw new Error('two cards');
  expect(within(first).getByText('58 dB')).toBeInTheDocument();
  expect(within(first).getByText('Measured by a laboratory')).toBeInTheDocument();
  expect(within(first).getByRole('radio', { name: /^3\s*Meets/ })).toBeChecked();
  expect(screen.getAllByText('Excellent').length).toBeGreaterThan(0);
});

it('marks by button and by key, and saves each at once', async () => {
  const { server, user } = await open();
  const card = screen.getByRole('article', { name: 'Offer 2, criterion 1' });
  await user.click(within(card).getByRole('radio', { name: /^4/ }));
  expect(await within(card).findByText('Saved')).toBeInTheDocument();
  within(card).getByRole('radio', { name: /^4/ }).focus();
  await user.keyboard('5');
  expect(within(card).getByText('Needed for a mark of 0, 1 or 5.')).toBeInTheDocument();
  await waitFor(() => expect(puts(server)).toHaveLength(2));
  expect(puts(server)[1]).toEqual({ lot_id: LOT_ID, alias: 'T2', criterion: 'c1', mark: 5, comment: '', version: 1 });
  await user.type(within(card).getByLabelText(/Comment/), '5 times better');
  fireEvent.blur(within(card).getByLabelText(/Comment/));
  await waitFor(() => expect(puts(server).at(-1)).toMatchObject({ mark: 5, comment: '5 times better', version: 2 }));
});

it('goes by offer as well', async () => {
  const { user } = await open();
  await user.click(screen.getByRole('button', { name: 'By offer' }));
  expect(screen.getAllByRole('article').map((card) => card.getAttribute('aria-label'))).toEqual(['Offer 7, criterion 1', 'Offer 7, criterion 2']);
  await user.click(screen.getByRole('button', { name: 'Next' }));
  expect(screen.getByText('Within 48 hours')).toBeInTheDocument();
});

it('lists what is missing and leads there; submits only a whole sheet, after a question', async () => {
  const { server, user } = await open();
  server.on(`POST ${API}/submission`, null);
  await user.click(screen.getByRole('button', { name: 'Submit my marks' }));
  expect(screen.getByText('3 marks are not complete')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Offer 2, criterion 2 – no mark' }));
  const card = screen.getByRole('article', { name: 'Offer 2, criterion 2' });
  await user.click(within(card).getByRole('radio', { name: /^2/ }));
  await user.click(within(screen.getByRole('article', { name: 'Offer 7, criterion 2' })).getByRole('radio', { name: /^2/ }));
  await user.click(screen.getByRole('button', { name: 'Previous' }));
  await user.click(within(screen.getByRole('article', { name: 'Offer 2, criterion 1' })).getByRole('radio', { name: /^2/ }));
  await waitFor(() => expect(puts(server)).toHaveLength(3));
  await user.click(screen.getByRole('button', { name: 'Submit my marks' }));
  const dialog = await screen.findByRole('dialog', { name: 'Submit your marks?' });
  server.on(`GET ${API}`, { ...SHEET, state: 'submitted', submitted_at: '2026-11-21T06:00:00.000Z' });
  await user.click(within(dialog).getByRole('button', { name: 'Submit my marks' }));
  expect(await screen.findByText('Your marks are submitted and locked')).toBeInTheDocument();
});

it('says that a mark is kept on this device when it cannot be saved', async () => {
  const { server, user } = await open();
  server.on(`PUT ${API}/marks`, problem(503, 'UNEXPECTED'));
  const card = screen.getByRole('article', { name: 'Offer 2, criterion 1' });
  await user.click(within(card).getByRole('radio', { name: /^3/ }));
  expect(await within(card).findByText('Kept on this device, not saved yet')).toBeInTheDocument();
  expect(localStorage.length).toBeGreaterThan(0);
});

it('declares first; a conflict leads out', async () => {
  const { server, user } = await open({ ...SHEET, state: 'invited', lots: [] });
  server.on(`POST /api/tenders/${TENDER_ID}/declaration`, null);
  await user.click(screen.getByRole('button', { name: 'Declare and start' }));
  expect(screen.getByText('Choose one of the two.')).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'I have a conflict of interest.' }));
  await user.type(screen.getByLabelText('What the conflict is'), 'My brother works there');
  server.on(`GET ${API}`, { ...SHEET, state: 'recused', lots: [] });
  await user.click(screen.getByRole('button', { name: 'Declare and step back' }));
  expect(await screen.findByText('You are recused from this evaluation')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ has_conflict: true, text: 'My brother works there' });
});
