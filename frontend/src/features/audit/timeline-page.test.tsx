import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { Entry } from './queries';
import TimelinePage from './timeline-page';

const TENDER = 't'.repeat(32);
const ENTRY: Entry = {
  at: '2026-11-21T06:30:07.042Z', kind: 'bid.refused', chain: 'lot:1', seq: 7, hash: 'e'.repeat(64), tender: TENDER, round: null, lot: 'l1', alias: 'C',
  actor_role: 'supplier', actor_ref: null, actor_name: null, data: { sent: '27846', code: 'ABOVE_CEILING' }, is_sealed: true, is_refused: true,
};

function serve(): FakeServer {
  const server = fakeServer();
  server.on('GET /api/audit/filters', {
    tenders: [{ id: TENDER, reference: 'T-2026-014', title_zh: '压缩机', title_en: 'Compressors', phase: 'P' }],
    lots: [{ id: 'l1', number: 2, aliases: ['C', 'K'] }], actors: [], kinds: ['bid.accepted', 'bid.refused'],
  });
  server.on('GET /api/audit/queries', []);
  server.on('GET /api/audit/timeline', ({ url }: { url: URL }) => ({
    entries: url.searchParams.get('preset') === 'voids' ? [] : [ENTRY],
    next_cursor: null,
    bands: url.searchParams.has('tender') ? [{ kind: 'phase', phase: 'L', lot: null, since: '2026-11-21T06:00:00.000Z', until: null }] : [],
    is_partial: false,
  }));
  return server;
}

it('lists entries with what they are about and opens one in full', async () => {
  serve();
  const user = await show(<TimelinePage />, { as: 'auditor', at: '/audit/timeline', path: '/audit/timeline' });
  const row = await screen.findByRole('button', { name: /Bid not accepted/ });
  expect(within(row).getByText('T-2026-014')).toBeInTheDocument();
  expect(within(row).getByText('Bidder C')).toBeInTheDocument();
  expect(within(row).getByText('27,846')).toBeInTheDocument();
  await user.click(row);
  const drawer = within(await screen.findByRole('dialog', { name: 'Bid not accepted' }));
  expect(drawer.getByText('The amount is above the ceiling price.')).toBeInTheDocument();
  expect(drawer.getByText('e'.repeat(64))).toBeInTheDocument();
});

it('asks by tender and shows its phases, and again without filters when there is no hit', async () => {
  const server = serve();
  const user = await show(<TimelinePage />, { as: 'auditor', at: '/audit/timeline', path: '/audit/timeline' });
  await screen.findByRole('option', { name: /T-2026-014/ });
  await user.selectOptions(screen.getByLabelText('Tender'), TENDER);
  expect(await screen.findByRole('list', { name: 'Phases' })).toHaveTextContent('Live round');
  await user.click(screen.getByRole('button', { name: 'Voided bids' }));
  expect(await screen.findByText('No entry fits the filters that are set')).toBeInTheDocument();
  const [clear] = screen.getAllByRole('button', { name: 'Clear all filters' });
  if (clear) await user.click(clear);
  expect(await screen.findByRole('button', { name: /Bid not accepted/ })).toBeInTheDocument();
  expect(server.sent.filter((one) => one.path === '/api/audit/timeline').length).toBeGreaterThanOrEqual(3);
});
