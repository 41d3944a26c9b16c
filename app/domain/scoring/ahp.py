"""Weights from comparisons in pairs: the analytic hierarchy process, with its consistency ratio (SCORING.md section 2).

A matrix says how many times as important each item is as each other one, on Saaty's scale of 1 to 9 and reciprocals.
Source: T. L. Saaty, The Analytic Hierarchy Process (1980): weights are the principal eigenvector, λmax its eigenvalue,
CI = (λmax − n)/(n − 1), CR = CI/RI; above 0.10 the judgements want another look. All of it in decimals of 50 digits,
compared at 20, so that every machine gives the same weights; the geometric means of the rows stand beside as control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache, reduce
from operator import mul, truediv
from typing import Final

_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_ZERO: Final = Decimal(0)
_COMPARED: Final = Decimal("1e-20")
_NEAR: Final = Decimal("1e-30")
# A matrix of positive judgements needs a few hundred at the very most.
MOST_STEPS: Final = 5000
# The mean CI of random matrices of n items (Saaty 1980); beyond the table there is no ratio, and no comparison.
RANDOM_INDEX: Final = (
    *(Decimal(0), Decimal(0), Decimal("0.58"), Decimal("0.90"), Decimal("1.12")),
    *(Decimal("1.24"), Decimal("1.32"), Decimal("1.41"), Decimal("1.45"), Decimal("1.49")),
    *(Decimal("1.51"), Decimal("1.48"), Decimal("1.56"), Decimal("1.57"), Decimal("1.59")),
)
MOST_ITEMS: Final = len(RANDOM_INDEX)
LARGEST_RATIO: Final = Decimal("0.10")
SCALE: Final = {
    **{str(value): Fraction(value) for value in range(1, 10)},
    **{f"1/{value}": Fraction(1, value) for value in range(2, 10)},
}

Matrix = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class Judgements:
    """The comparison of what stands in one place of the tree of criteria: in the group `parent`, None at the top.

    `matrix[i][j]`: how many times as important the item i is as the item j. `digits`: of the weights.
    """

    items: tuple[str, ...]
    matrix: Matrix
    digits: int = 2
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """The judgement that fits the weights worst: its cell above the diagonal, and the value of the scale that fits."""

    row: int
    column: int
    fitting: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What a matrix gives. `weights` sum to exactly 100; `vector` and `control` sum to 1: the principal eigenvector and
    the geometric means. `doubt`: only where the ratio is above 0.10. `is_iterated`: false where the iteration did not
    come to rest and the geometric means were taken instead."""

    weights: tuple[Decimal, ...]
    vector: tuple[Decimal, ...]
    control: tuple[Decimal, ...]
    lambda_max: Decimal
    index: Decimal
    ratio: Decimal
    doubt: Doubt | None
    is_iterated: bool = True

    @property
    def is_consistent(self) -> bool:
        """Whether the ratio is at most 0.10."""
        return self.ratio <= LARGEST_RATIO


@lru_cache(maxsize=256)
def derive(matrix: Matrix, digits: int = 2, most_steps: int = MOST_STEPS) -> Derived:
    """The weights of a matrix. Precondition: 2 to MOST_ITEMS items, reciprocal, on the scale (`ahp_json.py` asks).

    Worked example: A is 3 times as important as B and 5 times as C, B 3 times as C: λmax 3.0385, CI 0.0193, CR 0.0332,
    weights 63.70, 25.83, 10.47.
    """
    with localcontext(_EXACT):
        rows = [[_decimal(cell) for cell in row] for row in matrix]
        control = _geometric_means(rows)
        found = _principal(rows, most_steps)
        vector = control if found is None else found
        size = len(rows)
        lambda_max = _compared(sum(map(truediv, _times(rows, vector), vector), _ZERO) / size)
        index = max(_ZERO, (lambda_max - size) / (size - 1))
        random = RANDOM_INDEX[size - 1]
        ratio = _compared(index / random) if random else _ZERO
        shown = tuple(map(_compared, vector))
        return Derived(
            weights=_whole_weights(shown, digits),
            vector=shown,
            control=tuple(map(_compared, control)),
            lambda_max=lambda_max,
            index=_compared(index),
            ratio=ratio,
            doubt=_doubt(matrix, shown) if ratio > LARGEST_RATIO else None,
            is_iterated=found is not None,
        )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def _compared(value: Decimal) -> Decimal:
    """Where two ways of computing may differ in the last digits, they agree here."""
    return value.quantize(_COMPARED)


def _times(rows: Sequence[Sequence[Decimal]], vector: Sequence[Decimal]) -> list[Decimal]:
    return [sum(map(mul, row, vector), _ZERO) for row in rows]


def _as_parts(values: Sequence[Decimal]) -> list[Decimal]:
    whole = sum(values, _ZERO)
    return [each / whole for each in values]


def _geometric_means(rows: Sequence[Sequence[Decimal]]) -> list[Decimal]:
    return _as_parts([reduce(mul, row) ** (Decimal(1) / len(rows)) for row in rows])


def _principal(rows: Sequence[Sequence[Decimal]], most_steps: int) -> list[Decimal] | None:
    """The principal eigenvector by repeated multiplication (von Mises), which of a positive matrix always comes to rest
    (Perron); None where so many steps were not enough."""
    vector = [Decimal(1) / len(rows)] * len(rows)
    for _ in range(most_steps):
        before, vector = vector, _as_parts(_times(rows, vector))
        if all(abs(one - other) < _NEAR for one, other in zip(before, vector, strict=True)):
            return vector
    return None


def _whole_weights(vector: Sequence[Decimal], digits: int) -> tuple[Decimal, ...]:
    """Parts of 1 as percents of so many digits that sum to exactly 100: each rounded down, what is left over goes by
    one unit to the largest remainders, of equal ones to the earlier (Hare's rule). Three equal parts: 33.34, 33.33,
    33.33."""
    unit = Decimal(1).scaleb(-digits)
    floors = [(part * 100).quantize(unit, ROUND_FLOOR) for part in vector]
    left = int((100 - sum(floors, _ZERO)) / unit)
    by_rest = sorted(range(len(vector)), key=lambda at: (floors[at] - vector[at] * 100, at))
    return tuple(each + unit if at in by_rest[:left] else each for at, each in enumerate(floors))


def _doubt(matrix: Matrix, vector: Sequence[Decimal]) -> Doubt:
    """The cell whose value is the most times as large or as small as the ratio of the two weights."""

    def apart(value: Fraction, ratio: Fraction) -> Fraction:
        return max(value / ratio, ratio / value)

    parts = list(map(Fraction, vector))
    cells = [(row, column) for row in range(len(parts)) for column in range(row + 1, len(parts))]
    row, column = max(cells, key=lambda cell: apart(matrix[cell[0]][cell[1]], parts[cell[0]] / parts[cell[1]]))
    ratio = parts[row] / parts[column]
    return Doubt(row, column, min(SCALE, key=lambda name: apart(SCALE[name], ratio)))
