import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import type { Role } from '@/domain/roles';
import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { Room } from './panel-queries';
import { MissingList, PanelRoom } from './panel-room';
import type { LotSensitivity, Sensitivity } from './queries';
import { LOT, LOT_ID, RANKING, TENDER_ID } from './testing/samples';
import { TryingPanel } from './trying-panel';

vi.mock('./weight-chart', () => ({ default: () => null }));

const API = `/api/tenders/${TENDER_ID}`;
const [RANKINGS, SHORTLIST] = ['a'.repeat(64), 'b'.repeat(64)];
const SILENT = { is_you: false, confirmed_at: null, vote: null, reason: '', voted_at: null };

const TO_PROPOSE: Room = {
  tender_id: TENDER_ID, state: 'to_propose', rankings_digest: RANKINGS, shortlist_digest: null, proposed_at: null, locked_at: null,
  can_propose: true, can_confirm: false, can_vote: false, can_lock: false, is_outvoted: false, can_note: true,
  ballots: [{ ...SILENT, name: 'Han Ping' }, { ...SILENT, name: 'Erik Lund' }],
  cuts: [{ lot_id: LOT_ID, number: 1, title_zh: '压缩机', title_en: 'Compressors', ranked: ['R47', 'R12', 'R80'], by_rule: 2, allowed: [1, 2], labels: ['R47', 'R12'], reason: '', notes: [] }],
  unexamined: [], notes: [],
};
const VOTING: Room = { ...TO_PROPOSE, state: 'voting', shortlist_digest: SHORTLIST, proposed_at: '2026-11-21T06:00:00.000Z', can_propose: false };

async function open(room: Room, as: Role) {
  const server = fakeServer();
  server.on(`GET ${API}/decision-room`, room);
  const user = await show(<PanelRoom ranking={RANKING} />, { as });
  await screen.findByRole('heading', { name: 'Panel: ranking and shortlist' });
  return { server, user };
}

function posted(server: ReturnType<typeof fakeServer>) {
  return server.sent.filter((one) => one.method === 'POST').map((one) => [one.path, one.body]);
}

it('puts the cut to the panel, another than the rule takes with its reason', async () => {
  const { server, user } = await open(TO_PROPOSE, 'purchaser');
  server.on(`POST ${API}/shortlist`, VOTING);
  expect(screen.getByText(/This is where the published rule cuts. The rule allows: 1, 2./)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Move the cut line down' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Move the cut line up' }));
  await user.click(screen.getByRole('button', { name: 'Put to the panel' }));
  expect(posted(server)).toEqual([]);
  await user.type(screen.getByLabelText(/Why the line is not the rule/), 'wide gap');
  const note = screen.getByLabelText('Reason for R47');
  expect(note).toHaveValue('Rank 1 at 279.30.');
  await user.type(note, ' Quiet.');
  await user.click(screen.getByRole('button', { name: 'Put to the panel' }));
  const notes = [{ label: 'R47', text: 'Rank 1 at 279.30. Quiet.' }, { label: 'R12', text: 'Rank 2 at 279.30.' }, { label: 'R80', text: 'Rank 3 at 293.26.' }];
  expect(posted(server)).toEqual([[`${API}/shortlist`, { cuts: [{ lot_id: LOT_ID, labels: ['R47'], reason: 'wide gap', notes }] }]]);
});

