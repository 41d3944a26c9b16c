// Files of offers: the viewer, the list of all, the relay's desk. States: empty, held, failed, covered, withheld.
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { DocumentViewer } from './document-viewer';
import DocumentsPage from './documents-page';
import type { Documents, HeldDocument, OfferDocument } from './documents-queries';
import HeldPage from './held-page';

const ID = 'e'.repeat(32);
const TENDER = 'a'.repeat(32);
const KEY = 'f'.repeat(32);
const SIZE = { width: 800, height: 1100 };
const SHOWN: OfferDocument = {
  id: ID, alias: 'T3', fault: null, is_reported: false, is_twin: false, kind: 'pdf', lot_id: 'b'.repeat(32), lot_number: 1, name: 'Offer-3_1.pdf', pages: [SIZE, SIZE], size_bucket: 100_000, state: 'shown',
};
const HELD: HeldDocument = {
  key: KEY, tender_id: TENDER, reference: 'T-7', title_zh: '压缩机', title_en: 'Compressors', alias: 'T3', kind: 'pdf', version: 4, is_reported: true, pages: [{ ...SIZE, holds: ['PICTURE', 'NAME'] }],
};
const DECISION = `POST /api/held-documents/${KEY}/decision`;

async function openHeld(documents: HeldDocument[] | Response) {
  const server = fakeServer();
  server.on('GET /api/held-documents', documents instanceof Response ? documents : { documents });
  return { server, user: await show(<HeldPage />, { as: 'desk_relay' }) };
}

async function openAll(documents: OfferDocument[], as: Role) {
  const server = fakeServer();
  const answer: Documents = { tender_id: TENDER, can_report: false, documents };
  server.on(`GET /api/tenders/${TENDER}/documents`, answer);
  server.on(`GET /api/tenders/${TENDER}/originals`, { originals: [{ id: ID, file_name: 'Lanchuan.pdf', label: 'A', lot_id: SHOWN.lot_id, name: 'Offer-3_1.pdf', size_bucket: 100_000 }] });
  const user = await show(<DocumentsPage />, { as, at: `/tenders/${TENDER}/documents`, path: '/tenders/:tenderId/documents' });
  return { server, user };
}

