import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Problem, UNREACHABLE } from '@/api/problem';

import { MarkKeeper, type KeeperHands } from './mark-keeper';
import type { MarkBody, Sheet, StoredMark } from './queries';
import { LOT_ID, SHEET } from './testing/samples';

const NOISE_7 = { lot: LOT_ID, alias: 'T7', criterion: 'c1' };
const NOISE_2 = { lot: LOT_ID, alias: 'T2', criterion: 'c1' };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

function make(put: (body: MarkBody) => Promise<StoredMark>, read: () => Promise<Sheet> = () => Promise.resolve(SHEET)) {
  const hands: KeeperHands = { put: vi.fn(put), read, storage: localStorage, owner: 'me.tender' };
  const keeper = new MarkKeeper(hands);
  keeper.adopt(SHEET);
  return { keeper, hands };
}

const accept = ({ mark, comment, version }: MarkBody) => Promise.resolve({ mark, comment, version: version + 1 });

function theirsAt(stored: StoredMark): Sheet {
  return { ...SHEET, lots: SHEET.lots.map((lot) => ({ ...lot, offers: lot.offers.map((offer) => ({ ...offer, marks: { c1: stored } })) })) };
}

it('sends a mark at once, words after a pause, each on the version before', async () => {
  const { keeper, hands } = make(accept);
  keeper.change(NOISE_7, { mark: 4 });
  await vi.advanceTimersByTimeAsync(0);
  expect(hands.put).toHaveBeenLastCalledWith({ lot_id: LOT_ID, alias: 'T7', criterion: 'c1', mark: 4, comment: '', version: 1 });
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'saved', version: 2, mark: 4 });
  keeper.change(NOISE_7, { comment: 'a' });
  keeper.change(NOISE_7, { comment: 'ab' });
  expect(hands.put).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(hands.put).toHaveBeenLastCalledWith(expect.objectContaining({ comment: 'ab', version: 2 }));
  expect(localStorage).toHaveLength(0);
});

it('keeps on the device what cannot be sent, and sends it when the connection is back, even after a reload', async () => {
  let isDown = true;
  const put = (body: MarkBody) => (isDown ? Promise.reject(new Problem(0, UNREACHABLE)) : accept(body));
  const { keeper } = make(put);
  keeper.change(NOISE_2, { mark: 5 });
  await vi.advanceTimersByTimeAsync(0);
  expect(keeper.cell(NOISE_2).state).toBe('offline');
  expect(localStorage).toHaveLength(1);
  isDown = false;
  const { keeper: reloaded, hands } = make(put);
  await vi.advanceTimersByTimeAsync(0);
  expect(hands.put).toHaveBeenCalledTimes(1);
  expect(reloaded.cell(NOISE_2)).toMatchObject({ state: 'saved', mark: 5 });
  keeper.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(keeper.cell(NOISE_2).state).toBe('saved');
});

it('sends what was typed while the answer was on its way', async () => {
  const waiting: { answer: (stored: StoredMark) => void }[] = [];
  const { keeper, hands } = make((body) => new Promise((resolve) => waiting.push({ answer: () => resolve({ mark: body.mark, comment: body.comment, version: body.version + 1 }) })));
  keeper.change(NOISE_2, { mark: 1 });
  keeper.change(NOISE_2, { comment: 'too loud' });
  waiting[0]?.answer({ mark: 1, comment: '', version: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(hands.put).toHaveBeenCalledTimes(2);
  expect(hands.put).toHaveBeenLastCalledWith(expect.objectContaining({ mark: 1, comment: 'too loud', version: 1 }));
});

it('never writes over another version unseen: it shows both, and does what is chosen', async () => {
  const theirs = { mark: 2, comment: 'theirs', version: 6 };
  let version = 6;
  const put = (body: MarkBody) => (body.version < version ? Promise.reject(new Problem(409, 'CHANGED_SINCE')) : accept(body));
  const { keeper } = make(put, () => Promise.resolve(theirsAt(theirs)));
  keeper.change(NOISE_7, { mark: 5 });
  await vi.advanceTimersByTimeAsync(0);
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'stale', mark: 5, theirs });
  // A refresh in between takes nothing away.
  keeper.adopt(theirsAt(theirs));
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'stale', mark: 5 });
  keeper.keepMine(NOISE_7);
  await vi.advanceTimersByTimeAsync(0);
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'saved', mark: 5, version: 7 });
  version = 99;
  keeper.change(NOISE_2, { mark: 0 });
  await vi.advanceTimersByTimeAsync(0);
  keeper.takeTheirs(NOISE_2);
  expect(keeper.cell(NOISE_2)).toMatchObject({ state: 'saved', mark: 2, comment: 'theirs' });
  expect(localStorage).toHaveLength(0);
});

it('is content where the other version says the same: the answer was lost on its way', async () => {
  const { keeper } = make(() => Promise.reject(new Problem(409, 'CHANGED_SINCE')), () => Promise.resolve(theirsAt({ mark: 5, comment: '', version: 2 })));
  keeper.change(NOISE_7, { mark: 5 });
  await vi.advanceTimersByTimeAsync(0);
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'saved', version: 2 });
});

it('keeps the words when a rule refuses', async () => {
  const { keeper } = make(() => Promise.reject(new Problem(409, 'LOCKED')));
  keeper.change(NOISE_7, { mark: 0 });
  await vi.advanceTimersByTimeAsync(0);
  keeper.adopt(SHEET);
  expect(keeper.cell(NOISE_7)).toMatchObject({ state: 'refused', mark: 0, problem: { code: 'LOCKED' } });
  expect(localStorage).toHaveLength(1);
});
