import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import BoardPage from './board-page';
import NeedPage from './need-page';
import ProjectPage from './project-page';
import type { Project, ProjectRow, StageView } from './queries';

const STAGES: StageView[] = ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const).map((stage) => ({
  stage,
  state: stage === 1 ? 'returned' : 'not_started',
  owner: 'requester',
  entered_on: null,
  due_on: stage === 1 ? '2026-11-27' : null,
  done_on: null,
}));

const ROW: ProjectRow = {
  id: 'p1', reference: 'P-2026-ABCDEF', title_zh: '风扇电机', title_en: 'Fan motors', category: 'fan_motors', stage: 1, state: 'returned', waits_for: 'requester',
  due_on: '2026-11-27', is_late: true, is_mine: true, waits_for_me: true, currency: 'CNY', budget: null, stages: STAGES,
  created_at: '2026-11-20T06:00:00.000Z', edited_at: '2026-11-21T06:00:00.000Z',
};

const PROJECT: Project = {
  ...ROW,
  version: 4,
  need: {
    title_zh: '风扇电机', title_en: 'Fan motors', category: 'fan_motors', item: 'DC fan motor', specification: 'Brand X only', quantity: '1000', unit: '台',
    needed_on: '2027-02-01', use: 'Outdoor units', earlier: '', budget_line: '', requirements: [{ kind: 'must', text: 'IP54' }],
  },
  plan: null,
  experts: 3,
  checks: [
    { code: 'ITEM', is_met: true },
    { code: 'USE', is_met: true },
  ],
  locks: [{ field: 'specification', words: 'Brand' }],
  group: [],
  remarks: [{ stage: 1, act: 'return', by_role: 'purchaser', said: 'Which voltage?', said_at: '2026-11-21T06:00:00.000Z' }],
  attachments: [],
  candidates: [],
  owners: [],
  budget_request: null,
  messages: [],
  may_write: true,
  acts: ['submit', 'stop'],
  proposal_id: null,
};

afterEach(() => sessionStorage.clear());

describe('the board', () => {
  it('is a list of its own requests for a requester, with what waits for it', async () => {
    const server = fakeServer();
    server.on('GET /api/projects', { items: [ROW] });
    const user = await show(<BoardPage />, { as: 'requester' });
    expect(await screen.findByRole('heading', { level: 1, name: 'My requests' })).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: 'Fan motors' })).toHaveAttribute('href', '/projects/p1');
    await user.click(screen.getByRole('button', { name: /Over 0/ }));
    expect(screen.queryByRole('link', { name: 'Fan motors' })).not.toBeInTheDocument();
  });

  it('has a column a stage for the buyer, and says where there is nothing', async () => {
    const server = fakeServer();
    server.on('GET /api/projects', { items: [ROW] });
    await show(<BoardPage />, { as: 'approver' });
    const column = await screen.findByRole('region', { name: 'Need' });
    expect(within(column).getByText('Late')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'New request' })).not.toBeInTheDocument();
  });

  it('begins where there is nothing yet', async () => {
    fakeServer().on('GET /api/projects', { items: [] });
    await show(<BoardPage />, { as: 'requester' });
    expect(await screen.findByText('No request yet')).toBeInTheDocument();
  });
});

