"""How far one evaluator marks above or below the panel: over all offers, and for one offer beyond that.

Serves SCORING.md section 2 ("bias across offers"), SCREENS.md EV-05 and VISIBILITY.md d39: an evaluator reads the own
figure; of the others only how many lean. In levels, not as a z-score: of three marks none passes 1.16.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.domain.marking import Cell, median_of

# On average a whole level off the median of the panel.
LEANING_LEVELS: Final = 1

# (lot, T-alias).
OfferKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Leaning:
    """One evaluator: the mean distance of the marks from the medians, positive for generous, in levels.

    `offers` has by how much more than `overall` each offer is marked up or down.
    """

    overall: Fraction
    offers: Mapping[OfferKey, Fraction]


def leans(value: Fraction) -> bool:
    """A level or more, up or down."""
    return abs(value) >= LEANING_LEVELS


def leanings(sheets: Mapping[str, Mapping[Cell, int]]) -> dict[str, Leaning]:
    """{evaluator: leaning} of those who have marked; every mark against the median of its cell.

    Worked example: medians 4, 4, 3 of three offers with one criterion, own marks 4, 4, 0: overall −1, and the offers
    +1, +1, −2: the third is marked down beyond a strict hand.
    """
    marks: dict[Cell, list[int]] = defaultdict(list)
    for sheet in sheets.values():
        for cell, mark in sheet.items():
            marks[cell].append(mark)
    medians = {cell: median_of(found) for cell, found in marks.items()}
    return {name: _leaning(sheet, medians) for name, sheet in sheets.items() if sheet}


def _leaning(sheet: Mapping[Cell, int], medians: Mapping[Cell, Fraction]) -> Leaning:
    distances: dict[OfferKey, list[Fraction]] = defaultdict(list)
    for cell, mark in sheet.items():
        distances[cell[:2]].append(mark - medians[cell])
    overall = _mean(one for found in distances.values() for one in found)
    return Leaning(overall, {offer: _mean(found) - overall for offer, found in distances.items()})


def _mean(values: Iterable[Fraction]) -> Fraction:
    found = list(values)
    return sum(found, Fraction(0)) / len(found)
