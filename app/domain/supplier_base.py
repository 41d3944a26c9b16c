"""The supplier base of a year: who is certified at which grade, who came and went, and how the spend is spread.

Serves SCREENS.md AP-05 and PL-14. Spend is what was awarded, in one currency; shares are rounded half up once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.certification import Grade
from app.domain.money import EXACT, HUNDRED, round_half_up

DIGITS: Final = 1
# How many of the largest are added up.
LARGEST: Final = 3


@dataclass(frozen=True, slots=True)
class Member:
    """A supplier: its grade while it is certified, the day it first was, and the day it ceased to be."""

    grade: Grade | None
    came_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Base:
    """How many are certified by grade today, and how many came and left in the year."""

    by_grade: Mapping[Grade, int]
    came: int
    left: int

    @property
    def certified(self) -> int:
        """All grades together."""
        return sum(self.by_grade.values())


@dataclass(frozen=True, slots=True)
class Share:
    """What a supplier was awarded, and how much that is of all, in percent."""

    supplier_id: str
    amount: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Spread:
    """The spend of a currency: by supplier, the largest first; the share of the three largest; and the Herfindahl index
    from near 0 (many alike) to 10 000 (one alone)."""

    currency: str
    total: Decimal
    shares: tuple[Share, ...]
    largest: Decimal
    herfindahl: int


def base_of(members: Iterable[Member], year: int | None) -> Base:
    """The base as it is today, with those who came and left in a year, or ever."""
    listed = list(members)
    grades = [each.grade for each in listed]

    def happened(day: date | None) -> bool:
        return day is not None and year in (None, day.year)

    return Base(
        by_grade={grade: grades.count(grade) for grade in Grade},
        came=sum(happened(each.came_on) for each in listed),
        left=sum(happened(each.left_on) for each in listed),
    )


def spread_of(currency: str, awarded: Mapping[str, Decimal]) -> Spread | None:
    """How the awards of a currency are spread; None of nothing. The index is of the unrounded shares."""
    kept = {supplier: amount for supplier, amount in awarded.items() if amount > 0}
    total = Decimal(0)
    for amount in kept.values():
        total = EXACT.add(total, amount)
    if not total:
        return None
    listed = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    squares = Decimal(0)
    for _, amount in listed:
        squares = EXACT.add(squares, EXACT.multiply(amount, amount))
    index = EXACT.divide(EXACT.multiply(squares, HUNDRED * HUNDRED), EXACT.multiply(total, total))
    return Spread(
        currency=currency,
        total=total,
        shares=tuple(Share(supplier, amount, _percent([amount], total)) for supplier, amount in listed),
        largest=_percent([amount for _, amount in listed[:LARGEST]], total),
        herfindahl=int(round_half_up(index, 0)),
    )


def _percent(parts: Sequence[Decimal], total: Decimal) -> Decimal:
    part = Decimal(0)
    for each in parts:
        part = EXACT.add(part, each)
    return round_half_up(EXACT.divide(EXACT.multiply(part, HUNDRED), total), DIGITS)
