"""Split awards: lots in shares to several suppliers under named constraints, each of which may be asked its price.

Serves SCORING.md section 3 and SCREENS.md DR-05. This file says what a problem is and whether it is one; what a
proposed award costs and keeps to is computed in `split_award.py`, exactly; a solver only ever proposes.

Shares of the volume, and quality, weigh every lot with its lowest offer: who is dear gets no larger share by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from app.domain.money import HUNDRED
from app.domain.refusals import Code, Refusal

# Shares of one lot in percent, the largest first; together exactly 100.
Pattern = tuple[Decimal, ...]
SOLE: Final[Pattern] = (HUNDRED,)
# SCREENS.md DR-05: what the market asks for; a lot whose shares nobody limits may take any that is known.
STANDARD: Final[tuple[Pattern, ...]] = (SOLE, (Decimal(70), Decimal(30)), (Decimal(60), Decimal(40)))
# A share is whole percents or hundredths of them; more parts than this are no award any more.
SHARE_DIGITS: Final = 2
MOST_PARTS: Final = 10
MOST_PATTERNS: Final = 20
MOST_CONSTRAINTS: Final = 200


class Limit(StrEnum):
    """What a constraint limits."""

    # The shares that some lots, or all, may be split into.
    PATTERNS = "patterns"
    # How many suppliers a lot has at least, at most.
    LOT_LEAST = "lot_least"
    LOT_MOST = "lot_most"
    # How many suppliers there are over all lots.
    LEAST = "least"
    MOST = "most"
    # Percent of the whole volume that one supplier, or any, has at most; that whoever wins anything has at least.
    SHARE_CAP = "share_cap"
    SHARE_FLOOR = "share_floor"
    # The quantity that a supplier can make, over some lots of one unit.
    CAPACITY = "capacity"
    # What the lots named, or all, may cost together.
    BUDGET = "budget"
    # The weighted quality at least, in points.
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint; `lots` empty means all. Which members it has depends on what it limits."""

    id: str
    limit: Limit
    value: Decimal = Decimal(0)
    lots: tuple[str, ...] = ()
    supplier: str | None = None
    patterns: tuple[Pattern, ...] = ()

    def covers(self, lot_id: str) -> bool:
        """Whether it is about this lot."""
        return not self.lots or lot_id in self.lots


@dataclass(frozen=True, slots=True)
class SplitOffer:
    """A qualified offer for the whole of a lot; quality in points, None where nobody marked."""

    supplier: str
    cost: Decimal
    quality: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SplitLot:
    """A lot, or a line, with its offers: no price, no part. `first` leads its official ranking."""

    id: str
    offers: tuple[SplitOffer, ...]
    quantity: Decimal = Decimal(1)
    unit: str = ""
    currency: str = ""
    first: str | None = None

    @property
    def lowest(self) -> Decimal:
        """The lowest cost: what the lot weighs in shares of the volume and in quality."""
        return min(offer.cost for offer in self.offers)


@dataclass(frozen=True)
class SplitProblem:
    """What is to be awarded, under which constraints. `check_problem` says whether it can be put at all."""

    lots: tuple[SplitLot, ...]
    constraints: tuple[Constraint, ...] = ()
    # Shares that are known beside the standard ones and those of the constraints.
    known: tuple[Pattern, ...] = field(default=())

    def without(self, *ids: str) -> "SplitProblem":
        """The problem with these constraints relaxed; the shares that are known stay known."""
        kept = tuple(each for each in self.constraints if each.id not in ids)
        return replace(self, constraints=kept, known=self.universe)

    @cached_property
    def suppliers(self) -> tuple[str, ...]:
        """Everyone with an offer, in the order of first appearance."""
        return tuple(dict.fromkeys(offer.supplier for lot in self.lots for offer in lot.offers))

    @cached_property
    def universe(self) -> tuple[Pattern, ...]:
        """All shares that are known here, fewest parts first."""
        told = [pattern for each in self.constraints for pattern in each.patterns]
        return tuple(sorted({*STANDARD, *self.known, *told}, key=lambda one: (len(one), [-share for share in one])))

    def limits(self, limit: Limit) -> Iterator[Constraint]:
        """The constraints of one kind."""
        return (each for each in self.constraints if each.limit is limit)

    def patterns_of(self, lot: SplitLot) -> tuple[Pattern, ...]:
        """The shares that a lot may be split into under the constraints; maybe none."""
        found = [pattern for pattern in self.universe if len(pattern) <= len(lot.offers)]
        for each in self.constraints:
            if not each.covers(lot.id):
                continue
            match each.limit:
                case Limit.PATTERNS:
                    found = [pattern for pattern in found if pattern in each.patterns]
                case Limit.LOT_LEAST:
                    found = [pattern for pattern in found if len(pattern) >= each.value]
                case Limit.LOT_MOST:
                    found = [pattern for pattern in found if len(pattern) <= each.value]
                case _:
                    pass
        return tuple(found)


