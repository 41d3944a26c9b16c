"""What an award in shares costs and whether it keeps to every constraint: exact, whoever proposed it.

The official figures of SCREENS.md DR-05. A solver works in floats; nothing of its is shown that fails here. Amounts are
added unrounded and rounded once, where they are shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.money import EXACT, HUNDRED
from app.domain.splitting import Constraint, Limit, Pattern, SplitLot, SplitOffer, SplitProblem


@dataclass(frozen=True, slots=True)
class Part:
    """A supplier's share of a lot, in percent."""

    supplier: str
    share: Decimal


# {lot: its parts, the largest first}.
Award = Mapping[str, tuple[Part, ...]]
# Whoever has more of the volume is a dependency (SCREENS.md DR-05, risk notes).
DEPENDENCY_PERCENT: Final = Decimal(50)


@dataclass(frozen=True, slots=True)
class SupplierSide:
    """What one supplier has of an award. `volume` in percent of the whole."""

    supplier: str
    cost: Decimal
    volume: Fraction
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An award as it is: exact costs, who has what, which constraints it breaks."""

    cost: Decimal
    lot_costs: Mapping[str, Decimal]
    suppliers: tuple[SupplierSide, ...]
    # Weighted by the lots' lowest offers; None where some winner has no points.
    quality: Fraction | None
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """A note: a lot hangs on one supplier, or much of the volume does."""

    code: str
    lot: str | None = None
    supplier: str | None = None
    percent: Fraction | None = None


def shares_of(parts: Iterable[Part]) -> Pattern:
    """The shares of a lot's parts, the largest first."""
    return tuple(sorted((part.share for part in parts), reverse=True))


