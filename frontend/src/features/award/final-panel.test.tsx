import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { FinalPanel } from './final-panel';
import type { FinalOffers, FinalRound } from './final-queries';
import { sealFinal } from './final-sealing';
import { TENDER_ID } from './testing/samples';

// WebCrypto's curves are tested with the vectors of src/sealing; here it is the page.
vi.mock('./final-sealing', () => ({ sealFinal: vi.fn() }));

const PATH = `/api/tenders/${TENDER_ID}/final-offers`;
const LATER = '2099-01-01T09:00:00.000Z';
const ROUND: FinalRound = {
  id: 'r'.repeat(32), attempt: 1, state: 'open', reason: 'Copper fell by a tenth since the award.', closes_at: LATER, end_reason: null,
  policy: { server_lock: '04', journal_key: 'ab' }, policy_digest: 'd'.repeat(64), tag: null, lots: [], opened: [], can_cancel: true, cancel_proposal_id: null,
};
const SHEET: FinalOffers = {
  side: 'buyer', currency: 'CNY', now: '2026-11-23T03:00:00.000Z', least: LATER, most_rounds: 2, is_allowed: true, can_ask: false, why_not: null, why_rule: null,
  proposal_id: null, rounds: [],
};
const OWN: FinalRound = {
  ...ROUND, tag: 't'.repeat(32), can_cancel: false,
  lots: [{ lot_id: 'l'.repeat(32), number: 1, title_zh: '压缩机', title_en: 'Compressors', unit: '台', basis: 'unit', scale: 2, most: '100.00', bucket: 4096, rev: 0, package: null, receipt: null }],
};
const HEADER = { v: 1 as const, round: 'r', lot: 'l'.repeat(32), tag: 't', rev: 1, policy: 'd', prev: '', envelopes: [] };

async function open(as: 'purchaser' | 'supplier', sheet: Partial<FinalOffers>) {
  const server = fakeServer();
  server.on(`GET ${PATH}`, { ...SHEET, side: as === 'supplier' ? 'supplier' : 'buyer', ...sheet });
  await show(<FinalPanel tenderId={TENDER_ID} />, { as });
  return server;
}

beforeEach(() => {
  vi.mocked(sealFinal).mockReset();
});

it('is asked for with a close that lies far enough, and a reason that the suppliers read', async () => {
  const server = await open('purchaser', { can_ask: true });
  server.on(`POST /api/tenders/${TENDER_ID}/final-rounds`, () => problem(409, 'PENDING', { rule: 'contract' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Propose a best-and-final round' }));
  const hours = screen.getByLabelText('Open for (hours)');
  await userEvent.clear(hours);
  await userEvent.type(hours, '12');
  await userEvent.click(screen.getByRole('button', { name: 'Put to the approver' }));
  expect(screen.getByText('At least 10 characters.')).toBeInTheDocument();
  await userEvent.clear(hours);
  await userEvent.type(hours, '24');
  await userEvent.type(screen.getByLabelText('Why the price is asked for again'), 'Copper fell by a tenth.');
  await userEvent.click(screen.getByRole('button', { name: 'Put to the approver' }));
  expect(await screen.findByText('PENDING')).toBeInTheDocument();
  expect(screen.getByLabelText('Why the price is asked for again')).toHaveValue('Copper fell by a tenth.');
  const sent = server.sent.find((one) => one.method === 'POST')?.body as { closes_at: string };
  expect(Date.parse(sent.closes_at) % 300_000).toBe(0);
});

it('tells the buyer nothing of an offer while the round is open', async () => {
  await open('purchaser', { rounds: [ROUND] });
  const round = await screen.findByRole('region', { name: 'Round 1' });
  expect(within(round).getByText('Whether anybody has handed in is told to nobody before the close.')).toBeInTheDocument();
  expect(within(round).queryByRole('table')).not.toBeInTheDocument();
});

it('shows what was opened beside the awarded price', async () => {
  await open('purchaser', {
    rounds: [{ ...ROUND, state: 'opened', can_cancel: false, opened: [{ lot_number: 1, supplier_id: 's1', name_zh: '青禾', name_en: 'Qinghe', before: '100.00', after: '97.50' }] }],
  });
  const row = within(await screen.findByRole('table')).getAllByRole('row')[1];
  expect(row).toHaveTextContent(/Qinghe.*100\.00.*97\.50.*2\.50/);
});

it('takes no price above the awarded one, and a far one only typed twice', async () => {
  await open('supplier', { rounds: [OWN] });
  const price = await screen.findByLabelText('Your final price');
  await userEvent.type(price, '100.01');
  expect(screen.getByText('At most 100.00.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Seal and hand in' })).toBeDisabled();
  await userEvent.clear(price);
  await userEvent.type(price, '79');
  await userEvent.click(screen.getByRole('button', { name: 'Seal and hand in' }));
  const yes = screen.getByRole('button', { name: 'Yes, seal 79' });
  expect(yes).toBeDisabled();
  await userEvent.type(screen.getByLabelText('The same price again'), '79');
  expect(yes).toBeEnabled();
});

it('seals on the device, sends only the sealed package, and keeps the price typed when it is refused', async () => {
  const server = await open('supplier', { rounds: [OWN] });
  vi.mocked(sealFinal).mockResolvedValue({ header: HEADER, digest: 'p'.repeat(64), ct: 'AAAA' });
  server.on(`PUT /api/my/final-rounds/${OWN.id}/offers/${HEADER.lot}`, () => problem(409, 'LATE', { closes_at: LATER }));
  await userEvent.type(await screen.findByLabelText('Your final price'), '97.5');
  await userEvent.click(screen.getByRole('button', { name: 'Seal and hand in' }));
  await userEvent.click(screen.getByRole('button', { name: 'Yes, seal 97.5' }));
  expect(await screen.findByText('LATE')).toBeInTheDocument();
  expect(vi.mocked(sealFinal).mock.calls[0]?.slice(2)).toEqual(['CNY', '97.50']);
  expect(JSON.stringify(server.sent.find((one) => one.method === 'PUT')?.body)).not.toContain('97.5');
  expect(screen.getByLabelText('Your final price')).toHaveValue('97.5');
});

it('sends nothing where the key policy is another', async () => {
  const server = await open('supplier', { rounds: [OWN] });
  vi.mocked(sealFinal).mockResolvedValue('POLICY');
  await userEvent.type(await screen.findByLabelText('Your final price'), '97.5');
  await userEvent.click(screen.getByRole('button', { name: 'Seal and hand in' }));
  await userEvent.click(screen.getByRole('button', { name: 'Yes, seal 97.5' }));
  expect(await screen.findByText(/The key policy is not the one shown/)).toBeInTheDocument();
  expect(server.sent.some((one) => one.method === 'PUT')).toBe(false);
});
