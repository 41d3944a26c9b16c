"""A split award as a mixed-integer program: the arrays that HiGHS takes. Floats, scaled; figures are never read off it.

Strong form: a share of a lot goes to a supplier only if that supplier is one of the winners, one row for each lot and
supplier (as in facility location), and what a winner may have at most is bound to its winning. Shares that occur twice
in a pattern are one column with a demand of two, so that equal parts have no order. Winners are columns only where a
constraint counts them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import highspy
import numpy as np
import numpy.typing as npt

from app.domain.split_award import Award, Part, cheapest_among, in_order
from app.domain.splitting import Constraint, Limit, SplitLot, SplitProblem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# What counts winners; and what asks more of the parts than to be cheapest, so that a part must be a whole one.
COUNTING = frozenset({Limit.LEAST, Limit.MOST, Limit.SHARE_FLOOR})
WEIGHING = frozenset({Limit.LEAST, Limit.SHARE_CAP, Limit.SHARE_FLOOR, Limit.CAPACITY, Limit.BUDGET, Limit.QUALITY})
INFINITY = highspy.kHighsInf


@dataclass(slots=True)
class Rows:
    """Rows as they are added: bounds, and entries by row and column."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)

    def add(self, columns: Ints, values: Floats, *, lower: float = -INFINITY, upper: float = INFINITY) -> None:
        """One row."""
        self.extend(np.zeros(len(columns), np.int64), columns, values, lower=[lower], upper=[upper])

    def extend(self, rows: Ints, columns: Ints, values: Floats, *, lower: list[float], upper: list[float]) -> None:
        """Several rows, counted from 0."""
        self.rows.append(rows + len(self.lower))
        self.columns.append(columns)
        self.values.append(values)
        self.lower += lower
        self.upper += upper


@dataclass(slots=True)
class Cells:
    """The columns of shares, one for each lot, supplier and share of a pattern, in this order."""

    lot: Ints
    supplier: Ints
    # The row of demand: a lot and a share.
    demand: Ints
    cost: Floats
    # Of the whole volume, as a fraction; and the share itself.
    volume: Floats
    share: Floats
    quality: Floats

    def __len__(self) -> int:
        return len(self.lot)

    def groups(self) -> Ints:
        """Where each lot and supplier begins."""
        changes = (np.diff(self.lot) != 0) | (np.diff(self.supplier) != 0)
        return np.concatenate([[0], np.flatnonzero(changes) + 1]) if len(self) else np.zeros(0, np.int64)


@dataclass(slots=True)
class Program:
    """A problem in columns: shares, then patterns, then winners."""

    problem: SplitProblem
    names: tuple[str, ...]
    # What one unit of the objective is in money.
    scale: Decimal
    cells: Cells
    shares: list[Decimal]
    demands: list[tuple[int, Decimal]]
    # {lot: its patterns}; the demand rows of each pattern and how many parts each asks for.
    patterns: list[tuple[int, tuple[Decimal, ...]]]
    wins: bool

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.cells) + len(self.patterns) + (len(self.names) if self.wins else 0)

    def pattern_entries(self) -> tuple[Ints, Ints, Floats]:
        """(pattern, demand, parts) of every pattern."""
        known = {each: at for at, each in enumerate(self.demands)}
        found = [
            (at, known[lot, share], float(pattern.count(share)))
            for at, (lot, pattern) in enumerate(self.patterns)
            for share in dict.fromkeys(pattern)
        ]
        at, demand, parts = zip(*found, strict=True)
        return np.array(at, np.int64), np.array(demand, np.int64), np.array(parts)

    @property
    def weighs(self) -> bool:
        """Whether a part must be a whole one; else the winners alone say what is cheapest."""
        return any(each.limit in WEIGHING for each in self.problem.constraints)

    def award_of(self, values: Floats) -> Award | None:
        """The award behind a solution."""
        size = len(self.cells)
        if not self.weighs:
            won = values[self.width - len(self.names) :] > 0.5 if self.wins else np.ones(len(self.names), np.bool_)
            return cheapest_among(self.problem, {name for name, is_won in zip(self.names, won, strict=True) if is_won})
        found: dict[str, list[Part]] = {lot.id: [] for lot in self.problem.lots}
        for at in np.flatnonzero(values[:size] > 0.5):
            lot = self.problem.lots[self.cells.lot[at]].id
            found[lot].append(Part(self.names[self.cells.supplier[at]], self.shares[at]))
        return {lot: in_order(parts) for lot, parts in found.items()}

    def values_of(self, award: Award) -> Floats:
        """An award as values of the columns, to begin from; who is not among the names is left out."""
        values, names = np.zeros(self.width), {name: at for at, name in enumerate(self.names)}
        held = {
            (at, names.get(part.supplier), part.share)
            for at, lot in enumerate(self.problem.lots)
            for part in award[lot.id]
        }
        for at in range(len(self.cells)):
            key = (int(self.cells.lot[at]), int(self.cells.supplier[at]), self.shares[at])
            if key in held:
                values[at] = 1.0
                if self.wins:
                    values[self.width - len(self.names) + key[1]] = 1.0
        for at, (lot, pattern) in enumerate(self.patterns):
            taken = tuple(part.share for part in award[self.problem.lots[lot].id])
            values[len(self.cells) + at] = float(taken == pattern)
        return values


