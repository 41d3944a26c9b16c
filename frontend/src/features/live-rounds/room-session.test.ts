import { beforeEach, describe, expect, it } from 'vitest';

import type { Utterance } from './announcer';
import type { ServerFrame, SupplierLot } from './messages';
import { deviceStore } from './outbox-keeper';
import { RoomSession, type RoomPorts } from './room-session';
import { FakeLine } from './testing/fake-line';

const lot = (own: Partial<SupplierLot> = {}): SupplierLot => ({
  lot_id: 'l1',
  status: 'open',
  opens_at: '2026-11-21T06:00:00.000Z',
  closes_at: '2026-11-21T06:30:00.000Z',
  hard_stop_at: '2026-11-21T07:15:00.000Z',
  extensions: 0,
  max_extensions: 10,
  pause_reason: null,
  resume_at: null,
  own_amount: '280.00',
  own_seq: 1,
  next_valid: '279.16',
  rank: 2,
  tied: false,
  leading: false,
  best: null,
  ...own,
});
const welcome = (tick: number, own: Partial<SupplierLot> = {}): ServerFrame => ({
  type: 'welcome',
  tick,
  now: '2026-11-21T06:01:00.000Z',
  audience: 'supplier',
  rules_hash: 'h1',
  broadcasts: [],
  answers: [],
  lots: [lot(own)],
});
const order = { lotId: 'l1', amount: '279.16', oneTap: true, quotedOwn: '280.00' };

class Room {
  readonly line = new FakeLine();
  readonly said: Utterance[] = [];
  readonly session: RoomSession<SupplierLot>;
  changes = 0;
  private ids = 0;

  constructor() {
    const ports: RoomPorts = {
      world: this.line,
      clock: { now: () => 1_000_000 + this.line.now, addSample: () => undefined },
      store: deviceStore(localStorage, 'acc.r1'),
      newId: () => `b${(this.ids += 1)}`,
      say: (utterances) => this.said.push(...utterances),
      lotName: () => '1',
    };
    this.session = new RoomSession<SupplierLot>(ports);
    this.session.subscribe(() => (this.changes += 1));
  }

  async enter(tick = 1, own: Partial<SupplierLot> = {}): Promise<void> {
    this.session.start();
    await this.line.passes(0);
    this.answers(tick, own);
  }
  answers(tick: number, own: Partial<SupplierLot> = {}): void {
    this.line.socket().opens();
    this.line.socket().says(welcome(tick, own));
  }
  /** What went to the server besides the clock's questions. */
  get sent() {
    return this.line.sockets.flatMap((socket) => socket.sent).filter((frame) => frame.type !== 'time' && frame.type !== 'hello');
  }
  get states(): string[] {
    return this.session.view().outbox.map((bid) => bid.state);
  }
}

beforeEach(() => localStorage.clear());

describe('a bid in the room', () => {
  it('is not sent before the room is fresh', () => {
    const room = new Room();
    expect(room.session.place(order)).toBe(false);
    expect(room.states).toEqual([]);
  });

  it('is one bid, however often the button is pressed', async () => {
    const room = new Room();
    await room.enter();
    expect([1, 2, 3].map(() => room.session.place(order))).toEqual([true, false, false]);
    expect(room.sent).toHaveLength(1);
    room.line.socket().says({ type: 'receipt', bid_id: 'b1', lot_id: 'l1', receipt: { seq: 3 } });
    expect(room.states).toEqual(['accepted']);
    expect(room.said.map((each) => each.say)).toEqual(['accepted']);
  });

  it('is asked for when no answer comes', async () => {
    const room = new Room();
    await room.enter();
    room.session.place(order);
    await room.line.passes(4_000);
    expect(room.sent.at(-1)).toEqual({ type: 'bid_status', bid_id: 'b1' });
    expect(room.states).toEqual(['unknown']);
  });
});

