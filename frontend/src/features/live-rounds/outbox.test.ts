import { beforeEach, describe, expect, it } from 'vitest';

import type { ClientFrame, StatusFrame } from './messages';
import { ASK_AFTER_MS, isWaiting, newBid, RESEND_WITHIN_MS, stepping, type Happening, type OutboxBid } from './outbox';
import { deviceStore, keepOutbox } from './outbox-keeper';

const SENT_AT = 1_000_000;
const BASIS = 'open|280.00|10';

const bid = (own: Partial<OutboxBid> = {}): OutboxBid => ({
  ...newBid({
    bidId: 'b1',
    lotId: 'l1',
    amount: '279.16',
    quotedOwn: '280.00',
    oneTap: true,
    rulesHash: 'h1',
    sentAt: SENT_AT,
    basis: BASIS,
  }),
  ...own,
});
const status = (state: StatusFrame['state'], more: Partial<StatusFrame> = {}): StatusFrame => ({
  type: 'status',
  bid_id: 'b1',
  state,
  ...more,
});
const unseenAt = (at: number, basis: string | null = BASIS): Happening => ({
  kind: 'status',
  frame: status('unseen'),
  at,
  basis,
});

describe('a bid on its way', () => {
  it('is sent once, with the amount it was computed from', () => {
    const step = stepping([], { kind: 'placed', bid: bid() });
    expect(step.wishes).toEqual([
      {
        kind: 'send',
        frame: { type: 'place_bid', bid_id: 'b1', lot_id: 'l1', amount: '279.16', quote: { own: '280.00', rules_hash: 'h1' } },
      },
    ]);
    expect(stepping(step.outbox, { kind: 'placed', bid: bid() })).toEqual({ outbox: step.outbox, wishes: [] });
  });

  it('holds back a second bid on its lot, not on another', () => {
    const { outbox } = stepping([], { kind: 'placed', bid: bid() });
    expect(isWaiting(outbox, 'l1')).toBe(true);
    expect(stepping(outbox, { kind: 'placed', bid: bid({ bidId: 'b2' }) }).outbox).toBe(outbox);
    expect(stepping(outbox, { kind: 'placed', bid: bid({ bidId: 'b3', lotId: 'l2' }) }).outbox).toHaveLength(2);
  });

  it('typed carries no quote', () => {
    const step = stepping([], { kind: 'placed', bid: bid({ oneTap: false }) });
    expect(step.wishes[0]).toEqual({ kind: 'send', frame: { type: 'place_bid', bid_id: 'b1', lot_id: 'l1', amount: '279.16' } });
  });

  it('at a price that the format names says so, and nothing else', () => {
    const step = stepping([], { kind: 'placed', bid: bid({ taking: 'stay' }) });
    expect(step.wishes[0]).toEqual({ kind: 'send', frame: { type: 'stay', bid_id: 'b1', lot_id: 'l1', amount: '279.16' } });
  });

  it('is asked for when the server could not store it', () => {
    const step = stepping([bid()], { kind: 'stumbled', bidId: 'b1' });
    expect(step).toMatchObject({ outbox: [{ state: 'unknown' }], wishes: [{ kind: 'ask', bidId: 'b1' }] });
  });

  it('ends with a receipt, which a late refusal of a repeat does not unsay', () => {
    const { outbox } = stepping([bid()], { kind: 'receipted', bidId: 'b1', receipt: { seq: 7 }, at: SENT_AT + 40 });
    expect(outbox[0]).toMatchObject({ state: 'accepted', receipt: { seq: 7 } });
    const refused: Happening = { kind: 'refused', bidId: 'b1', code: 'DUPLICATE_ID', detail: {}, at: SENT_AT + 50 };
    expect(stepping(outbox, refused).outbox[0]?.state).toBe('accepted');
  });

  it('ends with a refusal and its reason', () => {
    const detail = { next_valid: '278.46' };
    const step = stepping([bid()], { kind: 'refused', bidId: 'b1', code: 'STEP_TOO_SMALL', detail, at: SENT_AT + 40 });
    expect(step.outbox[0]).toMatchObject({ state: 'refused', code: 'STEP_TOO_SMALL', detail });
  });
});

