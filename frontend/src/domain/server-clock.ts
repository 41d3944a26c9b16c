// The server's time in the browser (SCREENS.md LR-01, LR-02): offset from round trips, the quickest of the last ones wins.
// Between samples the local monotonic clock carries it; Date.now() never decides a deadline.

export interface ClockSample {
  /** performance.now() in ms when the question left and when the answer was here. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** The server's instant in ms since 1970, as answered. */
  readonly serverNow: number;
}

/** The first measurement takes this many round trips. */
export const ROUND_TRIPS = 5;
// Two machines drift apart by some 50 ppm: in two minutes 6 ms, less than what a fresh round trip leaves open.
const KEPT_MS = 120_000;
const KEPT_SAMPLES = 16;

export class ServerClock {
  #samples: ClockSample[] = [];
  readonly #monotonic: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Takes one round trip into account. A sample that arrived before it left is dropped. */
  addSample(sample: ClockSample): void {
    if (!Number.isFinite(sample.serverNow) || sample.receivedAt < sample.sentAt) return;
    const oldest = sample.receivedAt - KEPT_MS;
    this.#samples = [...this.#samples, sample].filter((kept) => kept.receivedAt >= oldest).slice(-KEPT_SAMPLES);
    this.#tell();
  }

  /** After sleep, reconnect or return to the tab: what was measured before may be wrong. */
  forget(): void {
    this.#samples = [];
    this.#tell();
  }

  /** Milliseconds since 1970 on the server's clock; the machine's own clock only until the first sample. */
  now(): number {
    const best = this.#best();
    if (best === undefined) return Date.now();
    return best.serverNow + (this.#monotonic() - (best.sentAt + best.receivedAt) / 2);
  }

  /** Half the round trip of the sample in use, or null while nothing is measured. */
  uncertaintyMs(): number | null {
    const best = this.#best();
    return best === undefined ? null : (best.receivedAt - best.sentAt) / 2;
  }

  /** How far the machine's own clock is off, ahead of the server's where positive: to tell its owner, and for nothing else. */
  machineOffMs(): number {
    return Date.now() - this.now();
  }

  /** True once a sample is in use. */
  isSynced(): boolean {
    return this.#samples.length > 0;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #best(): ClockSample | undefined {
    return this.#samples.reduce<ClockSample | undefined>((best, sample) => {
      if (best === undefined) return sample;
      return sample.receivedAt - sample.sentAt < best.receivedAt - best.sentAt ? sample : best;
    }, undefined);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The one clock of the page; fed by api/time.ts and, in a room, by the socket. */
export const serverClock = new ServerClock();