describe('the line breaks with a bid on its way', () => {
  async function broken(): Promise<Room> {
    const room = new Room();
    await room.enter();
    room.session.place(order);
    room.line.socket().breaks();
    await room.line.passes(500);
    return room;
  }

  it('asks first, and learns that it was accepted', async () => {
    const room = await broken();
    expect(room.states).toEqual(['unknown']);
    expect(room.session.place(order)).toBe(false);
    room.answers(9, { own_amount: '279.16', rank: 1 });
    expect(room.line.socket().sent.filter((frame) => frame.type !== 'time')).toEqual([
      { type: 'hello', ticket: 'ticket-2', tick: 1 },
      { type: 'bid_status', bid_id: 'b1' },
    ]);
    room.line.socket().says({ type: 'status', bid_id: 'b1', state: 'accepted', receipt: { seq: 4 } });
    expect(room.states).toEqual(['accepted']);
    expect(room.sent.filter((frame) => frame.type === 'place_bid')).toHaveLength(1);
  });

  it('sends again by itself what was never seen, in time, with nothing changed', async () => {
    const room = await broken();
    room.answers(9);
    room.line.socket().says({ type: 'status', bid_id: 'b1', state: 'unseen' });
    expect(room.sent.filter((frame) => frame.type === 'place_bid').map((frame) => frame.bid_id)).toEqual(['b1', 'b1']);
    room.line.socket().says({ type: 'receipt', bid_id: 'b1', lot_id: 'l1', receipt: {} }, { type: 'receipt', bid_id: 'b1', lot_id: 'l1', receipt: {} });
    expect(room.states).toEqual(['accepted']);
  });

  it('puts it to the supplier when the rank has changed', async () => {
    const room = await broken();
    room.answers(9, { rank: 4 });
    room.line.socket().says({ type: 'status', bid_id: 'b1', state: 'unseen' });
    expect(room.states).toEqual(['unsent']);
    expect(room.session.place({ ...order, amount: '279.00' })).toBe(true);
  });

  it('a hundred times: none lost, none doubled', async () => {
    const room = new Room();
    await room.enter();
    const server = new Map<string, string>();
    for (let time = 0; time < 100; time += 1) {
      room.session.place(order);
      const placed = room.sent.filter((frame) => frame.type === 'place_bid').at(-1);
      const id = placed?.type === 'place_bid' ? placed.bid_id : '';
      // Every second one reached the server before the line broke.
      if (time % 2 === 0) server.set(id, id);
      room.line.socket().breaks();
      await room.line.passes(500);
      room.answers(time + 2);
      const state = server.has(id) ? 'accepted' : 'unseen';
      room.line.socket().says({ type: 'status', bid_id: id, state, receipt: {} });
      const again = room.sent.filter((frame) => frame.type === 'place_bid' && frame.bid_id === id);
      expect(again).toHaveLength(state === 'unseen' ? 2 : 1);
      server.set(id, id);
      room.line.socket().says({ type: 'receipt', bid_id: id, lot_id: 'l1', receipt: {} });
    }
    expect(server.size).toBe(100);
    expect(room.states.filter((state) => state === 'accepted')).toHaveLength(100);
  });
});

describe('the screen', () => {
  it('is told of changes only', async () => {
    const room = new Room();
    await room.enter();
    await room.line.passes(900);
    const before = room.changes;
    for (let tick = 2; tick < 40; tick += 1) {
      room.line.socket().says({ type: 'state', tick, now: '2026-11-21T06:01:02.000Z', lots: [lot()] as never });
    }
    expect(room.changes).toBe(before);
  });

  it('keeps the figures and their age after a loss', async () => {
    const room = new Room();
    await room.enter();
    room.line.socket().breaks();
    expect(room.session.view()).toMatchObject({ fresh: false, asOf: '2026-11-21T06:01:00.000Z' });
    expect(room.session.view().lots[0]?.rank).toBe(2);
  });
});

describe('the pen', () => {
  const pen = (mine: boolean, free = false) => ({ type: 'pen', mine, free, peers: mine ? [] : [{ name: 'Lu Dong', is_me: false, writes: !free }] }) as const;

  it('is asked for by a word, and without it nothing is sent', async () => {
    const room = new Room();
    await room.enter();
    room.line.socket().says(pen(false));
    expect(room.session.place(order)).toBe(false);
    room.session.takePen();
    expect(room.sent).toEqual([{ type: 'take_pen' }]);
    room.line.socket().says(pen(true));
    expect(room.session.place(order)).toBe(true);
    expect(room.said.map((each) => each.say)).toEqual(['pen_mine']);
  });

  it('is spoken of when it goes, not when it is first told', async () => {
    const room = new Room();
    await room.enter();
    room.line.socket().says(pen(true), pen(false), pen(false, true));
    expect(room.said.map((each) => each.say)).toEqual(['pen_lost', 'pen_free']);
  });

  it('is unknown again after a reconnect, and the server decides', async () => {
    const room = new Room();
    await room.enter();
    room.line.socket().says(pen(false));
    room.line.socket().breaks();
    await room.line.passes(600);
    room.answers(5);
    expect(room.session.view().pen).toBeNull();
    expect(room.session.place(order)).toBe(true);
  });
});

describe('no socket at all', () => {
  it('shows what is read over HTTP, and lets nobody act on it', async () => {
    const room = new Room();
    await room.enter();
    const later = JSON.stringify({ type: 'state', tick: 90, now: '2026-11-21T06:10:00.000Z', lots: [{ ...room.session.view().lots[0], rank: 7 }], pad: '' });
    room.line.poll = () => Promise.resolve(later);
    room.line.socket().breaks();
    for (let each = 0; each < 4; each += 1) {
      await room.line.passes(3_000);
      room.line.socket().breaks();
    }
    await room.line.passes(3_000);
    const view = room.session.view();
    expect([view.fresh, view.asOf, view.lots[0]?.rank]).toEqual([false, '2026-11-21T06:10:00.000Z', 7]);
    expect(room.session.place(order)).toBe(false);
  });
});
