"""What a supplier's certification means to an evaluation: a minimum to be invited, points on the total by its grade.

Serves SCORING.md section 3 ("certification may enter as a minimum or as a bonus/malus"). The grade that counts is the
one at the invitation; its points are frozen by tag, so that no name comes near a ranking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from app.domain.certification import Aspect, Grade
from app.domain.scoring.typed import Typed, plain

# More would let a grade outweigh price and quality together.
_LOWEST: Final = "-50"
_HIGHEST: Final = "50"


@dataclass(frozen=True, slots=True)
class CertificationRules:
    """`minimum`: least mark by aspect, none where not named. `points`: on the total by grade, empty for none."""

    minimum: Mapping[Aspect, Decimal]
    points: Mapping[Grade, Decimal]

    def points_of(self, grade: Grade) -> Decimal:
        """What a grade adds to the total, or takes off it."""
        return self.points.get(grade, Decimal(0))


def read_certification(typed: Typed) -> CertificationRules:
    """The rules as typed; what is wrong with them goes to the reader's faults."""
    typed.only({"minimum", "points"})
    minimum: dict[Aspect, Decimal] = {}
    points: dict[Grade, Decimal] = {}
    if typed.get("minimum") is not None:
        part = typed.part("minimum")
        part.only({aspect.value for aspect in Aspect})
        found = {aspect: part.optional_decimal(aspect.value, low="0", high="100") for aspect in Aspect}
        minimum = {aspect: mark for aspect, mark in found.items() if mark is not None}
        if not minimum:
            typed.fault("minimum", "MISSING_VALUE")
    if typed.get("points") is not None:
        part = typed.part("points")
        part.only({grade.value for grade in Grade})
        points = {grade: part.decimal(grade.value, low=_LOWEST, high=_HIGHEST) for grade in Grade}
        for better, worse in pairwise(Grade):
            if points[worse] > points[better]:
                # A worse grade that earns more than a better one is a slip of the pen.
                part.fault(worse.value, "OUT_OF_RANGE")
    if typed.get("minimum") is None and typed.get("points") is None:
        typed.fault("minimum", "MISSING_VALUE")
    return CertificationRules(minimum, points)


def certification_to_json(rules: CertificationRules) -> dict[str, Any]:
    """The canonical members; what there is not is not written."""
    minimum = {aspect.value: plain(mark) for aspect, mark in rules.minimum.items()}
    points = {grade.value: plain(value) for grade, value in rules.points.items()}
    return {**({"minimum": minimum} if minimum else {}), **({"points": points} if points else {})}
