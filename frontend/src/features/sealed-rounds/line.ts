// The line to a sealed round: one act at a time gets its one answer, or the word that the line broke before it came.
// It never sends anything twice by itself; who called asks the server first (SCREENS.md LR-32).
import { parseFrame, type ActFrame, type LateNotice, type Receipt, type RoundNews, type ServerFrame } from './messages';

export type LineState = 'connecting' | 'live' | 'reconnecting' | 'ended';

export type Reply =
  | { state: 'receipt'; receipt: Receipt }
  | { state: 'refused'; code: string; detail: Readonly<Record<string, string>>; lateNotice: LateNotice | null }
  | { state: 'problem'; code: string }
  | { state: 'lost' };

export interface LineSocket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export class LineEnd extends Error {}

/** All that is not deterministic, so that a test can wind it by hand. */
export interface LineWorld {
  open(): LineSocket;
  /** Rejects with LineEnd where asking again is useless (401, 403, 404). */
  ticket(): Promise<string>;
  monotonic(): number;
  random(): number;
  later(run: () => void, ms: number): () => void;
}

export interface LineListener {
  state(state: LineState): void;
  news(news: RoundNews, kind: 'welcome' | 'opened' | 'extended' | 'closed' | 'cancelled'): void;
  time(sample: { sentAt: number; receivedAt: number; serverNow: string }): void;
}

const HEARTBEAT_MS = 5_000;
const SILENT_MS = 12_000;
// A package is read, decided and written in well under a second; a busy server takes a few.
const ANSWER_WITHIN_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
// Signed out, no access, replaced by a fourth window of the account.
const ENDS: ReadonlySet<number> = new Set([4401, 4403, 4409]);

export class PackageLine {
  private socket: LineSocket | null = null;
  private welcomed = false;
  private running = false;
  private attempt = 0;
  private era = 0;
  private heardAt = 0;
  private cancelTimer: () => void = () => undefined;
  private cancelBeat: () => void = () => undefined;
  private waiting: (() => void)[] = [];
  private readonly open = new Map<string, (reply: Reply) => void>();

  constructor(
    private readonly world: LineWorld,
    private readonly listener: LineListener,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.listener.state('connecting');
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.cancelTimer();
    this.abandon();
  }

  /** At once instead of after the pause: the network came back, or the tab is looked at again. */
  wake(): void {
    if (!this.running || this.socket !== null) return;
    this.cancelTimer();
    this.connect();
  }

  /** Sends the act once there is a connection; never again by itself. */
  async act(frame: ActFrame): Promise<Reply> {
    while (this.running && !this.welcomed) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const socket = this.socket;
    if (!this.running || socket === null) return { state: 'lost' };
    return new Promise((resolve) => {
      const cancel = this.world.later(() => this.answer(frame.request_id, { state: 'lost' }), ANSWER_WITHIN_MS);
      this.open.set(frame.request_id, (reply) => {
        cancel();
        resolve(reply);
      });
      socket.send(JSON.stringify(frame));
    });
  }

  private answer(requestId: string, reply: Reply): void {
    const told = this.open.get(requestId);
    this.open.delete(requestId);
    told?.(reply);
  }

  private connect(): void {
    const mine = ++this.era;
    this.world.ticket().then(
      (ticket) => {
        if (mine === this.era && this.running) this.greet(mine, ticket);
      },
      (reason: unknown) => {
        if (mine !== this.era || !this.running) return;
        if (reason instanceof LineEnd) this.end();
        else this.retry();
      },
    );
  }

  private greet(mine: number, ticket: string): void {
    const socket = this.world.open();
    this.socket = socket;
    this.heardAt = this.world.monotonic();
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', ticket }));
    socket.onmessage = ({ data }) => {
      if (mine !== this.era || typeof data !== 'string') return;
      this.heardAt = this.world.monotonic();
      const frame = parseFrame(data);
      if (frame !== null) this.hear(frame);
    };
    socket.onclose = ({ code }) => {
      if (mine !== this.era) return;
      if (ENDS.has(code)) this.end();
      else this.drop();
    };
    this.cancelBeat();
    this.beat(mine);
  }

  private hear(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.welcomed = true;
        this.attempt = 0;
        this.listener.state('live');
        this.listener.news(frame, 'welcome');
        this.release();
        return;
      case 'notice':
        return this.listener.news(frame, frame.kind);
      case 'time':
        return this.listener.time({ sentAt: frame.t0, receivedAt: this.heardAt, serverNow: frame.now });
      case 'package_receipt':
        return this.answer(frame.request_id, { state: 'receipt', receipt: frame.receipt });
      case 'package_refused':
        return this.answer(frame.request_id, { state: 'refused', code: frame.code, detail: frame.detail, lateNotice: frame.late_notice });
      case 'package_problem':
        return this.answer(frame.request_id, { state: 'problem', code: frame.code });
    }
  }

  private beat(mine: number): void {
    this.cancelBeat = this.world.later(() => {
      if (mine !== this.era || this.socket === null) return;
      if (this.world.monotonic() - this.heardAt > SILENT_MS) return this.drop();
      // The wire takes whole milliseconds.
      if (this.welcomed) this.socket.send(JSON.stringify({ type: 'time', t0: Math.round(this.world.monotonic()) }));
      this.beat(mine);
    }, HEARTBEAT_MS);
  }

  private drop(): void {
    this.abandon();
    this.retry();
  }

  private retry(): void {
    this.listener.state('reconnecting');
    const bound = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.attempt, 8));
    this.attempt += 1;
    this.cancelTimer = this.world.later(() => this.connect(), bound * this.world.random());
  }

  private end(): void {
    this.running = false;
    this.abandon();
    this.listener.state('ended');
  }

  /** Whatever is on its way has no answer now. */
  private abandon(): void {
    this.era += 1;
    this.cancelBeat();
    const left = this.socket;
    this.socket = null;
    this.welcomed = false;
    left?.close();
    for (const requestId of [...this.open.keys()]) this.answer(requestId, { state: 'lost' });
    if (!this.running) this.release();
  }

  private release(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }
}
