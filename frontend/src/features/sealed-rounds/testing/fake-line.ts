// A line's world on a hand-wound clock: a test scripts what the server says and when the line breaks.
import type { LineSocket, LineWorld } from '../line';
import type { ActFrame, ServerFrame } from '../messages';

export class FakeSocket implements LineSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.onopen = null;
  }
  welcomes(): void {
    this.onopen?.();
    this.says({ type: 'welcome', status: 'open', closes_at: '2026-11-21T08:00:00.000Z', now: '2026-11-21T06:00:00.000Z' });
  }
  says(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  breaks(code = 1006): void {
    this.onclose?.({ code });
  }
  acts(): ActFrame[] {
    return this.sent.filter((frame): frame is ActFrame => /_package$/.test((frame as { type: string }).type));
  }
}

export class FakeWorld implements LineWorld {
  now = 0;
  readonly sockets: FakeSocket[] = [];
  private timers: { at: number; run: () => void }[] = [];

  open(): LineSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  ticket(): Promise<string> {
    return Promise.resolve('ticket');
  }
  monotonic(): number {
    return this.now;
  }
  random(): number {
    return 1;
  }
  later(run: () => void, ms: number): () => void {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  async passes(ms: number): Promise<void> {
    this.now += ms;
    await settled();
    const due = this.timers.filter((timer) => timer.at <= this.now);
    this.timers = this.timers.filter((timer) => timer.at > this.now);
    for (const timer of due) timer.run();
    await settled();
  }
  socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  }
}

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
