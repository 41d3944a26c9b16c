// The line to the room (LIVE.md section 3, SCREENS.md LR-30 to LR-34): connect with a one-time ticket in the first
// message, resume by the tick's number, notice silence, come back by itself. It knows nothing of lots or bids.
import { parseFrame, type ClientFrame, type ServerFrame } from './messages';

export type LinkState = 'connecting' | 'live' | 'slow' | 'reconnecting' | 'offline' | 'ended';

export interface Link {
  state: LinkState;
  /** Which attempt to come back is under way; 0 on a standing connection. */
  attempt: number;
  /** The last round trip, null before the first. */
  latencyMs: number | null;
  /** Why no further attempt is made: signed out, no access, the account's sockets are too many. */
  endCode: string | null;
}

export interface TimeSample {
  sentAt: number;
  serverNow: string;
  receivedAt: number;
}

export interface FeedSocket {
  send(text: string): void;
  /** 1000 says that the window is left for good, so that its pen is free at once (LR-36). */
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** All that is not deterministic, so that a test can wind it by hand. */
export interface FeedWorld {
  /** A random name of this window, kept over reconnects: it keeps the pen. */
  readonly seat?: string;
  open(): FeedSocket;
  /** Rejects with an `endCode` of its own when asking again is useless (401, 403, 404). */
  ticket(): Promise<string>;
  /** The last tick over plain HTTP, for as long as no socket can be had (LR-33); only to look at. */
  poll?(): Promise<string>;
  monotonic(): number;
  random(): number;
  later(run: () => void, ms: number): () => void;
}

export interface FeedListener {
  frame(frame: ServerFrame): void;
  link(link: Link): void;
  /** The connection is gone: nothing on its way has an answer. */
  lost(): void;
  time(sample: TimeSample): void;
  /** A state that came over plain HTTP. */
  polled?(frame: ServerFrame): void;
  tick(): number | null;
}

export interface Feed {
  start(): void;
  stop(): void;
  /** False when there is no welcomed connection; the caller keeps the frame. */
  send(frame: ClientFrame): boolean;
  /** At once instead of after the pause: the network came back, or the tab is looked at again. */
  wake(): void;
  /** Five quick round trips, for a fresh offset of the clock (LR-01). */
  measure(): void;
}

export class FeedEnd extends Error {
  readonly endCode: string;
  constructor(endCode: string) {
    super(endCode);
    this.endCode = endCode;
  }
}

// LR-30: heartbeat 5 s, slow after 6 s of silence, offline after 12 s.
export const HEARTBEAT_MS = 5_000;
export const SLOW_AFTER_MS = 6_000;
export const OFFLINE_AFTER_MS = 12_000;
// Silence is looked for once a second; finer would only wake a phone.
const WATCH_MS = 1_000;
// A first message unanswered that long is a dead connection.
const WELCOME_WITHIN_MS = 8_000;
const FIRST_PAUSE_MS = 500;
// After a restart of the service nobody waits longer than this, and full jitter spreads the rest.
const LONGEST_PAUSE_MS = 15_000;
// LR-01: at least five round trips; 150 ms apart they do not queue behind one another.
const SAMPLES = 5;
const SAMPLE_GAP_MS = 150;
const MEASURE_EVERY_MS = 30_000;

// After so many failed attempts the state is asked for over HTTP, this often.
const POLL_AFTER_ATTEMPTS = 2;
const POLL_EVERY_MS = 2_000;
const LEFT = 1000;

const END_CODES: Readonly<Record<number, string>> = {
  4401: 'SIGNED_OUT',
  4403: 'NO_ACCESS',
  // A fourth window of the account took the place of this one; coming back by itself would throw out another.
  4409: 'REPLACED',
};

/** Exponential back-off with full jitter: anywhere between nothing and the bound, so that a thousand rooms do not return as one. */
export function pauseBefore(attempt: number, random: number): number {
  return random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
}

export function openFeed(world: FeedWorld, listener: FeedListener): Feed {
  let socket: FeedSocket | null = null;
  let welcomed = false;
  let running = false;
  let heardAt = world.monotonic();
  let openedAt = 0;
  let beatAt = 0;
  let measuredAt = 0;
  let polledAt = -Infinity;
  // Which connection a late callback belongs to: those of an abandoned one are dropped.
  let era = 0;
  let link: Link = { state: 'connecting', attempt: 0, latencyMs: null, endCode: null };
  let cancelRetry: () => void = () => undefined;
  let cancelWatch: () => void = () => undefined;

  function show(change: Partial<Link>): void {
    const next = { ...link, ...change };
    if (JSON.stringify(next) === JSON.stringify(link)) return;
    link = next;
    listener.link(link);
  }

  function connect(): void {
    const mine = ++era;
    world.ticket().then(
      (ticket) => {
        if (mine === era && running) greet(mine, ticket);
      },
      (reason: unknown) => {
        if (mine !== era || !running) return;
        if (reason instanceof FeedEnd) end(reason.endCode);
        else retry();
      },
    );
  }

  function greet(mine: number, ticket: string): void {
    const opened = world.open();
    socket = opened;
    openedAt = world.monotonic();
    opened.onopen = () => {
      const tick = listener.tick();
      opened.send(JSON.stringify({ type: 'hello', ticket, ...(tick === null ? {} : { tick }), ...(world.seat === undefined ? {} : { seat: world.seat }) } satisfies ClientFrame));
    };
    opened.onmessage = (event) => {
      if (mine === era && typeof event.data === 'string') hear(event.data);
    };
    opened.onclose = (event) => {
      if (mine !== era) return;
      const endCode = END_CODES[event.code];
      if (endCode === undefined) drop();
      else end(endCode);
    };
  }

  function hear(text: string): void {
    const frame = parseFrame(text);
    heardAt = world.monotonic();
    if (frame === null) return;
    if (frame.type === 'time') {
      listener.time({ sentAt: frame.t0, serverNow: frame.now, receivedAt: heardAt });
      show({ latencyMs: Math.max(0, Math.round(heardAt - frame.t0)) });
    }
    if (frame.type === 'welcome') welcome();
    else if (welcomed) show({ state: 'live' });
    listener.frame(frame);
  }

  function welcome(): void {
    welcomed = true;
    show({ state: 'live', attempt: 0, endCode: null });
    measure();
  }

  /** The connection is given up; whatever it still delivers belongs to another era. */
  function abandon(code?: number): void {
    era += 1;
    const left = socket;
    socket = null;
    if (left !== null) left.close(code);
    if (!welcomed) return;
    welcomed = false;
    listener.lost();
  }

  function drop(): void {
    abandon();
    retry();
  }

  function retry(): void {
    const attempt = link.attempt + 1;
    const silent = world.monotonic() - heardAt;
    show({ state: silent >= OFFLINE_AFTER_MS ? 'offline' : 'reconnecting', attempt });
    cancelRetry();
    cancelRetry = world.later(connect, pauseBefore(attempt - 1, world.random()));
  }

  function end(endCode: string): void {
    abandon();
    running = false;
    cancelRetry();
    cancelWatch();
    show({ state: 'ended', endCode });
  }

  function watch(): void {
    cancelWatch = world.later(watch, WATCH_MS);
    const now = world.monotonic();
    const silent = now - heardAt;
    if (silent >= OFFLINE_AFTER_MS && link.state === 'reconnecting') show({ state: 'offline' });
    if (!welcomed && link.attempt >= POLL_AFTER_ATTEMPTS && now - polledAt >= POLL_EVERY_MS) poll(now);
    if (socket === null) return;
    if (!welcomed) {
      if (now - openedAt >= WELCOME_WITHIN_MS) drop();
      return;
    }
    if (silent >= OFFLINE_AFTER_MS) return drop();
    if (silent >= SLOW_AFTER_MS) show({ state: 'slow' });
    if (now - measuredAt >= MEASURE_EVERY_MS) measure();
    else if (now - beatAt >= HEARTBEAT_MS) beat();
  }

  function poll(now: number): void {
    polledAt = now;
    world.poll?.().then(
      (text) => {
        const frame = welcomed || !running ? null : parseFrame(text);
        if (frame?.type === 'state') listener.polled?.(frame);
      },
      // Offline altogether: the next turn asks again.
      () => undefined,
    );
  }

  function beat(): void {
    beatAt = world.monotonic();
    // The wire takes whole milliseconds.
    send({ type: 'time', t0: Math.round(beatAt) });
  }

  function measure(): void {
    measuredAt = world.monotonic();
    const mine = era;
    for (let each = 0; each < SAMPLES; each += 1) {
      world.later(() => {
        if (mine === era) beat();
      }, each * SAMPLE_GAP_MS);
    }
  }

  function send(frame: ClientFrame): boolean {
    if (socket === null || !welcomed) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  return {
    start() {
      if (running) return;
      running = true;
      heardAt = world.monotonic();
      connect();
      cancelWatch = world.later(watch, WATCH_MS);
    },
    stop() {
      running = false;
      cancelRetry();
      cancelWatch();
      abandon(LEFT);
    },
    send,
    wake() {
      if (!running) return;
      if (socket === null) {
        cancelRetry();
        connect();
      } else if (welcomed) measure();
    },
    measure,
  };
}