describe('after a loss', () => {
  it('is unknown, and asked for before anything else', () => {
    const { outbox, wishes } = stepping([bid()], { kind: 'lost' });
    expect(outbox[0]?.state).toBe('unknown');
    expect(wishes).toEqual([]);
    expect(stepping(outbox, { kind: 'welcomed' }).wishes).toEqual([{ kind: 'ask', bidId: 'b1' }]);
  });

  it('is asked for too when no answer comes on a living connection, not a millisecond earlier', () => {
    expect(stepping([bid()], { kind: 'waited', at: SENT_AT + ASK_AFTER_MS - 1 }).wishes).toEqual([]);
    expect(stepping([bid()], { kind: 'waited', at: SENT_AT + ASK_AFTER_MS }).wishes).toEqual([
      { kind: 'ask', bidId: 'b1' },
    ]);
  });

  it.each([
    ['just before five seconds', SENT_AT + RESEND_WITHIN_MS - 1, BASIS, 'sending', 1],
    ['at five seconds', SENT_AT + RESEND_WITHIN_MS, BASIS, 'unsent', 0],
    ['when the lot has changed', SENT_AT + 500, 'open|279.50|11', 'unsent', 0],
    ['when the lot is not known', SENT_AT + 500, null, 'unsent', 0],
  ])('unseen %s: sent again or put to the supplier', (_when, at, basis, state, wishes) => {
    const step = stepping([bid({ state: 'unknown' })], unseenAt(at, basis));
    expect(step.outbox[0]?.state).toBe(state);
    expect(step.wishes).toHaveLength(wishes);
  });

  it('is never sent again by itself a second time, and always under its first name', () => {
    const once = stepping([bid({ state: 'unknown' })], unseenAt(SENT_AT + 300));
    expect(once.wishes).toMatchObject([{ kind: 'send', frame: { bid_id: 'b1' } }]);
    const twice = stepping(once.outbox, unseenAt(SENT_AT + 600));
    expect(twice.wishes).toEqual([]);
    expect(twice.outbox[0]?.state).toBe('unsent');
  });

  it('takes the answer the server already had', () => {
    const accepted: Happening = {
      kind: 'status',
      frame: status('accepted', { receipt: { seq: 3 } }),
      at: SENT_AT + 9_000,
      basis: null,
    };
    expect(stepping([bid({ state: 'unknown' })], accepted).outbox[0]).toMatchObject({ state: 'accepted' });
  });

  it('ignores a status that comes late or twice', () => {
    const answered = [bid({ state: 'accepted' })];
    expect(stepping(answered, unseenAt(SENT_AT + 100)).outbox).toBe(answered);
  });
});

describe('on the device', () => {
  beforeEach(() => localStorage.clear());

  it('is written before it is sent', () => {
    const store = deviceStore(localStorage, 'acc.r1');
    const saved: number[] = [];
    const keeper = keepOutbox(store, () => saved.push(store.list().length));
    keeper.tell({ kind: 'placed', bid: bid() });
    expect(saved).toEqual([1]);
  });

  it('survives a reload as unknown, is asked for and not sent again', () => {
    keepOutbox(deviceStore(localStorage, 'acc.r1'), () => undefined).tell({ kind: 'placed', bid: bid() });
    const sent: ClientFrame[] = [];
    const keeper = keepOutbox(deviceStore(localStorage, 'acc.r1'), (frame) => sent.push(frame));
    expect(keeper.outbox()[0]?.state).toBe('unknown');
    keeper.tell({ kind: 'welcomed' });
    keeper.tell(unseenAt(SENT_AT + 100));
    expect(sent).toEqual([{ type: 'bid_status', bid_id: 'b1' }]);
    expect(keeper.outbox()[0]?.state).toBe('unsent');
  });

  it('is another account’s or room’s business if stored under its name', () => {
    keepOutbox(deviceStore(localStorage, 'acc.r1'), () => undefined).tell({ kind: 'placed', bid: bid() });
    expect(deviceStore(localStorage, 'acc.r2').list()).toEqual([]);
    expect(deviceStore(localStorage, 'other.r1').list()).toEqual([]);
  });

  it('skips what it cannot read, and forgets what was dismissed', () => {
    localStorage.setItem('bidroom.outbox.acc.r1.x', '{broken');
    const keeper = keepOutbox(deviceStore(localStorage, 'acc.r1'), () => undefined);
    keeper.tell({ kind: 'placed', bid: bid() });
    keeper.tell({ kind: 'dismissed', bidId: 'b1' });
    expect(keeper.outbox()).toHaveLength(1);
    keeper.tell({ kind: 'refused', bidId: 'b1', code: 'LOT_CLOSED', detail: {}, at: SENT_AT });
    keeper.tell({ kind: 'dismissed', bidId: 'b1' });
    expect(deviceStore(localStorage, 'acc.r1').list()).toEqual([]);
  });
});
