import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fakeServer, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import SealedPage from './sealed-page';
import { ROUND, TENDER } from './testing/samples';

const AT = { as: 'supplier', at: `/sealed/${ROUND.round_id}`, path: '/sealed/:roundId' } as const;
const DOSSIER = { name_zh: '岚川压缩机有限公司', name_en: 'Lanchuan Compressor Co., Ltd.', credit_code: '91310000MA1K30001X', contact: { name: 'Li Wei', email: 'li@lanchuan.example', phone: '13800138000' } };

let server: FakeServer;
beforeEach(() => {
  // The line stays silent: what is looked at here needs no answer of it.
  vi.stubGlobal('WebSocket', class { send() {} close() {} });
  localStorage.clear();
  server = fakeServer();
  server.on(`GET /api/rounds/${ROUND.round_id}/sealed`, ROUND);
  server.on(`GET /api/rounds/${ROUND.round_id}/packages`, { packages: [] });
  server.on(`GET /api/tenders/${ROUND.tender_id}`, TENDER);
  server.on('GET /api/my/supplier', DOSSIER);
  server.on('POST /api/ws-tickets', { ticket: 'one' });
});
afterEach(() => vi.unstubAllGlobals());

async function fillIn(user: Awaited<ReturnType<typeof show>>, solution: string, price: string) {
  await user.type(await screen.findByRole('textbox', { name: /1\. Solution/ }), solution);
  await user.type(screen.getByRole('textbox', { name: /2\. Delivery/ }), '42');
  await user.selectOptions(screen.getByRole('combobox', { name: /3\. Warranty/ }), 'two years');
  await user.type(screen.getByRole('textbox', { name: /Unit price/ }), price);
}

describe('the sealed round', () => {
  it('shows custody and fingerprint beside the button, and nothing of anybody else', async () => {
    await show(<SealedPage />, AT);
    const acts = await screen.findByRole('region', { name: 'Seal and submit' });
    expect(within(acts).getByText(ROUND.custody_en)).toBeVisible();
    expect(within(acts).getAllByText('01234')).toHaveLength(4);
    expect(within(acts).getByRole('button', { name: 'Seal and submit' })).toBeEnabled();
  });

  it('leads to what is missing and seals nothing', async () => {
    const user = await show(<SealedPage />, AT);
    await user.click(await screen.findByRole('button', { name: 'Seal and submit' }));
    expect(screen.getByRole('textbox', { name: /1\. Solution/ })).toHaveFocus();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('keeps every key on this device', async () => {
    const user = await show(<SealedPage />, AT);
    await fillIn(user, 'Our way', '271.4');
    expect(JSON.stringify({ ...localStorage })).toContain('Our way');
    expect(screen.getByText(/two hundred seventy-one and 40\/100 CNY/)).toBeVisible();
    expect(JSON.stringify(server.sent)).not.toContain('271');
  });

  it('finds the own name and seals only after each find is answered', async () => {
    const user = await show(<SealedPage />, AT);
    await fillIn(user, 'Lanchuan Compressor has done this', '271.40');
    await user.click(screen.getByRole('button', { name: 'Seal and submit' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/may give your company away/);
    const seal = within(dialog).getByRole('button', { name: /Seal and submit|One moment/ });
    expect(seal).toBeDisabled();
    await user.click(within(dialog).getByRole('checkbox', { name: /does not identify us/ }));
    expect(await within(dialog).findByRole('button', { name: 'Seal and submit' })).toBeEnabled();
  });

  it('asks to type a far-off amount once more', async () => {
    server.on(`GET /api/rounds/${ROUND.round_id}/sealed`, { ...ROUND, lots: ROUND.lots.map((lot) => ({ ...lot, minimum_price: null })) });
    const user = await show(<SealedPage />, AT);
    await fillIn(user, 'Our way', '27.14');
    await user.click(screen.getByRole('button', { name: 'Seal and submit' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/10 times too small/)).toBeVisible();
    expect(within(dialog).getByRole('button', { name: /Seal and submit|One moment/ })).toBeDisabled();
    await user.type(within(dialog).getByRole('textbox', { name: /Type ¥27.14 again/ }), '27.14');
    expect(await within(dialog).findByRole('button', { name: 'Seal and submit' })).toBeEnabled();
  });

  it('is read-only after the close and checks the list by itself', async () => {
    server.on(`GET /api/rounds/${ROUND.round_id}/sealed`, { ...ROUND, status: 'closed', manifest: [] });
    await show(<SealedPage />, AT);
    expect(await screen.findByText('The round is closed')).toBeVisible();
    expect(screen.getByRole('textbox', { name: /Unit price/ })).toBeDisabled();
    expect(screen.queryByRole('button', { name: 'Seal and submit' })).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'To the live room' })).toHaveAttribute('href', `/rooms/${TENDER.round_id}`);
  });

  it('refuses with a sentence where nothing can be sealed (S16)', async () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes });
    await show(<SealedPage />, AT);
    expect(await screen.findByText('Nothing can be sealed here')).toBeVisible();
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
  });
});