def part_cost(offer: SplitOffer, share: Decimal) -> Decimal:
    """What a share of a lot costs at an offer. Exact."""
    return EXACT.divide(EXACT.multiply(offer.cost, share), HUNDRED)


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of a lot, the largest first."""
    return tuple(sorted(parts, key=lambda part: (-part.share, part.supplier)))


def cheapest_among(problem: SplitProblem, winners: Collection[str]) -> Award | None:
    """The cheapest award to these suppliers alone, every lot by itself: the larger share to the lower offer. None where
    some lot cannot be awarded. Keeps to what a lot may be split into, and to nothing else."""
    award = {}
    for lot in problem.lots:
        able = sorted((offer for offer in lot.offers if offer.supplier in winners), key=lambda offer: offer.cost)
        tried = [pattern for pattern in problem.patterns_of(lot) if len(pattern) <= len(able)]
        if not tried:
            return None
        pattern = min(tried, key=lambda one: _pattern_cost(one, able))
        award[lot.id] = in_order(Part(able[at].supplier, share) for at, share in enumerate(pattern))
    return award


def _pattern_cost(pattern: Pattern, able: Sequence[SplitOffer]) -> Decimal:
    total = Decimal(0)
    for at, share in enumerate(pattern):
        total = EXACT.add(total, part_cost(able[at], share))
    return total


def is_award(problem: SplitProblem, award: Award) -> bool:
    """Whether every lot is given away once, in shares that are known, to different suppliers with a price for it."""
    if set(award) != {lot.id for lot in problem.lots}:
        return False
    for lot in problem.lots:
        parts, able = award[lot.id], {offer.supplier for offer in lot.offers}
        named = {part.supplier for part in parts}
        if shares_of(parts) not in problem.universe or len(named) != len(parts) or not named <= able:
            return False
    return True


def weigh(problem: SplitProblem, award: Award) -> Weighed:
    """The exact figures of an award and every constraint it breaks. Precondition: `is_award`."""
    total, lot_costs = Decimal(0), {}
    costs: dict[str, Decimal] = {}
    volumes: dict[str, Fraction] = {}
    lots: dict[str, list[str]] = {}
    points: Fraction | None = Fraction(0)
    for lot in problem.lots:
        offers, weight, lot_cost = {offer.supplier: offer for offer in lot.offers}, Fraction(lot.lowest), Decimal(0)
        for part in award[lot.id]:
            offer = offers[part.supplier]
            cost, volume = part_cost(offer, part.share), weight * Fraction(part.share)
            lot_cost = EXACT.add(lot_cost, cost)
            costs[part.supplier] = EXACT.add(costs.get(part.supplier, Decimal(0)), cost)
            volumes[part.supplier] = volumes.get(part.supplier, Fraction(0)) + volume
            lots.setdefault(part.supplier, []).append(lot.id)
            points = None if points is None or offer.quality is None else points + volume * Fraction(offer.quality)
        lot_costs[lot.id], total = lot_cost, EXACT.add(total, lot_cost)
    # Volumes are in hundredths of the lots' weights: over the sum of the weights they are percents.
    whole = sum((Fraction(lot.lowest) for lot in problem.lots), Fraction(0))
    sides = tuple(SupplierSide(one, costs[one], volumes[one] / whole, tuple(lots[one])) for one in sorted(costs))
    quality = None if points is None else points / whole / 100
    found = Weighed(total, lot_costs, sides, quality, ())
    broken = tuple(each.id for each in problem.constraints if not _holds(problem, award, found, each))
    return Weighed(total, lot_costs, sides, quality, broken)


def _holds(problem: SplitProblem, award: Award, found: Weighed, each: Constraint) -> bool:
    covered = [lot for lot in problem.lots if each.covers(lot.id)]
    counts = [len(award[lot.id]) for lot in covered]
    volumes = [side.volume for side in found.suppliers if each.supplier in (None, side.supplier)]
    match each.limit:
        case Limit.PATTERNS:
            return all(shares_of(award[lot.id]) in each.patterns for lot in covered)
        case Limit.LOT_LEAST:
            return all(count >= each.value for count in counts)
        case Limit.LOT_MOST:
            return all(count <= each.value for count in counts)
        case Limit.LEAST:
            return len(found.suppliers) >= each.value
        case Limit.MOST:
            return len(found.suppliers) <= each.value
        case Limit.SHARE_CAP:
            return all(volume <= Fraction(each.value) for volume in volumes)
        case Limit.SHARE_FLOOR:
            return all(volume >= Fraction(each.value) for volume in volumes)
        case Limit.CAPACITY:
            return _quantity(covered, award, each.supplier) <= Fraction(each.value)
        case Limit.BUDGET:
            return sum((Fraction(found.lot_costs[lot.id]) for lot in covered), Fraction(0)) <= Fraction(each.value)
        case Limit.QUALITY:
            return found.quality is not None and found.quality >= Fraction(each.value)


def _quantity(lots: list[SplitLot], award: Award, supplier: str | None) -> Fraction:
    return sum(
        (
            Fraction(lot.quantity) * Fraction(part.share) / 100
            for lot in lots
            for part in award[lot.id]
            if part.supplier == supplier
        ),
        Fraction(0),
    )


def lowest_cost(problem: SplitProblem) -> Decimal:
    """The unconstrained best: every lot wholly to its lowest offer, for a share anywhere else costs no less."""
    total = Decimal(0)
    for lot in problem.lots:
        total = EXACT.add(total, lot.lowest)
    return total


def sole_best(problem: SplitProblem) -> Decimal | None:
    """Every lot wholly to the first of its official ranking; None where one has none."""
    total = Decimal(0)
    for lot in problem.lots:
        first = next((offer for offer in lot.offers if offer.supplier == lot.first), None)
        if first is None:
            return None
        total = EXACT.add(total, first.cost)
    return total


def risks_of(award: Award, found: Weighed) -> list[Risk]:
    """The notes of an award: lots with a single source, suppliers with more than half of the volume."""
    single = [Risk("single_source", lot=lot_id) for lot_id, parts in award.items() if len(parts) == 1]
    heavy = [side for side in found.suppliers if side.volume > Fraction(DEPENDENCY_PERCENT)]
    return [*single, *(Risk("dependency", supplier=side.supplier, percent=side.volume) for side in heavy)]