def program_of(
    problem: SplitProblem, among: Collection[str] | None = None, lowest: int | None = None
) -> Program | None:
    """The columns of a problem, for these suppliers only where they are named, for so many of the lowest offers of each
    lot only where a number is; None where some lot can be awarded in no shares at all."""
    names = tuple(each for each in problem.suppliers if among is None or each in among)
    at_name = {name: at for at, name in enumerate(names)}
    whole = sum((lot.lowest for lot in problem.lots), Decimal(0))
    scale = whole / len(problem.lots)
    demands: list[tuple[int, Decimal]] = []
    patterns: list[tuple[int, tuple[Decimal, ...]]] = []
    rows: list[tuple[int, int, int, float, float, float, float]] = []
    shares: list[Decimal] = []
    for at, lot in enumerate(problem.lots):
        allowed = problem.patterns_of(lot)
        if not allowed:
            return None
        patterns += [(at, pattern) for pattern in allowed]
        first = len(demands)
        demands += [(at, share) for share in sorted({share for pattern in allowed for share in pattern}, reverse=True)]
        asked = [(first + place, share, float(share) / 100) for place, (_, share) in enumerate(demands[first:])]
        weight = float(lot.lowest / whole)
        priced = lot.offers if lowest is None else sorted(lot.offers, key=lambda offer: offer.cost)[:lowest]
        for offer in sorted(priced, key=lambda offer: at_name.get(offer.supplier, -1)):
            supplier = at_name.get(offer.supplier)
            if supplier is None:
                continue
            cost, quality = float(offer.cost / scale), float(offer.quality or 0)
            for demand, share, part in asked:
                rows.append((at, supplier, demand, cost * part, weight * part, part, quality))
                shares.append(share)
    table = np.array(rows, np.float64).reshape(len(rows), 7).T
    lots, suppliers, demand = (column.astype(np.int64) for column in table[:3])
    cells = Cells(lots, suppliers, demand, cost=table[3], volume=table[4], share=table[5], quality=table[6])
    wins = any(each.limit in COUNTING for each in problem.constraints)
    return Program(problem, names, scale, cells, shares, demands, patterns, wins)


def model_of(program: Program, *, slack: float = 0.0) -> highspy.HighsLp:
    """The program in HiGHS's form. `slack` tightens what weighs, for a solution that failed the exact check by the
    solver's tolerance."""
    rows = _award_rows(program)
    for each in program.problem.constraints:
        _constraint_rows(program, rows, each, slack)
    return _highs(program, rows)


def _award_rows(program: Program) -> Rows:
    """Every demand is met; one pattern a lot; parts of a lot to different suppliers, and to winners alone."""
    rows, cells, size = Rows(), program.cells, len(program.cells)
    pattern, demand, parts = program.pattern_entries()
    count = len(program.demands)
    rows.extend(
        np.concatenate([cells.demand, demand]),
        np.concatenate([np.arange(size), size + pattern]),
        np.concatenate([np.ones(size), -parts]),
        lower=[0.0] * count,
        upper=[0.0] * count,
    )
    lots = np.array([lot for lot, _ in program.patterns], np.int64)
    ones = [1.0] * len(program.problem.lots)
    rows.extend(lots, size + np.arange(len(lots)), np.ones(len(lots)), lower=ones, upper=ones)
    starts = cells.groups()
    group = np.zeros(size, np.int64)
    group[starts[1:]] = 1
    group = np.cumsum(group)
    told, upper = [(group, np.arange(size), np.ones(size))], 1.0
    if program.wins:
        wins = program.width - len(program.names)
        told.append((np.arange(len(starts)), wins + cells.supplier[starts], -np.ones(len(starts))))
        upper = 0.0
    several = program.wins or len(program.demands) > len(program.problem.lots)
    if several and len(starts):
        held, columns, values = (np.concatenate(parts) for parts in zip(*told, strict=True))
        rows.extend(held, columns, values, lower=[-INFINITY] * len(starts), upper=[upper] * len(starts))
    return rows


