// What the rules and the guard say of an amount on a lot, before it is sent: the same for the field and for the rows of the grid.
import { boundsOf, highestFirst, type Bounds } from '@/domain/bidding';
import { judge, type Verdict } from '@/domain/guard';
import type { Amount } from '@/domain/money';

import type { LotView } from './lot-view';
import { privateFloor } from './private-floor';
import type { RoundInfo } from './room-data';

/** Our arithmetic, and the server's word for the next valid amount where it differs. */
export function boundsFor(info: RoundInfo, { facts, state }: LotView): Bounds | null {
  const bounds = boundsOf(info.rules, facts, state.own_amount, state.best);
  return bounds === null || state.next_valid === null ? null : { ...bounds, highest: state.next_valid };
}

/** What an amount is compared with: the own last bid, before it the published price. */
export function referenceOf({ facts, state }: LotView): Amount {
  return state.own_amount ?? highestFirst(facts);
}

export function guardFor(lots: readonly LotView[], lot: LotView, bounds: Bounds | null, amount: Amount): Verdict {
  return judge({
    amount,
    reference: referenceOf(lot),
    leastStep: bounds?.leastStep ?? '0',
    basis: lot.facts.basis,
    quantity: lot.facts.quantity,
    others: lots.flatMap((other) =>
      other.facts.id !== lot.facts.id && other.state.own_amount !== null ? [{ lot: String(other.facts.number), amount: other.state.own_amount }] : [],
    ),
    ownFloor: privateFloor(lot.facts.id),
  });
}
