"""A bound from below for large split awards, and who can be left out of them (Lagrange's way with facility location).

The demands of the lots get prices; at any prices the sum is a bound, whatever else is asked of the award. Prices that
are improved a few hundred times come within some thousandths of the best in a fraction of a second, where the linear
program takes half a minute; and by them most suppliers can be shown to be in no award cheaper than a known one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.award.splitting_model import Floats, Ints, Program
from app.domain.splitting import Limit

STEPS: Final = 600
# After so many steps without gain the steps become shorter.
PATIENCE: Final = 12
SHORTER: Final = 1.6
LONGEST_STEP: Final = 1.5
SHORTEST_STEP: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Bound:
    """No award costs less than `value`, in the program's scale; with supplier i in it, less than `having[i]`."""

    value: float
    having: Floats


@dataclass(slots=True)
class _Priced:
    value: float
    # What each supplier saves if it wins, in order of the names; and whether it does.
    gains: Floats
    open: Ints
    slope: Floats


class _Prices:
    """The program seen by its demands' prices."""

    def __init__(self, program: Program, most: int) -> None:
        self.cells, self.most = program.cells, most
        self.count = len(program.demands)
        self.starts = self.cells.groups()
        self.group_supplier = self.cells.supplier[self.starts]
        sizes = np.diff(np.append(self.starts, len(self.cells)))
        self.group_of = np.repeat(np.arange(len(self.starts)), sizes)
        self.suppliers = len(program.names)
        self.entries = program.pattern_entries()
        lots = np.array([lot for lot, _ in program.patterns])
        self.lot_starts = np.concatenate([[0], np.flatnonzero(np.diff(lots)) + 1])
        self.lots = lots
        self.patterns = len(lots)

    def at(self, prices: Floats) -> _Priced:
        """The bound at these prices, and which way they are to be changed."""
        saved = self.cells.cost - prices[self.cells.demand]
        best = np.minimum(np.minimum.reduceat(saved, self.starts), 0.0)
        gains = np.asarray(np.bincount(self.group_supplier, weights=best, minlength=self.suppliers), np.float64)
        opened = np.argsort(gains, kind="stable")[: self.most]
        pattern, demand, parts = self.entries
        worth = np.bincount(pattern, weights=parts * prices[demand], minlength=self.patterns)
        cheapest = np.minimum.reduceat(worth, self.lot_starts)
        least = np.flatnonzero(worth <= cheapest[self.lots])
        _, first = np.unique(self.lots[least], return_index=True)
        is_chosen = np.zeros(self.patterns, np.bool_)
        is_chosen[least[first]] = True
        wanted = np.zeros(self.count)
        taken = is_chosen[pattern]
        np.add.at(wanted, demand[taken], parts[taken])
        is_open = np.zeros(self.suppliers, np.bool_)
        is_open[opened] = True
        is_given = (saved < 0) & (saved <= best[self.group_of]) & is_open[self.cells.supplier]
        given = np.bincount(self.cells.demand[is_given], minlength=self.count)
        value = float(cheapest.sum() + gains[opened].sum())
        return _Priced(value, gains, opened, np.asarray(wanted - given, np.float64))


def bound_of(program: Program, most: int, known: float) -> Bound:
    """The bound for at most so many winners; `known` is the cost of an award that is known, in the program's scale."""
    seen = _Prices(program, most)
    prices = _first_prices(program)
    best, best_prices, step, waited = seen.at(prices), prices, LONGEST_STEP, 0
    for _ in range(STEPS):
        found = seen.at(prices)
        if found.value > best.value + 1e-6 * abs(best.value):
            best, best_prices, waited = found, prices, 0
        else:
            waited += 1
            if waited >= PATIENCE:
                prices, found, step, waited = best_prices, best, step / SHORTER, 0
        length = float(found.slope @ found.slope)
        if length == 0 or step < SHORTEST_STEP:
            break
        prices = prices + step * max(known * 1.0005 - found.value, 0.0) / length * found.slope
    return Bound(best.value, _having(best, most))


def _first_prices(program: Program) -> Floats:
    """Between the lowest and the second lowest cost of each demand."""
    cells = program.cells
    order = np.lexsort((cells.cost, cells.demand))
    starts = np.searchsorted(cells.demand[order], np.arange(len(program.demands)))
    ends = np.append(starts[1:], len(cells))
    second = np.minimum(starts + 1, ends - 1)
    costs = cells.cost[order]
    return np.asarray((costs[starts] + costs[second]) / 2, np.float64)


def _having(best: _Priced, most: int) -> Floats:
    """The bound with a supplier among the winners: in the place of the one who gains least."""
    if most >= len(best.gains):
        return np.full(len(best.gains), best.value)
    last = best.gains[best.open[-1]]
    return np.asarray(best.value + np.maximum(best.gains - last, 0.0), np.float64)


def most_winners(program: Program) -> int:
    """How many may win at most."""
    asked = [int(each.value) for each in program.problem.limits(Limit.MOST)]
    return min([len(program.names), *asked])


def promising(program: Program, most: int) -> list[str]:
    """Suppliers who serve the lots cheaply together: one after the other, then exchanged while that helps. Each lot is
    taken to go to its two lowest of them, in the shares of its shortest pattern."""
    field = _Field(program)
    chosen: list[int] = []
    for _ in range(most):
        chosen.append(field.best_beside(chosen)[0])
    best = field.cost_of(chosen)
    is_better = most < len(program.names)
    while is_better:
        is_better = False
        for out in chosen:
            rest = [each for each in chosen if each != out]
            into, total = field.best_beside(rest)
            if total < best - 1e-9:
                chosen, best, is_better = [*rest, into], total, True
    return [program.names[each] for each in chosen]


class _Field:
    """What every supplier asks for every lot, and in which shares the two lowest would have it."""

    def __init__(self, program: Program) -> None:
        at, lots = {name: place for place, name in enumerate(program.names)}, program.problem.lots
        # No price: dearer than all there are together.
        self.dear = 10.0 * len(lots)
        self.costs = np.full((len(lots), len(program.names)), self.dear)
        shortest: dict[int, float] = {}
        for lot_at, pattern in program.patterns:
            shortest.setdefault(lot_at, float(pattern[0]) / 100)
        self.first = np.array([shortest[row] for row in range(len(lots))])
        for row, lot in enumerate(lots):
            for offer in lot.offers:
                if offer.supplier in at:
                    self.costs[row, at[offer.supplier]] = float(offer.cost / program.scale)

    def _lowest(self, chosen: list[int]) -> tuple[Floats, Floats]:
        held = np.full((len(self.costs), 2), self.dear)
        lowest = np.sort(np.concatenate([self.costs[:, chosen], held], axis=1), axis=1)
        return lowest[:, 0], lowest[:, 1]

    def cost_of(self, chosen: list[int]) -> float:
        """What the lots cost among these."""
        lowest, second = self._lowest(chosen)
        return float((self.first * lowest + (1 - self.first) * second).sum())

    def best_beside(self, chosen: list[int]) -> tuple[int, float]:
        """Who is best taken in beside these, and the cost then."""
        lowest, second = (each[:, None] for each in self._lowest(chosen))
        first = np.minimum(self.costs, lowest)
        other = np.maximum(lowest, np.minimum(self.costs, second))
        other = np.where(self.costs < lowest, lowest, other)
        totals = (self.first[:, None] * first + (1 - self.first[:, None]) * other).sum(axis=0)
        totals[chosen] = np.inf
        into = int(totals.argmin())
        return into, float(totals[into])
