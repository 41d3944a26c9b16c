"""The debrief of a bidder that was not chosen: its own score, its own rank, and how far it was from the first.

Serves SCREENS.md SP-08 and VISIBILITY.md d41 and d42: own figures alone. The distance is told in bands, as "at most":
an exact one would give the first's price away where prices alone rank, and wherever the formula's full points go to the
lowest price, so that an own total and a difference are as good as the rival's bid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.awarding import LotRanking, RankedRow
from app.domain.money import EXACT, HUNDRED

BANDS: Final = tuple(Decimal(each) for each in (1, 2, 3, 5, 10, 20, 50))


class Unit(StrEnum):
    """What a distance is told in."""

    # Points of the total.
    POINTS = "points"
    # Percent of the figure that ranks: the price, or a ranking price made of it.
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a bidder was from the first: no more than `within`; None where it was farther than the widest band.

    `is_equal`: the same figure, and only the rule of ties put the other first.
    """

    unit: Unit
    within: Decimal | None
    is_equal: bool = False


def distance(ranking: LotRanking, label: str | None) -> Distance | None:
    """The distance of a label to rank 1 of its lot; None for the first itself and for who is not ranked."""
    row = None if label is None else ranking.find(label)
    if row is None or row.rank == 1:
        return None
    first = ranking.rows[0]
    unit, apart = _apart(first, row)
    return Distance(unit, band_of(apart), is_equal=apart == 0)


def band_of(apart: Decimal, bands: Sequence[Decimal] = BANDS) -> Decimal | None:
    """The narrowest band that a distance is in, bounds included."""
    return next((band for band in bands if apart <= band), None)


def _apart(first: RankedRow, own: RankedRow) -> tuple[Unit, Decimal]:
    if first.total is not None and own.total is not None:
        return Unit.POINTS, abs(EXACT.subtract(first.total, own.total))
    best, figure = _figure(first), _figure(own)
    if best == 0:
        return Unit.PERCENT, Decimal(0) if figure == 0 else HUNDRED
    return Unit.PERCENT, abs(EXACT.divide(EXACT.multiply(EXACT.subtract(figure, best), HUNDRED), best))


def _figure(row: RankedRow) -> Decimal:
    return row.amount if row.figure is None else row.figure
