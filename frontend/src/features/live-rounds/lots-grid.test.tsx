import { screen, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { show } from '@/testing/show';

import type { LotView } from './lot-view';
import { LotsGrid } from './lots-grid';
import type { SupplierLot } from './messages';
import { newBid, type OutboxBid } from './outbox';
import type { OwnCurrency } from './own-currency';
import type { RoundInfo } from './room-data';
import { toggleSetting } from './room-settings';
import type { Order, RoomSession, RoomView } from './room-session';

const RULES = {
  format: 'open_descending', opens_at: '2026-11-21T06:00:00.000Z', duration_s: 1800, lots: 'parallel', stagger_s: 0,
  step: { measure: 'percent', size: '0.3', rule: 'at_least', basis: 'own_last' }, change_limit: null, feedback: 'rank_only',
  ties: 'earlier_first', buyer_view: 'aliases', soft_close: null,
} as const;

function lot(number: number, own: string | null, next: string): LotView {
  const facts = { id: `l${String(number)}`, number, title_zh: `包${String(number)}`, title_en: `Lot ${String(number)}`, scale: 2, basis: 'unit', quantity: '1000', unit: '台', ceiling_price: '300.00', start_price: null };
  const state = {
    lot_id: facts.id, status: 'open', opens_at: '2020-01-01T00:00:00.000Z', closes_at: '2099-01-01T00:00:00.000Z', hard_stop_at: '2099-01-01T00:00:00.000Z',
    extensions: 0, max_extensions: 10, pause_reason: null, resume_at: null, own_amount: own, own_seq: own === null ? 0 : 1, next_valid: next,
    rank: own === null ? null : 2, tied: false, leading: false, best: null,
  };
  return { facts, state } as unknown as LotView;
}

const LOTS = [lot(1, '280.00', '279.16'), lot(2, '240.00', '239.28'), lot(3, null, '300.00')];
const INFO = { id: 'r', rules: RULES, lots: LOTS.map((each) => each.facts), tender: { currency: 'CNY', tax_basis: 'excluded', time_zone: 'Asia/Shanghai' } } as unknown as RoundInfo;

const HOME: OwnCurrency = { code: 'CNY', rate: null, codes: ['CNY'], choose: () => undefined };
const USD: OwnCurrency = { code: 'USD', rate: '7.12', codes: ['CNY', 'USD'], choose: () => undefined };

async function open({ mine = true, outbox = [] as OutboxBid[], own = HOME } = {}) {
  sessionStorage.clear();
  const placed: Order[] = [];
  const session = { place: (order: Order) => placed.push(order) > 0 } as unknown as RoomSession<SupplierLot>;
  const view = { fresh: true, outbox, pen: { type: 'pen', mine } } as unknown as RoomView<SupplierLot>;
  const onOpen = vi.fn();
  const user = await show(<LotsGrid info={INFO} lots={LOTS} room={{ session, view }} own={own} onOpen={onOpen} />);
  return { user, placed, onOpen };
}

const field = (number: number) => screen.getByLabelText(`New bid, Lot ${String(number)}`);

describe('several lots at a time', () => {
  it('sends what is selected and valid, a bid a lot, and leaves the rest with its reason', async () => {
    const { user, placed } = await open();
    await user.type(field(1), '279.00');
    await user.type(field(2), '239.99');
    await user.click(screen.getByRole('button', { name: 'Take ¥300.00 for Lot 3' }));
    expect(screen.getByText(/Too close to your last bid. At most ¥239.28/)).toBeInTheDocument();
    expect(screen.getByText('3 rows selected, 2 can go.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Submit selected (2)' }));
    expect(placed).toEqual([
      { lotId: 'l1', amount: '279.00', oneTap: false, quotedOwn: '280.00' },
      { lotId: 'l3', amount: '300.00', oneTap: false, quotedOwn: null },
    ]);
    expect(field(1)).toHaveValue('');
    expect(field(2)).toHaveValue('239.99');
  });

  it('asks for a yes where the guard doubts, and leaves what is far off to the own field', async () => {
    const { user, placed, onOpen } = await open();
    await user.type(field(1), '240');
    expect(screen.getByText(/This is your amount on lot 2/)).toBeInTheDocument();
    const submit = () => screen.getByRole('button', { name: /Submit selected/ });
    expect(submit()).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: /Yes, ¥240/ }));
    await user.type(field(2), '24');
    expect(screen.getByText(/about 10 times too small/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: "Place it on the lot's own field" }));
    expect(onOpen).toHaveBeenCalledWith('l2');
    await user.click(submit());
    expect(placed.map((order) => order.lotId)).toEqual(['l1']);
  });

  it('sends nothing while another window writes, and not what waits for an answer', async () => {
    const bid = newBid({ bidId: 'b', lotId: 'l1', amount: '279.00', quotedOwn: '280.00', oneTap: false, rulesHash: null, sentAt: 0, basis: '' });
    const { user } = await open({ mine: false, outbox: [bid] });
    await user.type(field(1), '278');
    await user.type(field(2), '239');
    expect(screen.getByText('2 rows selected, 1 can go.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Submit selected (1)' })).toBeDisabled();
  });

  it('is worked by keys: rows, drafts, one row at a time', async () => {
    const { user, placed } = await open();
    await user.click(field(1));
    await user.keyboard('279{Enter}');
    expect(field(2)).toHaveFocus();
    await user.keyboard('239{ArrowUp}');
    expect(field(1)).toHaveFocus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(placed.map((order) => [order.lotId, order.amount])).toEqual([['l1', '279']]);
    await user.click(screen.getByRole('checkbox', { name: 'Select Lot 2' }));
    await user.keyboard('{F2}');
    expect(field(2)).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(field(2)).toHaveValue('');
    toggleSetting('keys');
    await user.click(field(3));
    await user.keyboard('300{Control>}{Enter}{/Control}');
    toggleSetting('keys');
    expect(placed).toHaveLength(1);
  });

  it('takes pasted amounts into the rows and sends none of them', async () => {
    const { user, placed } = await open();
    await user.click(screen.getByRole('button', { name: 'Paste' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByLabelText('Copied cells'));
    await user.paste('1\t279,00\n2\t239,00\n9\t1');
    expect(dialog.getAllByText(/can be read in two ways/)).toHaveLength(2);
    expect(dialog.getByText('no such lot')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: '1.234,56' }));
    await user.click(dialog.getByRole('button', { name: 'Put 2 amounts into the rows' }));
    expect(field(1)).toHaveValue('279');
    expect(placed).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Submit selected (2)' }));
    expect(placed.map((order) => order.amount)).toEqual(['279', '239']);
  });

  it('takes and sends amounts in the own currency, typed or pasted, and measures what they count as', async () => {
    const { user, placed } = await open({ own: USD });
    await user.click(screen.getByRole('button', { name: 'Take $39.20 for Lot 1' }));
    expect(screen.getByText('counts as ¥279.10')).toBeInTheDocument();
    await user.type(field(3), '50');
    expect(screen.getByText(/300\.00/, { selector: 'span' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Paste' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByLabelText('Copied cells'));
    await user.paste('2\t33.50');
    expect(dialog.getByText('$33.50')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Put 1 amount into the rows' }));
    await user.click(screen.getByRole('button', { name: 'Submit selected (2)' }));
    expect(placed.map(({ amount, sent }) => [amount, sent])).toEqual([['279.10', 'USD 39.20'], ['238.52', 'USD 33.5']]);
  });
});
