import { describe, expect, it } from 'vitest';

import type { NoticeFrame, ServerFrame, StateFrame, SupplierLot, WelcomeFrame } from './messages';
import { emptyStanding, losing, lotOf, taking, type Standing } from './standing';

function lot(own: Partial<SupplierLot> = {}): SupplierLot {
  return {
    lot_id: 'l1',
    status: 'open',
    opens_at: '2026-11-21T06:00:00.000Z',
    closes_at: '2026-11-21T06:30:00.000Z',
    hard_stop_at: '2026-11-21T07:15:00.000Z',
    extensions: 0,
    max_extensions: 10,
    pause_reason: null,
    resume_at: null,
    own_amount: null,
    own_seq: 0,
    next_valid: '290.00',
    rank: null,
    tied: false,
    leading: false,
    best: null,
    ...own,
  };
}

const welcome = (tick: number, ...lots: SupplierLot[]): WelcomeFrame<SupplierLot> => ({
  type: 'welcome',
  tick,
  now: `2026-11-21T06:00:0${tick % 10}.000Z`,
  audience: 'supplier',
  rules_hash: 'h1',
  broadcasts: [],
  answers: [],
  lots,
});
const state = (tick: number, ...lots: SupplierLot[]): StateFrame<SupplierLot> => ({
  type: 'state',
  tick,
  now: `2026-11-21T06:00:0${tick % 10}.000Z`,
  lots,
});
const notice = (at: string): NoticeFrame => ({ type: 'notice', kind: 'broadcast', params: { en: 'Hello' }, at });

const take = (standing: Standing<SupplierLot>, frame: ServerFrame<SupplierLot>) => taking(standing, frame);

const fresh = (): Standing<SupplierLot> => taking(emptyStanding<SupplierLot>(), welcome(5, lot({ rank: 3 })));

describe('standing', () => {
  it('is not fresh before the welcome, and takes no state without one', () => {
    const standing = taking(emptyStanding<SupplierLot>(), state(9, lot()));
    expect(standing.fresh).toBe(false);
    expect(standing.lots).toEqual([]);
  });

  it('takes the next state, whatever was dropped in between', () => {
    expect(lotOf(taking(fresh(), state(9, lot({ rank: 1 }))), 'l1')?.rank).toBe(1);
  });

  it('ignores a repeated and an overtaken state', () => {
    const standing = taking(fresh(), state(7, lot({ rank: 2 })));
    expect(taking(standing, state(7, lot({ rank: 9 })))).toBe(standing);
    expect(taking(standing, state(6, lot({ rank: 9 })))).toBe(standing);
  });

  it('ends the same whatever the order of the frames', () => {
    const frames = [state(6, lot({ rank: 3 })), state(7, lot({ rank: 2 })), state(8, lot({ rank: 1 }))];
    const inOrder = frames.reduce(take, fresh());
    for (const order of [[2, 0, 1], [2, 1, 0], [1, 2, 0], [0, 2, 1, 2]]) {
      const shuffled = order.map((place) => frames[place]!);
      expect(shuffled.reduce(take, fresh())).toEqual(inOrder);
    }
  });

  it('keeps the figures after a loss, unusable until a welcome, which may count anew', () => {
    const lost = losing(taking(fresh(), state(8, lot({ rank: 2 }))));
    expect(lost.fresh).toBe(false);
    expect(lotOf(lost, 'l1')?.rank).toBe(2);
    expect(taking(lost, state(9, lot({ rank: 1 })))).toBe(lost);
    const back = taking(lost, welcome(1, lot({ rank: 4 })));
    expect(back).toMatchObject({ fresh: true, tick: 1 });
    expect(lotOf(taking(back, state(2, lot({ rank: 3 }))), 'l1')?.rank).toBe(3);
  });

  it('keeps a lot the frame does not speak of', () => {
    const two = taking(emptyStanding<SupplierLot>(), welcome(1, lot(), lot({ lot_id: 'l2', rank: 2 })));
    expect(taking(two, state(2, lot({ rank: 1 }))).lots.map((each) => each.rank)).toEqual([1, 2]);
  });

  it('keeps the identity of what did not change', () => {
    const before = taking(emptyStanding<SupplierLot>(), welcome(1, lot(), lot({ lot_id: 'l2', rank: 2 })));
    expect(taking(before, state(2, lot(), lot({ lot_id: 'l2', rank: 2 }))).lots).toBe(before.lots);
    const after = taking(before, state(2, lot({ rank: 1 }), lot({ lot_id: 'l2', rank: 2 })));
    expect(after.lots[0]).not.toBe(before.lots[0]);
    expect(after.lots[1]).toBe(before.lots[1]);
  });

  it('shows a notice once, newest first', () => {
    const first = notice('2026-11-21T06:01:00.000Z');
    const second = notice('2026-11-21T06:02:00.000Z');
    const standing = [first, second, first].reduce(take, fresh());
    expect(standing.notices.map((each) => each.at)).toEqual([second.at, first.at]);
  });
});
