// The practice room's line: the room's own, which can be cut on purpose after the next bid (SCREENS.md SP-05). While it is cut
// the page goes through everything it does on a broken line; underneath the socket stands, so that the toy lot is still there.
import { browserLine } from './browser-line';
import type { FeedSocket, FeedWorld } from './feed';

/** Hex of "practice", as in app/live_rounds/practice.py. */
export const PRACTICE_ID = '70726163746963650000000000000000';
// Long enough to read what the room says of a lost connection.
export const OUTAGE_MS = 4_000;

export interface PracticeLine extends FeedWorld {
  /** The next bid goes out and its answer does not come back. */
  arm(): void;
}

export function practiceLine(under: FeedWorld = browserLine(PRACTICE_ID)): PracticeLine {
  let real: FeedSocket | null = null;
  let shown: FeedSocket | null = null;
  let isArmed = false;
  let cutAt: number | null = null;

  function cut(): void {
    const gone = shown;
    shown = null;
    cutAt = under.monotonic();
    gone?.onclose?.({ code: 1006 });
  }

  function face(): FeedSocket {
    const made: FeedSocket = {
      send(text) {
        if (made !== shown) return;
        real?.send(text);
        if (!isArmed || !text.includes('"place_bid"')) return;
        isArmed = false;
        cut();
      },
      close(code) {
        if (made === shown) real?.close(code);
      },
      onopen: null,
      onmessage: null,
      onclose: null,
    };
    shown = made;
    return made;
  }

  function connect(): FeedSocket {
    const opened = under.open();
    real = opened;
    const made = face();
    opened.onopen = () => shown?.onopen?.();
    opened.onmessage = (event) => shown?.onmessage?.(event);
    opened.onclose = (event) => {
      if (real === opened) real = null;
      cutAt = null;
      shown?.onclose?.(event);
    };
    return made;
  }

  return {
    ...under,
    ticket: () => (real === null ? under.ticket() : Promise.resolve('practice')),
    open() {
      if (real === null || cutAt === null) return connect();
      const made = face();
      const wait = Math.max(0, cutAt + OUTAGE_MS - under.monotonic());
      cutAt = null;
      under.later(() => made.onopen?.(), wait);
      return made;
    },
    arm: () => {
      isArmed = true;
    },
  };
}