describe('a request', () => {
  it('shows its stage, the comments and the brand lock, and is submitted with one press', async () => {
    const server = fakeServer();
    server.on('GET /api/projects/p1', PROJECT);
    const user = await show(<ProjectPage />, { as: 'requester', at: '/projects/p1', path: '/projects/:projectId' });
    expect(await screen.findByText('Which voltage?')).toBeInTheDocument();
    expect(screen.getByRole('list', { name: 'The eight stages' }).querySelector('[aria-current="step"]')).toHaveTextContent('Need');
    expect(screen.getByText('The text may lock one brand')).toBeInTheDocument();
    server.on('POST /api/projects/p1/moves', { ...PROJECT, state: 'waiting', acts: [], waits_for: 'purchaser', waits_for_me: false });
    await user.click(screen.getByRole('button', { name: 'Submit the request' }));
    expect(server.sent.find((one) => one.path.endsWith('/moves'))?.body).toEqual({ version: 4, act: 'submit', reason: '' });
    expect(await screen.findByText('Waits for: Purchaser')).toBeInTheDocument();
  });

  it('is stopped only with a reason, and what was typed stays when it is refused', async () => {
    const server = fakeServer();
    server.on('GET /api/projects/p1', PROJECT);
    server.on('POST /api/projects/p1/moves', problem(409, 'CHANGED_SINCE'));
    const user = await show(<ProjectPage />, { as: 'requester', at: '/projects/p1', path: '/projects/:projectId' });
    await user.click(await screen.findByRole('button', { name: 'Stop the project' }));
    const sheet = screen.getByRole('dialog');
    await user.click(within(sheet).getByRole('button', { name: 'Stop the project' }));
    expect(within(sheet).getByText('At least 5 characters.')).toBeInTheDocument();
    await user.type(within(sheet).getByLabelText('Comments and reason'), 'no longer needed');
    await user.click(within(sheet).getByRole('button', { name: 'Stop the project' }));
    expect(await within(sheet).findByText('CHANGED_SINCE')).toBeInTheDocument();
    expect(within(sheet).getByLabelText('Comments and reason')).toHaveValue('no longer needed');
  });

  it('cannot be submitted while a check is open', async () => {
    const server = fakeServer();
    server.on('GET /api/projects/p1', { ...PROJECT, checks: [{ code: 'USE', is_met: false }] });
    await show(<ProjectPage />, { as: 'requester', at: '/projects/p1', path: '/projects/:projectId' });
    expect(await screen.findByText('Open')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Submit the request' })).not.toBeInTheDocument();
  });

  it('is written whole, without lines that say nothing', async () => {
    const server = fakeServer();
    server.on('GET /api/categories', [{ code: 'fan_motors', name_zh: '风扇电机', name_en: 'Fan motors' }]);
    server.on('GET /api/projects/p1', PROJECT);
    server.on('PUT /api/projects/p1/need', PROJECT);
    const user = await show(<NeedPage />, { as: 'requester', at: '/projects/p1/need', path: '/projects/:projectId/need' });
    await user.click(await screen.findByRole('button', { name: 'Add one' }));
    await user.clear(screen.getByLabelText('Quantity'));
    await user.type(screen.getByLabelText('Quantity'), '1500');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({ version: 4, need: { ...PROJECT.need, quantity: '1500' } });
  });

  it('keeps what is half typed over a reload, says so, and lets it go once saved or dropped', async () => {
    const server = fakeServer();
    server.on('GET /api/categories', []);
    server.on('GET /api/projects/p1', PROJECT);
    const place = { as: 'requester', at: '/projects/p1/need', path: '/projects/:projectId/need' } as const;
    const user = await show(<NeedPage />, place);
    await user.type(await screen.findByLabelText('Item'), ' 30 W');
    cleanup();
    server.on('GET /api/projects/p1', { ...PROJECT, need: { ...(PROJECT.need ?? {}), use: 'Indoor units' }, version: 5 });
    const again = await show(<NeedPage />, place);
    expect(await screen.findByLabelText('Item')).toHaveValue('DC fan motor 30 W');
    expect(screen.getByText(/changed elsewhere/)).toBeInTheDocument();
    await again.click(screen.getByRole('button', { name: 'Discard what I typed' }));
    expect(screen.getByLabelText('Item')).toHaveValue('DC fan motor');
    expect(screen.queryByRole('status', { name: '' })?.textContent ?? '').not.toMatch(/changed elsewhere/);
    expect(sessionStorage).toHaveLength(0);
  });

  it('shows quantities with thousands and a unit', async () => {
    const server = fakeServer();
    server.on('GET /api/projects/p1', { ...PROJECT, need: { ...(PROJECT.need ?? {}), quantity: '380000', unit: '台' } });
    await show(<ProjectPage />, { as: 'requester', at: '/projects/p1', path: '/projects/:projectId' });
    expect(await screen.findByText('380,000 units')).toBeInTheDocument();
  });

  it('keeps a half-typed plan when the project changes under it', async () => {
    const server = fakeServer();
    const plan: NonNullable<Project['plan']> = { is_feasible: true, finding: 'Three can deliver', budget_line: 'FY26', budget: '100', estimate: '90', currency: 'CNY', estimate_source: 'contract', estimate_on: '2026-11-01' };
    const held = { ...PROJECT, plan, stage: 2 as const, state: 'in_progress' as const, acts: ['finish' as const], is_mine: false };
    server.on('GET /api/projects/p1', held);
    server.on('POST /api/projects/p1/messages', { ...held, version: 5 });
    const user = await show(<ProjectPage />, { as: 'purchaser', at: '/projects/p1', path: '/projects/:projectId' });
    await user.type(await screen.findByLabelText(/^Budget \(|^Budget$/), '000');
    await user.type(screen.getByLabelText('Your message'), 'Which line?');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(server.sent.some((one) => one.path.endsWith('/messages'))).toBe(true));
    expect(screen.getByLabelText(/^Budget \(|^Budget$/)).toHaveValue('100000');
    server.on('PUT /api/projects/p1/plan', { ...held, version: 6, plan: { ...plan, budget: '100000' } });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sessionStorage).toHaveLength(0));
  });
});

