// The room session of one round for React: made on entering, ended on leaving, woken when the tab or the network returns.
import { useEffect, useState, useSyncExternalStore } from 'react';

import { serverClock } from '@/domain/server-clock';

import type { Utterance } from './announcer';
import { browserLine, newBidId } from './browser-line';
import type { FeedWorld } from './feed';
import type { LotTimes } from './messages';
import { deviceStore, type BidStore } from './outbox-keeper';
import { RoomSession, type RoomView } from './room-session';
import type { Blend } from './standing';

interface RoomOptions<Lot extends LotTimes> {
  roundId: string;
  /** Whose bids the device keeps; null for those who only watch. */
  owner: string | null;
  lotName: (lotId: string) => string;
  say: (utterances: readonly Utterance[]) => void;
  blend?: Blend<Lot>;
  /** Another line than the round's own: the practice room's. */
  line?: FeedWorld;
}

// A glance at another window is no sleep.
const STALE_AFTER_MS = 10_000;

const NO_STORE: BidStore = { list: () => [], put: () => undefined, remove: () => undefined };

export interface Room<Lot extends LotTimes> {
  session: RoomSession<Lot>;
  view: RoomView<Lot>;
}

export function useRoom<Lot extends LotTimes>(options: RoomOptions<Lot>): Room<Lot> {
  // One session for the life of the screen; the page gives a new key for another round.
  const [session] = useState(
    () =>
      new RoomSession<Lot>(
        {
        world: options.line ?? browserLine(options.roundId),
        clock: serverClock,
        store: options.owner === null ? NO_STORE : deviceStore(localStorage, `${options.owner}.${options.roundId}`),
        newId: newBidId,
        say: options.say,
        lotName: options.lotName,
        },
        options.blend === undefined ? {} : { blend: options.blend },
      ),
  );
  useEffect(() => {
    session.start();
    let hiddenAt: number | null = null;
    const wake = () => {
      if (document.visibilityState !== 'visible') {
        hiddenAt = performance.now();
        return;
      }
      // A browser lets a hidden page's timers and clock stand: what was measured before may be wrong (LR-02, LR-42).
      if (hiddenAt !== null && performance.now() - hiddenAt > STALE_AFTER_MS) serverClock.forget();
      hiddenAt = null;
      session.wake();
    };
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      session.stop();
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
    };
  }, [session]);
  return { session, view: useSyncExternalStore(session.subscribe, session.view) };
}