it('lets a member confirm what it was shown, and vote against with a reason alone', async () => {
  const you = { ...SILENT, name: 'Han Ping', is_you: true };
  const { server, user } = await open({ ...VOTING, can_confirm: true, can_vote: true, ballots: [you] }, 'evaluator');
  server.on(`POST ${API}/ranking/confirmation`, VOTING);
  server.on(`POST ${API}/shortlist/vote`, VOTING);
  expect(screen.getByText('Not yet confirmed')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Confirm this ranking' }));
  await user.click(screen.getByRole('radio', { name: /Against/ }));
  await user.click(screen.getByRole('button', { name: 'Vote' }));
  expect(posted(server)).toEqual([[`${API}/ranking/confirmation`, { digest: RANKINGS }]]);
  await user.type(screen.getByLabelText(/Reason/), 'too loud');
  await user.click(screen.getByRole('button', { name: 'Vote' }));
  expect(posted(server)[1]).toEqual([`${API}/shortlist/vote`, { digest: SHORTLIST, vote: 'against', reason: 'too loud' }]);
});

it('lists who is missing, and locks when nobody is', async () => {
  const ballots = [{ ...SILENT, name: 'Han Ping', confirmed_at: '2026-11-21T06:00:00.000Z' }, { ...SILENT, name: 'Erik Lund' }];
  await show(<MissingList room={{ ...VOTING, ballots, unexamined: [{ number: 1, code: 'INQUIRY_DUE', label: 'R47' }] }} />);
  const items = screen.getAllByRole('listitem').map((item) => item.textContent);
  expect(items).toEqual(['Ranking not confirmed: Erik Lund', 'No vote yet: Han Ping, Erik Lund', 'Lot 1: R47 looks abnormally low and was not asked about.', 'The shortlist is not locked.']);
  const { server, user } = await open({ ...VOTING, can_lock: true }, 'purchaser');
  server.on(`POST ${API}/shortlist/lock`, { ...VOTING, state: 'locked' });
  await user.click(screen.getByRole('button', { name: 'Lock shortlist' }));
  expect(posted(server)).toEqual([[`${API}/shortlist/lock`, { digest: SHORTLIST }]]);
});

const SENSITIVITY: Sensitivity = {
  stamp: 'WHAT-IF', tender_id: TENDER_ID, state: 'ranked', price_weight: '60', threshold: null, lots: [],
  criteria: [{ criterion: 'c1', number: 1, title_zh: '能效', title_en: 'Efficiency' }],
};
const TOLD: LotSensitivity = {
  lot_id: LOT_ID, first: null, shortlist: null, lines: [], levels: [], leaving: [], pareto: [], iso: [], second_opinion: [],
  values: [{ label: 'R47', criterion: 'c1', value: '4.5' }],
};

it('tries a score error and an offer left out, stamped, and keeps a note of it', async () => {
  const server = fakeServer();
  server.on(`GET ${API}/decision-room`, TO_PROPOSE);
  const row = { rank: 1, official_rank: 2, is_tied: false, technical_points: '70.00', price_points: '90.00', total: '82.00', figure: null, is_shortlisted: true };
  server.on(`POST ${API}/what-if`, { stamp: 'WHAT-IF', lot_id: LOT_ID, rows: [{ ...row, label: 'R12' }], shortlist: ['R12'], failing: ['R47'] });
  server.on(`POST ${API}/what-if/notes`, null);
  const user = await show(<TryingPanel ranking={RANKING} lot={LOT} told={TOLD} sensitivity={SENSITIVITY} />);
  expect(screen.getByText(/Nothing is changed/)).toBeInTheDocument();
  await user.selectOptions(await screen.findByLabelText('Offer'), 'R47');
  await user.selectOptions(screen.getByLabelText('Criterion'), 'c1');
  expect(screen.getByText('Agreed: 4.5, tried: 5.0')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'One level lower' }));
  await user.click(screen.getByRole('checkbox', { name: 'R80' }));
  const table = await screen.findByRole('table', { name: 'The ranking as tried' });
  expect(within(table).getAllByRole('row')[1]).toHaveTextContent(/R12.*1.*82.00.*2/);
  expect(screen.getByText('Below a minimum score and not ranked: R47')).toBeInTheDocument();
  await user.type(screen.getByLabelText('What this note is about'), 'one level');
  await user.click(screen.getByRole('button', { name: 'Save what-if note' }));
  const change = { lot_id: LOT_ID, price_weight: null, values: [{ label: 'R47', criterion: 'c1', value: '3.5' }], without: ['R80'], count: null };
  expect(posted(server)).toContainEqual([`${API}/what-if/notes`, { change, text: 'one level' }]);
});
