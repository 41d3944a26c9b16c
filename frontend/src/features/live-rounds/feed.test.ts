import { describe, expect, it } from 'vitest';

import { FeedEnd, OFFLINE_AFTER_MS, openFeed, pauseBefore, type Feed } from './feed';
import type { ServerFrame } from './messages';
import { FakeLine } from './testing/fake-line';

const welcome = (tick: number): ServerFrame => ({ type: 'welcome', tick, now: 'n', audience: 'supplier', lots: [], rules_hash: 'h1', broadcasts: [], answers: [] });
const state = (tick: number): ServerFrame => ({ type: 'state', tick, now: 'n', lots: [] });

async function opened(line: FakeLine): Promise<Feed> {
  const feed = openFeed(line, line);
  feed.start();
  await line.passes(0);
  line.socket().opens();
  line.socket().says(welcome(1));
  return feed;
}

describe('connecting', () => {
  it('shows the ticket in the first message and is live only when welcomed', async () => {
    const line = new FakeLine();
    const feed = openFeed(line, line);
    feed.start();
    await line.passes(0);
    line.socket().opens();
    expect(line.socket().sent).toEqual([{ type: 'hello', ticket: 'ticket-1' }]);
    expect(feed.send({ type: 'bid_status', bid_id: 'b1' })).toBe(false);
    line.socket().says(welcome(1));
    expect(line.state).toBe('live');
    expect(feed.send({ type: 'bid_status', bid_id: 'b1' })).toBe(true);
  });

  it('takes five round trips for the clock at once, and again after half a minute', async () => {
    const line = new FakeLine();
    await opened(line);
    await line.passes(1_000);
    expect(line.socket().sent.filter((frame) => frame.type === 'time')).toHaveLength(5);
    line.socket().says({ type: 'time', t0: 600, now: '2026-11-21T06:00:00.000Z' });
    expect(line.samples).toEqual([{ sentAt: 600, serverNow: '2026-11-21T06:00:00.000Z', receivedAt: 1_000 }]);
    expect(line.links.at(-1)?.latencyMs).toBe(400);
  });

  it('gives up for good where asking again is useless', async () => {
    const line = new FakeLine();
    line.tickets = [() => Promise.reject(new FeedEnd('SIGNED_OUT'))];
    openFeed(line, line).start();
    await line.passes(60_000);
    expect(line.links.at(-1)).toMatchObject({ state: 'ended', endCode: 'SIGNED_OUT' });
    expect(line.ticketsTaken).toBe(1);
  });

  it('ends on 4401, 4403 and 4409, comes back on 4008, 1012 and 1006', async () => {
    for (const [code, state] of [[4401, 'ended'], [4403, 'ended'], [4409, 'ended'], [4008, 'reconnecting'], [1012, 'reconnecting'], [1006, 'reconnecting']]) {
      const line = new FakeLine();
      await opened(line);
      line.socket().breaks(Number(code));
      expect(line.state).toBe(state);
    }
  });
});

describe('coming back', () => {
  it('takes a new ticket each time and resumes by the tick', async () => {
    const line = new FakeLine();
    await opened(line);
    line.socket().says(state(2), state(3));
    line.socket().breaks();
    expect(line.losses).toBe(1);
    await line.passes(500);
    line.socket().opens();
    expect(line.socket().sent[0]).toEqual({ type: 'hello', ticket: 'ticket-2', tick: 3 });
    line.socket().says(welcome(9));
    expect(line.links.at(-1)).toMatchObject({ state: 'live', attempt: 0 });
  });

  it('waits longer after each failure, up to a bound, anywhere within it', () => {
    expect([0, 1, 2, 3].map((attempt) => pauseBefore(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(pauseBefore(60, 1)).toBe(15_000);
    expect(pauseBefore(3, 0.25)).toBe(1_000);
  });

  it('counts attempts, says offline after twelve silent seconds, and never stops trying', async () => {
    const line = new FakeLine();
    const feed = await opened(line);
    line.tickets = Array.from({ length: 8 }, () => () => Promise.reject(new Error('no network')));
    line.socket().breaks();
    expect(line.links.at(-1)).toMatchObject({ state: 'reconnecting', attempt: 1 });
    await line.passes(OFFLINE_AFTER_MS);
    expect(line.state).toBe('offline');
    await line.passes(120_000);
    expect(line.ticketsTaken).toBeGreaterThan(9);
    feed.wake();
    await line.passes(0);
    line.socket().opens();
    line.socket().says(welcome(40));
    expect(line.state).toBe('live');
  });

  it('comes back at once when woken', async () => {
    const line = new FakeLine();
    const feed = await opened(line);
    line.socket().breaks();
    feed.wake();
    await line.passes(0);
    expect(line.sockets).toHaveLength(2);
    await line.passes(500);
    expect(line.sockets).toHaveLength(2);
  });

  it('drops a connection that stays without a welcome', async () => {
    const line = new FakeLine();
    openFeed(line, line).start();
    await line.passes(0);
    line.socket().opens();
    await line.passes(9_000);
    expect(line.socket(0).closed).toBe(true);
    expect(line.losses).toBe(0);
  });
});

describe('silence', () => {
  it('is slow after six seconds, lost after twelve, and live again with the next frame', async () => {
    const line = new FakeLine();
    await opened(line);
    await line.passes(5_000);
    expect(line.state).toBe('live');
    await line.passes(2_000);
    expect(line.state).toBe('slow');
    line.socket().says(state(2));
    expect(line.state).toBe('live');
    await line.passes(13_000);
    expect(line.socket(0).closed).toBe(true);
    expect(line.losses).toBe(1);
  });

  it('hears nothing more from a connection it left', async () => {
    const line = new FakeLine();
    await opened(line);
    const left = line.socket();
    left.breaks();
    left.says(state(7));
    left.breaks();
    expect(line.heard).toHaveLength(1);
    expect(line.losses).toBe(1);
  });

  it('skips what it does not understand', async () => {
    const line = new FakeLine();
    await opened(line);
    line.socket().onmessage?.({ data: '{"type":"fireworks"}' });
    line.socket().onmessage?.({ data: 'not json' });
    line.socket().onmessage?.({ data: new ArrayBuffer(3) });
    expect(line.heard).toHaveLength(1);
  });

  it('is final after stop', async () => {
    const line = new FakeLine();
    const feed = await opened(line);
    feed.stop();
    await line.passes(60_000);
    expect(line.socket().closed).toBe(true);
    expect(line.sockets).toHaveLength(1);
  });
});