def _constraint_rows(program: Program, rows: Rows, each: Constraint, slack: float) -> None:
    cells, value, wins = program.cells, float(each.value), program.width - len(program.names)
    winners = np.arange(len(program.names))
    covers = np.array([each.covers(lot.id) for lot in program.problem.lots])
    held = np.flatnonzero(covers[cells.lot])
    match each.limit:
        case Limit.LEAST:
            rows.add(wins + winners, np.ones(len(winners)), lower=value)
            # Whoever counts must have something.
            for name in winners:
                own = np.flatnonzero(cells.supplier == name)
                rows.add(np.append(own, wins + name), np.append(-np.ones(len(own)), 1.0), upper=0.0)
        case Limit.MOST:
            rows.add(wins + winners, np.ones(len(winners)), upper=value)
        case Limit.SHARE_CAP | Limit.CAPACITY:
            _capped(program, rows, each, slack)
        case Limit.SHARE_FLOOR:
            for name in winners:
                own = np.flatnonzero(cells.supplier == name)
                floor = value / 100 * (1 + slack)
                rows.add(np.append(own, wins + name), np.append(cells.volume[own], -floor), lower=0.0)
        case Limit.BUDGET:
            budget = float(each.value / program.scale)
            most = max(budget, 1.0)
            rows.add(held, cells.cost[held] / most, upper=budget / most * (1 - slack))
        case Limit.QUALITY:
            rows.add(held, cells.volume[held] * cells.quality[held] / 100, lower=value / 100 * (1 + slack))
        case _:
            # What a lot may be split into is in the patterns.
            pass


def _capped(program: Program, rows: Rows, each: Constraint, slack: float) -> None:
    """What one supplier may have at most: of the volume, or of a quantity; nothing where it is no winner."""
    cells, wins = program.cells, program.width - len(program.names)
    covers = np.array([each.covers(lot.id) for lot in program.problem.lots])
    quantities = np.array([_relative(lot, program.problem.lots) for lot in program.problem.lots])
    most = float(each.value) / 100
    used = cells.volume
    if each.limit is Limit.CAPACITY:
        most = float(each.value / max(lot.quantity for lot in program.problem.lots))
        used = cells.share * quantities[cells.lot] if len(cells) else cells.share
    most *= 1 - slack
    for at, name in enumerate(program.names):
        if each.supplier not in (None, name):
            continue
        own = np.flatnonzero((cells.supplier == at) & covers[cells.lot])
        if program.wins:
            rows.add(np.append(own, wins + at), np.append(used[own], -most), upper=0.0)
        else:
            rows.add(own, used[own], upper=most)


def _relative(lot: SplitLot, lots: tuple[SplitLot, ...]) -> float:
    return float(lot.quantity / max(each.quantity for each in lots))


def _highs(program: Program, rows: Rows) -> highspy.HighsLp:
    size, width = len(program.cells), program.width
    row, column, value = np.concatenate(rows.rows), np.concatenate(rows.columns), np.concatenate(rows.values)
    order = np.lexsort((row, column))
    starts = np.zeros(width + 1, np.int64)
    starts[1:] = np.cumsum(np.bincount(column, minlength=width))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = width, len(rows.lower)
    lp.col_cost_ = np.concatenate([program.cells.cost, np.zeros(width - size)])
    lp.col_lower_, lp.col_upper_ = np.zeros(width), np.ones(width)
    lp.row_lower_, lp.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, row[order], value[order]
    kinds: Mapping[bool, highspy.HighsVarType] = {
        True: highspy.HighsVarType.kInteger,
        False: highspy.HighsVarType.kContinuous,
    }
    lp.integrality_ = [kinds[program.weighs]] * size + [kinds[True]] * (width - size)
    return lp