it('shows page by page with the reader across it, and says when a page does not load', async () => {
  fakeServer();
  const user = await show(<DocumentViewer document={SHOWN} canReport={false} onClose={() => undefined} />, { as: 'auditor' });
  expect(screen.getByRole('img')).toHaveAttribute('src', `/api/documents/${ID}/pages/1`);
  expect(screen.queryByRole('button', { name: 'Report an identity leak' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Next page' }));
  expect(screen.getByRole('img')).toHaveAttribute('src', `/api/documents/${ID}/pages/2`);
  fireEvent.error(screen.getByRole('img'));
  expect(screen.getByText(/The page did not load/)).toBeInTheDocument();
});

it('hides a reported file only once the server has said so', async () => {
  const server = fakeServer();
  const onClose = vi.fn();
  server.on(`POST /api/documents/${ID}/report`, problem(409, 'NOT_NOW'));
  const user = await show(<DocumentViewer document={SHOWN} canReport onClose={onClose} />, { as: 'evaluator' });
  await user.click(screen.getByRole('button', { name: 'Report an identity leak' }));
  await user.click(screen.getByRole('button', { name: 'Hide the file' }));
  expect(await within(screen.getByRole('dialog')).findByRole('alert')).toBeInTheDocument();
  expect(onClose).not.toHaveBeenCalled();
  server.on(`POST /api/documents/${ID}/report`, null);
  await user.click(screen.getByRole('button', { name: 'Hide the file' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
});

it('finds cells in a sheet of values', async () => {
  const server = fakeServer();
  server.on(`GET /api/documents/${ID}/tables/1`, { rows: [['Noise', '41 dB'], ['Power', '900 W']] });
  const user = await show(<DocumentViewer document={{ ...SHOWN, kind: 'table', pages: [SIZE] }} canReport={false} onClose={() => undefined} />, { as: 'auditor' });
  await user.type(await screen.findByLabelText('Find in the table'), 'db');
  expect(screen.getByText('1 cell')).toBeInTheDocument();
  expect(screen.getByRole('cell', { name: '41 dB' })).toHaveAttribute('data-marked');
});

it('opens what is shown and says of every other file why it is not', async () => {
  const { user } = await openAll(
    [
      SHOWN,
      { ...SHOWN, id: '2', name: 'Offer-3_2.png', state: 'held', is_reported: true },
      { ...SHOWN, id: '3', name: 'Offer-3_3', state: 'not_shown', fault: 'MACROS', kind: null, pages: [] },
      { ...SHOWN, id: '4', name: 'Offer-3_4.pdf', state: 'waiting', kind: null, pages: [] },
    ],
    'auditor',
  );
  expect(await screen.findByText('it holds macros')).toBeInTheDocument();
  expect(screen.getByText('The neutral relay checks that it does not tell who offers.')).toBeInTheDocument();
  expect(screen.getByText('being drawn')).toBeInTheDocument();
  expect(screen.getAllByRole('button', { name: /^Open Offer/ })).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Open Offer-3_1.pdf' }));
  expect(screen.getByRole('complementary', { name: 'Offer-3_1.pdf' })).toBeInTheDocument();
  // Originals are the contract's: an auditor asks for one by a reading of its own.
  expect(screen.queryByText('Lanchuan.pdf')).not.toBeInTheDocument();
});

it('gives the originals to who makes the contract, and says when there is no file', async () => {
  await openAll([], 'purchaser');
  expect(await screen.findByText('No file to show')).toBeInTheDocument();
  expect(await screen.findByRole('link', { name: 'Download' })).toHaveAttribute('href', `/api/tenders/${TENDER}/originals/${ID}`);
});

it('says when nothing is held', async () => {
  await openHeld([]);
  expect(await screen.findByText('Nothing is held')).toBeInTheDocument();
});

it('offers to try again when the list does not load', async () => {
  await openHeld(problem(503, 'UNAVAILABLE'));
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
  expect(screen.queryByText('Nothing is held')).not.toBeInTheDocument();
});

it('covers by numbers, and keeps the boxes where the server says no', async () => {
  const { server, user } = await openHeld([HELD]);
  expect(await screen.findByText('Reported by an evaluator')).toBeInTheDocument();
  expect(screen.getByText(/Held because of/)).toHaveTextContent('a picture');
  await user.click(screen.getByText(/Or add a box by numbers/));
  for (const [label, value] of [['Left', '0'], ['Top', '50'], ['Width', '500'], ['Height', '100']] as const) await user.type(screen.getByLabelText(label), value);
  await user.click(screen.getByRole('button', { name: 'Add the box' }));
  server.on(DECISION, problem(409, 'CHANGED_SINCE'));
  await user.click(screen.getByRole('button', { name: 'Burn 1 box in and clear' }));
  expect(await screen.findByText(/This was changed meanwhil/)).toBeInTheDocument();
  expect(screen.getByText('1 box on this page')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ verdict: 'clear', version: 4, boxes: [{ page: 0, left: 0, top: 50, width: 500, height: 100 }] });
});

it('covers cells of a sheet, and withholds after a question', async () => {
  const { server, user } = await openHeld([{ ...HELD, kind: 'table' }]);
  server.on(`GET /api/held-documents/${KEY}/tables/1`, { rows: [['Maker', 'Lanchuan']] });
  server.on(DECISION, null);
  const cell = await screen.findByRole('button', { name: 'Row 1, column 2: Lanchuan' });
  await user.click(cell);
  expect(cell).toHaveAttribute('aria-pressed', 'true');
  await user.click(screen.getByRole('button', { name: 'Never show it' }));
  expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Never show it' }));
  await waitFor(() => expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ verdict: 'withhold', version: 4, boxes: [] }));
});

it('clears nothing that nobody saw, and stands without its offer where the approver relays', async () => {
  const { user } = await openHeld([{ ...HELD, alias: null }]);
  expect(await screen.findByText(/The file stands without its offer/)).toBeInTheDocument();
  expect(screen.queryByText('Offer 3')).not.toBeInTheDocument();
  const page = document.querySelector('main img, img');
  if (page === null) throw new Error('a page');
  fireEvent.error(page);
  expect(screen.getByRole('button', { name: 'Clear' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByRole('button', { name: 'Clear' })).toBeEnabled();
});