describe('the working group', () => {
  it('is declared by its member and named by the purchaser', async () => {
    const server = fakeServer();
    const group: Project['group'] = [
      { account_id: 'me', name: 'Colleague', hat: 'purchasing_lead', is_me: true, has_declared: false, has_conflict: null, statement: '' },
      { account_id: 'e1', name: 'Expert', hat: 'expert', is_me: false, has_declared: true, has_conflict: true, statement: null },
    ];
    const candidates: Project['candidates'] = [{ account_id: 'd1', name: 'Decider', hat: 'decision_maker' }];
    server.on('GET /api/projects/p1', { ...PROJECT, stage: 3, state: 'in_progress', acts: ['return', 'propose'], group, candidates, waits_for: 'purchaser' });
    server.on('POST /api/projects/p1/declaration', { ...PROJECT, stage: 3 });
    server.on('GET /api/tenders', { audience: 'staff', items: [] });
    const user = await show(<ProjectPage />, { as: 'purchaser', at: '/projects/p1', path: '/projects/:projectId' });
    expect(await screen.findByText('Conflict: takes no part')).toBeInTheDocument();
    expect(screen.getByRole('option', { name: 'Decider' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'I have no conflict' }));
    expect(server.sent.find((one) => one.path.endsWith('/declaration'))?.body).toEqual({ has_conflict: false, statement: '' });
  });
});

