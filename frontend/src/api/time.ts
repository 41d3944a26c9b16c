// Feeds the server clock from GET /api/time: five round trips, again every 30 s and on return to the page (SCREENS.md LR-01, LR-02).

import { ROUND_TRIPS, serverClock } from '@/domain/server-clock';

import { api, unwrap } from './client';

const EVERY_MS = 30_000;
// Round trips one after another, so that they do not slow each other down.
const BETWEEN_MS = 60;

async function measureOnce(): Promise<void> {
  const sentAt = performance.now();
  const { now } = await unwrap(api.GET('/api/time'));
  serverClock.addSample({ sentAt, receivedAt: performance.now(), serverNow: new Date(now).getTime() });
}

/** Five round trips; a failed one leaves the clock as it was. */
export async function measureClock(trips = ROUND_TRIPS): Promise<void> {
  for (let trip = 0; trip < trips; trip += 1) {
    try {
      await measureOnce();
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}

/** Measures now, every 30 s, and anew when the page is shown again. Returns how to stop. */
export function keepClock(): () => void {
  const again = () => void measureClock(serverClock.isSynced() ? 2 : ROUND_TRIPS);
  const onShown = () => {
    if (document.visibilityState !== 'visible') return;
    // Browsers slow background tabs and machines sleep: the old samples say nothing any more.
    serverClock.forget();
    again();
  };
  again();
  const timer = setInterval(again, EVERY_MS);
  document.addEventListener('visibilitychange', onShown);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onShown);
  };
}
