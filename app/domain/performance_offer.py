"""Points by grade that the reviews of a category suggest to the builder of the next round: a bonus or a malus.

Serves SCORING.md section 3 (certification as a bonus or malus). An offer, no rule: the purchaser takes it or types
another; what is published is frozen as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from app.domain.certification import Grade

# Fewer reviewed suppliers say nothing about a grade.
LEAST_REVIEWED: Final = 3
# So many points of performance are worth one of the total.
POINTS_FOR_ONE: Final = 5
STEP: Final = Decimal("0.5")
MOST: Final = Decimal(5)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A certified supplier's grade and the score of its last review."""

    grade: Grade
    score: Decimal


def offered_points(reviewed: Sequence[Reviewed]) -> dict[Grade, Decimal] | None:
    """Points by grade, never more for a worse one; None where too few suppliers were reviewed.

    A grade's distance from the mean of all, divided by five, in steps of a half, at most five. Where a worse grade
    performed better the two are pooled; a grade nobody has takes the points of the next better one that somebody has.
    """
    if len(reviewed) < LEAST_REVIEWED:
        return None
    mean = Fraction(sum((one.score for one in reviewed), Decimal(0))) / len(reviewed)
    # Blocks of grades, best first: the grades, the sum of the scores, how many.
    blocks: list[tuple[list[Grade], Fraction, int]] = []
    for grade in Grade:
        scores = [one.score for one in reviewed if one.grade is grade]
        if not scores:
            continue
        block = ([grade], Fraction(sum(scores, Decimal(0))), len(scores))
        while blocks and block[1] * blocks[-1][2] > blocks[-1][1] * block[2]:
            before = blocks.pop()
            block = ([*before[0], *block[0]], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    found = {grade: _points(total / count - mean) for grades, total, count in blocks for grade in grades}
    points: dict[Grade, Decimal] = {}
    last = max(found.values())
    for grade in Grade:
        last = found.get(grade, last)
        points[grade] = last
    return points


def _points(distance: Fraction) -> Decimal:
    halves = distance / POINTS_FOR_ONE / Fraction(STEP)
    exact = Decimal(halves.numerator) / Decimal(halves.denominator)
    rounded = exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * STEP
    return max(-MOST, min(MOST, rounded))