describe('working together', () => {
  it('answers a message and shows who wrote', async () => {
    const server = fakeServer();
    const messages: Project['messages'] = [{ by_role: 'purchaser', said: 'Is the noise limit a must?', said_at: '2026-11-21T06:00:00.000Z', is_me: false, name: null }];
    server.on('GET /api/projects/p1', { ...PROJECT, messages });
    server.on('POST /api/projects/p1/messages', { ...PROJECT, messages: [...messages, { by_role: 'requester', said: 'Yes.', said_at: '2026-11-21T06:05:00.000Z', is_me: true, name: null }] });
    const user = await show(<ProjectPage />, { as: 'requester', at: '/projects/p1', path: '/projects/:projectId' });
    expect(await screen.findByText('Is the noise limit a must?')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Your message'), 'Yes.');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(server.sent.find((one) => one.path.endsWith('/messages'))?.body).toEqual({ said: 'Yes.' });
    expect(await screen.findByText('You')).toBeInTheDocument();
  });

  it('gives a stage a day and an owner, one version after the other', async () => {
    const server = fakeServer();
    const candidates: Project['candidates'] = [{ account_id: 'c1', name: 'Colleague Two', hat: 'purchasing_lead' }];
    const held = { ...PROJECT, candidates, acts: [], is_mine: false };
    server.on('GET /api/projects/p1', held);
    server.on('PUT /api/projects/p1/stages/1/due', { ...held, version: 5 });
    server.on('PUT /api/projects/p1/stages/1/owner', { ...held, version: 6 });
    server.on('GET /api/tenders', { audience: 'staff', items: [] });
    const user = await show(<ProjectPage />, { as: 'purchaser', at: '/projects/p1', path: '/projects/:projectId' });
    await user.click(await screen.findByRole('button', { name: 'Day and owner' }));
    const sheet = screen.getByRole('dialog');
    fireEvent.change(within(sheet).getByLabelText('Planned end'), { target: { value: '2026-12-24' } });
    await user.selectOptions(within(sheet).getByLabelText('Owner'), 'c1');
    await user.click(within(sheet).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.sent.filter((one) => one.method === 'PUT').map((one) => one.body)).toEqual([{ version: 4, due_on: '2026-12-24' }, { version: 5, owner: 'c1' }]));
  });

  it('opens a tender from a template, and links a draft that has no project', async () => {
    const server = fakeServer();
    const draft = { id: 't9', reference: 'T-9', title_zh: '草稿', title_en: 'A draft', state: 'draft', project_id: null };
    server.on('GET /api/projects/p1', { ...PROJECT, stage: 4, state: 'in_progress', acts: ['open_tender'] });
    server.on('GET /api/tenders', { audience: 'staff', items: [draft] });
    server.on('GET /api/tenders/t9', { audience: 'staff', version: 3 });
    server.on('PUT /api/tenders/t9/project', {});
    const user = await show(<ProjectPage />, { as: 'purchaser', at: '/projects/p1', path: '/projects/:projectId' });
    await user.selectOptions(await screen.findByLabelText('A draft without a project'), 't9');
    await user.click(screen.getByRole('button', { name: 'Link the draft' }));
    await waitFor(() => expect(server.sent.find((one) => one.method === 'PUT')?.body).toEqual({ version: 3, project_id: 'p1' }));
    server.on('POST /api/tenders', { id: 't10', reference: 'T-10', version: 1 });
    await user.selectOptions(screen.getByLabelText('Template'), 'scored');
    await user.click(screen.getByRole('button', { name: 'Open a tender' }));
    await waitFor(() => expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ template: 'scored', project_id: 'p1' }));
  });
});

describe('a request for more budget', () => {
  const APPROVED: Project = {
    ...PROJECT, stage: 4, state: 'in_progress', checks: [], remarks: [], acts: ['raise_budget'],
    plan: {
      is_feasible: true, finding: 'Three can make it', currency: 'CNY', budget_line: 'CAPEX-7', budget: '300000.00', estimate: '289000.00',
      estimate_source: 'Contract of 2025', estimate_on: '2026-11-01',
    },
  };

  it('wants an amount above the approved one and a reason, and says that it waits', async () => {
    const server = fakeServer();
    server.on('GET /api/projects/p1', APPROVED);
    server.on('GET /api/tenders', { audience: 'staff', items: [] });
    server.on('POST /api/projects/p1/budget-requests', {
      ...APPROVED, budget_request: { amount: '360000.00', reason: 'Copper rose by a fifth', at: '2026-11-21T06:00:00.000Z', proposal_id: 'a1' },
    });
    const user = await show(<ProjectPage />, { as: 'purchaser', at: '/projects/p1', path: '/projects/:projectId' });
    await user.click(await screen.findByRole('button', { name: 'Ask for more budget' }));
    const sheet = screen.getByRole('dialog');
    await user.type(within(sheet).getByLabelText('Whole budget wanted'), '300,000.00');
    await user.click(within(sheet).getByRole('button', { name: 'Send the request' }));
    expect(within(sheet).getByText('An amount above the approved budget.')).toBeInTheDocument();
    expect(within(sheet).getByText('At least 5 characters.')).toBeInTheDocument();
    expect(server.sent.some((one) => one.method === 'POST')).toBe(false);
    await user.clear(within(sheet).getByLabelText('Whole budget wanted'));
    await user.type(within(sheet).getByLabelText('Whole budget wanted'), '360000');
    await user.type(within(sheet).getByLabelText('Why it is not enough'), 'Copper rose by a fifth');
    await user.click(within(sheet).getByRole('button', { name: 'Send the request' }));
    expect(await screen.findByText('A higher budget waits for its approval')).toBeInTheDocument();
    expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ version: 4, amount: '360000', reason: 'Copper rose by a fifth' });
    expect(screen.getByRole('link', { name: 'See the proposal that waits' })).toHaveAttribute('href', '/approvals/a1');
  });
});
