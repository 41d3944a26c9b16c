// What changes of the rules with the format: its own pace, its length, and what does not go with it. Pure; the lengths are
// those of app/domain/formats.
import type { RulesDraft } from './api';

export type Pace = NonNullable<RulesDraft['pace']>;
export type Format = RulesDraft['format'];

interface Timed {
  pace: Pace;
  length: (pace: Pace) => number;
}

/** Before each round of turns (turn_based.py, BREAK). */
const BREAK_S = 5;

/** Formats of a known length; the others close when they say. */
export const TIMED: Partial<Record<Format, Timed>> = {
  turn_based: { pace: { stages: 3, each_s: 60, slots: 6 }, length: ({ stages, each_s, slots }) => stages * (BREAK_S + (slots ?? 1) * each_s) },
  japanese: { pace: { stages: 30, each_s: 30, slots: null }, length: ticksLong },
  dutch: { pace: { stages: 30, each_s: 20, slots: null }, length: ticksLong },
};

function ticksLong({ stages, each_s }: Pace): number {
  return stages * each_s;
}

const OPEN_S = 1800;

export function changeFormat(format: Format): Partial<RulesDraft> {
  const timed = TIMED[format];
  if (timed === undefined) return { format, pace: null, duration_s: OPEN_S };
  // Nobody names an amount where the format does: no decrease to limit, and no best price to tell.
  const priced = timed.pace.slots === null ? { change_limit: null, currencies: null, feedback: 'lead_only' as const, basis: 'price' as const, factors: null } : {};
  // The own turn tells the own rank: a rule that hides it does not go with turns.
  const told = timed.pace.slots === null ? {} : { feedback: 'rank_only' as const };
  return { format, ...priced, ...told, pace: timed.pace, duration_s: timed.length(timed.pace), soft_close: null, auto_bid: false, lots: 'parallel', stagger_s: 0, gap_s: 0 };
}

export function changePace(rules: RulesDraft, part: Partial<Pace>): Partial<RulesDraft> {
  const timed = TIMED[rules.format];
  if (timed === undefined) return {};
  const pace = { ...(rules.pace ?? timed.pace), ...part };
  return { pace, duration_s: timed.length(pace) };
}
