import { describe, expect, it } from 'vitest';

import { PackageLine, type LineState } from './line';
import type { WithdrawFrame } from './messages';
import { FakeWorld, settled } from './testing/fake-line';

const FRAME: WithdrawFrame = { type: 'withdraw_package', request_id: 'r1', lot_id: 'l1', rev: 2 };

async function started() {
  const world = new FakeWorld();
  const states: LineState[] = [];
  const news: string[] = [];
  const line = new PackageLine(world, { state: (state) => states.push(state), news: (_, kind) => news.push(kind), time: () => undefined });
  line.start();
  await settled();
  return { world, line, states, news };
}

describe('the line to a sealed round', () => {
  it('sends an act once it is welcomed and gives its one answer', async () => {
    const { world, line, states } = await started();
    const reply = line.act(FRAME);
    expect(world.socket().acts()).toEqual([]);
    world.socket().welcomes();
    await settled();
    expect(world.socket().acts()).toEqual([FRAME]);
    world.socket().says({ type: 'package_refused', request_id: 'r1', code: 'LATE', detail: {}, now: '', late_notice: null });
    expect(await reply).toEqual({ state: 'refused', code: 'LATE', detail: {}, lateNotice: null });
    expect(states).toEqual(['connecting', 'live']);
  });

  it('says that an act is lost when the line breaks, comes back, and sends nothing again', async () => {
    const { world, line, states } = await started();
    world.socket().welcomes();
    const reply = line.act(FRAME);
    await settled();
    world.socket().breaks();
    expect(await reply).toEqual({ state: 'lost' });
    await world.passes(500);
    world.socket().welcomes();
    expect(world.sockets).toHaveLength(2);
    expect(world.socket().acts()).toEqual([]);
    expect(states.slice(-2)).toEqual(['reconnecting', 'live']);
  });

  it('gives up silence and an act without an answer', async () => {
    const { world, line } = await started();
    world.socket().welcomes();
    const reply = line.act(FRAME);
    await world.passes(5_000);
    await world.passes(5_000);
    await world.passes(5_000);
    expect(await reply).toEqual({ state: 'lost' });
  });

  it('tells what moves, and ends for good when signed out', async () => {
    const { world, states, news } = await started();
    world.socket().welcomes();
    world.socket().says({ type: 'notice', kind: 'extended', params: {}, at: '', status: 'open', closes_at: '' });
    world.socket().breaks(4401);
    expect(news).toEqual(['welcome', 'extended']);
    expect(states.at(-1)).toBe('ended');
  });
});