_COUNTS: Final = frozenset({Limit.LOT_LEAST, Limit.LOT_MOST, Limit.LEAST, Limit.MOST})
_PERCENTS: Final = frozenset({Limit.SHARE_CAP, Limit.SHARE_FLOOR, Limit.QUALITY})


def pattern_of(shares: list[Decimal]) -> Pattern | Refusal:
    """The shares in their order, the largest first. Refuses what is no share (OUT_OF_RANGE) and what is not 100 percent
    together (WEIGHTS_NOT_100)."""
    for share in shares:
        if not share.is_finite() or share <= 0 or share != round(share, SHARE_DIGITS):
            return Refusal(Code.OUT_OF_RANGE, {"rule": "shares"})
    if not 0 < len(shares) <= MOST_PARTS:
        return Refusal(Code.OUT_OF_RANGE, {"rule": "shares"})
    if sum(shares, Decimal(0)) != HUNDRED:
        return Refusal(Code.WEIGHTS_NOT_100, {"rule": "shares"})
    return tuple(sorted(shares, reverse=True))


def check_problem(problem: SplitProblem) -> Refusal | None:
    """Why a problem cannot be put: lots without an offer (INCOMPLETE), costs or limits that are no such numbers
    (OUT_OF_RANGE, WEIGHTS_NOT_100), several currencies (MIXED_CURRENCIES), capacities over several units or of nobody
    (MIXED_UNITS, UNKNOWN_LABEL), quality that nobody marked (NOT_ALLOWED_HERE), too much (TOO_LARGE)."""
    lots = {lot.id: lot for lot in problem.lots}
    if not lots or len(lots) != len(problem.lots):
        return Refusal(Code.INCOMPLETE, {"rule": "lots"})
    if len(problem.constraints) > MOST_CONSTRAINTS or len(problem.universe) > MOST_PATTERNS:
        return Refusal(Code.TOO_LARGE, {"most": str(MOST_CONSTRAINTS)})
    if len({each.id for each in problem.constraints}) != len(problem.constraints):
        return Refusal(Code.ALREADY_EXISTS, {"rule": "constraints"})
    if len({lot.currency for lot in problem.lots}) > 1:
        return Refusal(Code.MIXED_CURRENCIES)
    faults = (_lot_fault(lot) for lot in problem.lots)
    asked = (_constraint_fault(problem, lots, each) for each in problem.constraints)
    return next((fault for fault in (*faults, *asked) if fault is not None), None)


def _lot_fault(lot: SplitLot) -> Refusal | None:
    if not lot.offers:
        return Refusal(Code.INCOMPLETE, {"lot": lot.id})
    if len({offer.supplier for offer in lot.offers}) != len(lot.offers):
        return Refusal(Code.ALREADY_EXISTS, {"lot": lot.id})
    costs = [offer.cost for offer in lot.offers]
    if not all(cost.is_finite() and cost > 0 for cost in (*costs, lot.quantity)):
        return Refusal(Code.OUT_OF_RANGE, {"lot": lot.id})
    return None


def _constraint_fault(problem: SplitProblem, lots: Mapping[str, SplitLot], each: Constraint) -> Refusal | None:
    where = {"constraint": each.id, "rule": each.limit.value}
    covered = [lot for lot in problem.lots if each.covers(lot.id)]
    if any(lot not in lots for lot in each.lots):
        return Refusal(Code.NOT_ALLOWED_HERE, where)
    if each.limit is Limit.PATTERNS:
        checked = [pattern_of(list(pattern)) for pattern in each.patterns]
        refused = next((one for one in checked if isinstance(one, Refusal)), None)
        missing = None if each.patterns else Refusal(Code.INCOMPLETE, where)
        return missing or (None if refused is None else Refusal(refused.code, where))
    if not each.value.is_finite() or each.value < 0:
        return Refusal(Code.OUT_OF_RANGE, where)
    is_whole = each.limit not in _COUNTS or (each.value == int(each.value) and each.value >= 1)
    if not is_whole or (each.limit in _PERCENTS and each.value > HUNDRED):
        return Refusal(Code.OUT_OF_RANGE, where)
    named = {offer.supplier for lot in covered for offer in lot.offers}
    if (each.supplier is not None or each.limit is Limit.CAPACITY) and each.supplier not in named:
        return Refusal(Code.UNKNOWN_LABEL, where)
    if each.limit is Limit.CAPACITY and len({lot.unit for lot in covered}) > 1:
        return Refusal(Code.MIXED_UNITS, where)
    if each.limit is Limit.QUALITY and any(offer.quality is None for lot in covered for offer in lot.offers):
        return Refusal(Code.NOT_ALLOWED_HERE, where)
    return None
