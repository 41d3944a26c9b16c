import { describe, expect, it, vi } from 'vitest';

import { ServerClock } from './server-clock';

function clockAt(start: number): { clock: ServerClock; pass: (ms: number) => void } {
  let monotonic = start;
  return { clock: new ServerClock(() => monotonic), pass: (ms) => (monotonic += ms) };
}

describe('the server’s time', () => {
  it('takes the quickest of the round trips', () => {
    const { clock, pass } = clockAt(0);
    clock.addSample({ sentAt: 0, receivedAt: 400, serverNow: 1_000_150 });
    clock.addSample({ sentAt: 500, receivedAt: 520, serverNow: 1_000_700 });
    clock.addSample({ sentAt: 600, receivedAt: 900, serverNow: 1_000_800 });
    pass(1010);
    // Best sample: the server read 1_000_700 at local 510.
    expect(clock.now()).toBe(1_001_200);
    expect(clock.uncertaintyMs()).toBe(10);
  });

  it('runs on the monotonic clock, whatever happens to the wall clock', () => {
    const { clock, pass } = clockAt(100);
    clock.addSample({ sentAt: 100, receivedAt: 100, serverNow: 5_000 });
    vi.spyOn(Date, 'now').mockReturnValue(0);
    pass(250);
    expect(clock.now()).toBe(5_250);
  });

  it('lets old samples go: two minutes of drift count more than a quick trip', () => {
    const { clock } = clockAt(0);
    clock.addSample({ sentAt: 0, receivedAt: 2, serverNow: 1_000 });
    clock.addSample({ sentAt: 130_000, receivedAt: 130_100, serverNow: 131_500 });
    expect(clock.uncertaintyMs()).toBe(50);
  });

  it('drops samples that cannot be', () => {
    const { clock } = clockAt(0);
    clock.addSample({ sentAt: 10, receivedAt: 5, serverNow: 1 });
    clock.addSample({ sentAt: 0, receivedAt: 5, serverNow: Number.NaN });
    expect(clock.isSynced()).toBe(false);
    expect(clock.uncertaintyMs()).toBeNull();
  });

  it('forgets, and tells those who listen', () => {
    const { clock } = clockAt(0);
    const listener = vi.fn();
    const stop = clock.subscribe(listener);
    clock.addSample({ sentAt: 0, receivedAt: 2, serverNow: 1_000 });
    clock.forget();
    stop();
    clock.addSample({ sentAt: 0, receivedAt: 2, serverNow: 1_000 });
    expect(listener).toHaveBeenCalledTimes(2);
    expect(clock.isSynced()).toBe(true);
  });
});
