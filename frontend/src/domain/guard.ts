// The graduated guard against slips of the hand (SCREENS.md LR-22, LR-23). Pure, on integers.
// No oracle (LR-24): it takes the bidder's own numbers and the published rules, and nothing that depends on a rival.
import { compare, multiply, scaleOf, subtract, toUnits, type Amount } from './money';

export type GuardLevel = 'send' | 'confirm' | 'retype' | 'blocked';

export type Suspicion =
  | { kind: 'factor'; factor: 10 | 100 | 1000; more: boolean }
  | { kind: 'vat'; rate: string; more: boolean }
  | { kind: 'total_as_unit' }
  | { kind: 'other_lot'; lot: string }
  /** Below what the bidder has set as its own floor on this device (LR-25). */
  | { kind: 'own_floor'; floor: Amount };

export interface GuardInput {
  amount: Amount;
  /** The own last accepted bid; before the first one the published start or ceiling price. */
  reference: Amount;
  /** The least step at this reference, in money. */
  leastStep: Amount;
  basis: 'unit' | 'total';
  quantity: Amount;
  /** The own amounts on the other lots, by lot number: the wrong row. */
  others: readonly { lot: string; amount: Amount }[];
  /** The own walk-away price, known to this device alone. */
  ownFloor?: Amount | null;
}

export interface Verdict {
  level: GuardLevel;
  suspicions: readonly Suspicion[];
}

// Per ten thousand of the reference. The buyer may tighten these, never loosen them.
const CALM_BP = 500n;
const CONFIRM_BP = 2_000n;
const RETYPE_BP = 5_000n;
// A tap of several least steps is a decision, not a slip: five of them are calm even where they pass 5 %.
const CALM_STEPS = 5n;
// How near a quotient must come to count as the pattern: 0.5 %, some last digits typed differently.
const NEAR_BP = 50n;
// 13 % is the general rate of VAT in China, 9 and 6 % the reduced ones.
const VAT_RATES = ['13', '9', '6'] as const;

/** How much care the amount asks for, and which slip it looks like. */
export function judge(input: GuardInput): Verdict {
  const suspicions = suspect(input);
  const byChange = levelOfChange(input);
  if (byChange === 'blocked') return { level: 'blocked', suspicions };
  if (suspicions.some((each) => each.kind === 'factor')) return { level: 'retype', suspicions };
  if (byChange === 'send' && suspicions.length > 0) return { level: 'confirm', suspicions };
  return { level: byChange, suspicions };
}

function levelOfChange({ amount, reference, leastStep }: GuardInput): GuardLevel {
  const scale = Math.max(scaleOf(amount), scaleOf(reference), scaleOf(leastStep));
  const [bid, from, step] = [toUnits(amount, scale), toUnits(reference, scale), toUnits(leastStep, scale)];
  const drop = from - bid;
  if (drop <= 0n) return 'send';
  const steps = step * CALM_STEPS;
  const calm = from * CALM_BP > steps * 10_000n ? from * CALM_BP : steps * 10_000n;
  if (drop * 10_000n > from * RETYPE_BP) return 'blocked';
  if (drop * 10_000n > from * CONFIRM_BP) return 'retype';
  if (drop * 10_000n <= calm) return 'send';
  // A digit less is a slip of the hand only with a large change: 100.00 → 99.70 is a plain step.
  return digits(amount) < digits(reference) ? 'retype' : 'confirm';
}

function digits(amount: Amount): number {
  return (amount.split('.')[0] ?? '').replace(/^0+/, '').length;
}

function suspect(input: GuardInput): Suspicion[] {
  return [...suspectFactor(input), ...suspectTax(input), ...suspectTotal(input), ...suspectRow(input), ...suspectFloor(input)];
}

function suspectFactor({ amount, reference }: GuardInput): Suspicion[] {
  for (const factor of [10, 100, 1000] as const) {
    // A whole power of ten is far off, so a bid some steps lower still counts as the slip.
    if (isNear(multiply(amount, String(factor), scaleOf(amount)), reference, 1_500n)) {
      return [{ kind: 'factor', factor, more: false }];
    }
    if (isNear(amount, multiply(reference, String(factor), scaleOf(reference)), 1_500n)) {
      return [{ kind: 'factor', factor, more: true }];
    }
  }
  return [];
}

function suspectTax({ amount, reference }: GuardInput): Suspicion[] {
  for (const rate of VAT_RATES) {
    const gross = `1.${rate.padStart(2, '0')}`;
    if (isNear(multiply(amount, gross, scaleOf(amount) + 2), reference, NEAR_BP)) return [{ kind: 'vat', rate, more: false }];
    if (isNear(amount, multiply(reference, gross, scaleOf(reference) + 2), NEAR_BP)) return [{ kind: 'vat', rate, more: true }];
  }
  return [];
}

function suspectTotal({ amount, reference, quantity, basis }: GuardInput): Suspicion[] {
  if (basis !== 'unit' || compare(quantity, '1') <= 0) return [];
  const total = multiply(reference, quantity, scaleOf(reference));
  return isNear(amount, total, 1_500n) ? [{ kind: 'total_as_unit' }] : [];
}

function suspectRow({ amount, reference, others }: GuardInput): Suspicion[] {
  if (isNear(amount, reference, CALM_BP)) return [];
  const same = others.find((other) => compare(other.amount, amount) === 0);
  return same === undefined ? [] : [{ kind: 'other_lot', lot: same.lot }];
}

function suspectFloor({ amount, ownFloor }: GuardInput): Suspicion[] {
  return ownFloor !== undefined && ownFloor !== null && compare(amount, ownFloor) < 0 ? [{ kind: 'own_floor', floor: ownFloor }] : [];
}

/** |a − b| ≤ b × bp / 10000. */
function isNear(a: Amount, b: Amount, bp: bigint): boolean {
  const difference = subtract(a, b).replace('-', '');
  const scale = Math.max(scaleOf(difference), scaleOf(b));
  return toUnits(difference, scale) * 10_000n <= toUnits(b, scale) * bp;
}
