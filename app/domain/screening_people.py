"""What people did around a tender, as far as the auditor's screens look at it: marks far from the panel's, price words
in talks about the terms, and what the service itself raised a signal for (SCREENS.md AU-06). Pure.

Nobody is named: experts by the seat that was drawn for them, firms not at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from app.domain.marking import SPREAD_FROM, Cell, is_outlier, median_of
from app.domain.negotiating import Side

# Of fewer marks a share says nothing, and one or two far ones are a matter of opinion.
FEWEST_MARKS: Final = 10
FEWEST_FAR: Final = 3
_CHINESE: Final = re.compile("单价|总价|价格|降价|调价|报价|折扣|折让|让利|优惠|返点|返利|回扣")
_ENGLISH: Final = re.compile(r"\b(?:prices?|pricing|discounts?|rebates?|cheaper|kickbacks?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What one side wrote in a turn of the talks about the terms of an award."""

    turn: int
    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal that the service raised when it happened: its kind."""

    signal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conduct:
    """What people did around one tender; marks by seat, talks by negotiation."""

    marks: Mapping[str, Mapping[Cell, int]] = field(default_factory=dict)
    talks: Sequence[Sequence[Said]] = ()
    raised: Sequence[Raised] = ()


@dataclass(frozen=True, slots=True)
class FarMark:
    """A mark two levels or more from the median of its cell."""

    cell: Cell
    mark: int
    median: Fraction


@dataclass(frozen=True, slots=True)
class Seat:
    """An expert's marks that could be compared with those of two others at least."""

    seat: str
    count: int
    far: tuple[FarMark, ...]

    @property
    def share(self) -> Fraction:
        """How many of them are far from the panel's."""
        return Fraction(len(self.far), self.count)

    @property
    def stands_out(self) -> bool:
        """Whether somebody might look, if it is rare."""
        return len(self.far) >= FEWEST_FAR


def seats_of(marks: Mapping[str, Mapping[Cell, int]]) -> list[Seat]:
    """Every expert with FEWEST_MARKS marks or more in cells that SPREAD_FROM experts have marked."""
    cells: dict[Cell, list[int]] = {}
    for own in marks.values():
        for cell, mark in own.items():
            cells.setdefault(cell, []).append(mark)
    found = []
    for seat, own in sorted(marks.items()):
        able = {cell: mark for cell, mark in own.items() if len(cells[cell]) >= SPREAD_FROM}
        far = [
            FarMark(cell, mark, median_of(cells[cell]))
            for cell, mark in sorted(able.items())
            if is_outlier(mark, cells[cell])
        ]
        found.append(Seat(seat, len(able), tuple(far)))
    return [each for each in found if each.count >= FEWEST_MARKS]


def price_words(text: str) -> tuple[str, ...]:
    """The words of a text that speak of the price, each once, in their order."""
    found = [*_CHINESE.findall(text), *(each.lower() for each in _ENGLISH.findall(text))]
    return tuple(dict.fromkeys(found))


def about_price(talk: Sequence[Said]) -> list[tuple[Said, tuple[str, ...]]]:
    """The turns of a talk that speak of the price, with the words."""
    told = [(each, price_words(each.text)) for each in talk]
    return [(each, words) for each, words in told if words]
