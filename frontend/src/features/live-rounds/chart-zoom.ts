// What part of time the chart shows, by buttons (CK-02; WCAG 2.5.7: nothing needs dragging). Pure.

export type Span = 'so_far' | 'whole' | 'last_10' | 'last_3';

export const SPANS: readonly Span[] = ['so_far', 'whole', 'last_10', 'last_3'];
const LENGTHS = { last_10: 600_000, last_3: 180_000 } as const;
// Room at the right for what comes next.
const ROOM = 0.1;
const SHORTEST_MS = 30_000;
// Each press of a button: twice as near or far, half a screen aside.
const NEARER = 0.5;
const ASIDE = 0.5;
// Around an instant somebody came to see.
const LOOK_MS = 120_000;

export interface Lived {
  opens: number;
  present: number;
  end: number;
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** A span that moves with time, or a range somebody chose, which stands. */
export type Zoom = Span | TimeRange;

export function rangeOf(zoom: Zoom, { opens, present, end }: Lived): TimeRange {
  if (typeof zoom !== 'string') return zoom;
  if (zoom === 'whole') return { fromMs: opens, toMs: end };
  const length = zoom === 'so_far' ? Math.max(60_000, present - opens) : LENGTHS[zoom];
  return { fromMs: present - length, toMs: present + length * ROOM };
}

export type ZoomStep = 'in' | 'out' | 'earlier' | 'later';

/** The range after a press of a button; never shorter than half a minute, never outside the round. */
export function stepped(range: TimeRange, step: ZoomStep, lived: Lived): TimeRange {
  const length = range.toMs - range.fromMs;
  const whole = Math.max(lived.end - lived.opens, SHORTEST_MS);
  if (step === 'in' || step === 'out') {
    const wanted = Math.min(Math.max(length * (step === 'in' ? NEARER : 1 / NEARER), SHORTEST_MS), whole);
    const middle = (range.fromMs + range.toMs) / 2;
    return inside({ fromMs: middle - wanted / 2, toMs: middle + wanted / 2 }, lived);
  }
  const by = length * ASIDE * (step === 'later' ? 1 : -1);
  return inside({ fromMs: range.fromMs + by, toMs: range.toMs + by }, lived);
}

export function lookedAt(atMs: number, lived: Lived): TimeRange {
  return inside({ fromMs: atMs - LOOK_MS, toMs: atMs + LOOK_MS }, lived);
}

function inside({ fromMs, toMs }: TimeRange, { opens, end }: Lived): TimeRange {
  const by = fromMs < opens ? opens - fromMs : toMs > end ? Math.max(end - toMs, opens - fromMs) : 0;
  return { fromMs: fromMs + by, toMs: toMs + by };
}
