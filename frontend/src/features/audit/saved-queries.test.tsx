import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { Wanted } from './queries';
import { SavedQueries } from './saved-queries';

const NOTHING: Wanted = { tender: null, lot: null, alias: null, actor: null, kinds: [], after: null, before: null, preset: null };
const FILTERS = { tender: null, lot: null, alias: null, actor: null, kind: ['bid.voided'], after: null, before: null, preset: null };
const MINE = { id: 'q1', name: 'Voids of May', filters: FILTERS, is_shared: false, is_own: true, owner: 'Zhou', saved_at: '2026-11-21T06:00:00.000Z' };
const THEIRS = { ...MINE, id: 'q2', name: 'All voids', is_shared: true, is_own: false, owner: 'Li' };

it('takes a query, tells whose it is, and removes only own ones', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/queries', [MINE, THEIRS]);
  server.on('DELETE /api/audit/queries/q1', null);
  const take = vi.fn();
  const user = await show(<SavedQueries wanted={NOTHING} isFiltered={false} onTake={take} />, { as: 'auditor' });
  const theirs = await screen.findByRole('button', { name: /All voids.*from Li/ });
  await user.click(theirs);
  expect(take).toHaveBeenCalledWith({ ...NOTHING, kinds: ['bid.voided'] });
  expect(screen.queryByRole('button', { name: 'Remove the query All voids' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Remove the query Voids of May' }));
  expect(await screen.findByText('The query is removed.')).toBeInTheDocument();
});

it('saves what is set under a name', async () => {
  const server = fakeServer();
  server.on('GET /api/audit/queries', []);
  server.on('POST /api/audit/queries', { id: 'q3' });
  const user = await show(<SavedQueries wanted={{ ...NOTHING, preset: 'voids' }} isFiltered onTake={vi.fn()} />, { as: 'auditor' });
  await user.click(screen.getByRole('button', { name: 'Save this query' }));
  const sheet = within(screen.getByRole('dialog'));
  await user.click(sheet.getByRole('button', { name: 'Save' }));
  expect(sheet.getByText('Required')).toBeInTheDocument();
  await user.type(sheet.getByLabelText('Name'), 'Voids');
  await user.click(sheet.getByLabelText('Other auditors may use it too'));
  await user.click(sheet.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('The query is saved.')).toBeInTheDocument();
  expect(server.sent.find((one) => one.method === 'POST')?.body).toEqual({ name: 'Voids', is_shared: true, filters: { ...FILTERS, kind: [], preset: 'voids' } });
});
