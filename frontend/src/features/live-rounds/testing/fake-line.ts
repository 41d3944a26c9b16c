// A room's line on a hand-wound clock: a test scripts what the server says, drops, repeats and reorders.
import type { FeedListener, FeedSocket, FeedWorld, Link, TimeSample } from '../feed';
import type { ClientFrame, ServerFrame } from '../messages';

export class FakeSocket implements FeedSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: ClientFrame[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }
  close(): void {
    this.closed = true;
  }
  opens(): void {
    this.onopen?.();
  }
  says(...frames: ServerFrame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
  breaks(code = 1006): void {
    this.onclose?.({ code });
  }
}

interface Timer {
  at: number;
  run: () => void;
}

export class FakeLine implements FeedWorld, FeedListener {
  now = 0;
  chance = 1;
  tickets: (() => Promise<string>)[] = [];
  ticketsTaken = 0;
  readonly sockets: FakeSocket[] = [];
  readonly heard: ServerFrame[] = [];
  readonly links: Link[] = [];
  readonly samples: TimeSample[] = [];
  losses = 0;
  poll?: () => Promise<string>;
  lastTick: number | null = null;
  private timers: Timer[] = [];

  open(): FeedSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  ticket(): Promise<string> {
    this.ticketsTaken += 1;
    return this.tickets.shift()?.() ?? Promise.resolve(`ticket-${this.ticketsTaken}`);
  }
  monotonic(): number {
    return this.now;
  }
  random(): number {
    return this.chance;
  }
  later(run: () => void, ms: number): () => void {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }
  frame(frame: ServerFrame): void {
    this.heard.push(frame);
    if (frame.type === 'welcome' || frame.type === 'state') this.lastTick = frame.tick;
  }
  link(link: Link): void {
    this.links.push(link);
  }
  lost(): void {
    this.losses += 1;
  }
  time(sample: TimeSample): void {
    this.samples.push(sample);
  }
  tick(): number | null {
    return this.lastTick;
  }

  get state(): string | undefined {
    return this.links.at(-1)?.state;
  }
  socket(place = -1): FakeSocket {
    const socket = this.sockets.at(place);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** Winds the clock; promises settle between the timers. */
  async passes(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    this.now = end;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
