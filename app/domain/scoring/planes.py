"""Marks by the million: technical points and ranks line by line from packed planes, exactly (SCORING.md section 4).

100 suppliers × 2,000 lines × 20 criteria × 7 evaluators are 28 million marks. They are kept one byte each, one plane of
lines × suppliers for each criterion and evaluator, and never become rows or decimals: sums of marks, values in tenths
and weights are whole numbers, so every figure is the one that `marking.py` and `totals.py` compute one by one; the
tests hold the two against each other. What does not fit the width of the numbers is refused, not rounded.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.scoring.criteria import HIGHEST_VALUE, Aggregation

Marks = NDArray[np.uint8]
Whole = NDArray[Any]
# Magic, criteria, evaluators, lines, suppliers.
HEADER: Final = struct.Struct("<4s4I")
MAGIC: Final = b"BRM1"
# Sums of the marks of a cell stay within one byte.
MOST_EVALUATORS: Final = 255 // HIGHEST_VALUE
_WIDTHS: Final = (np.uint16, np.uint32, np.uint64)


class BadPlanesError(ValueError):
    """The bytes are no planes of marks, or the weights do not fit."""


@dataclass(frozen=True, slots=True)
class MarkPlanes:
    """All marks of a lot with lines, 0 to 5, none missing: `marks[criterion, evaluator, line, supplier]`."""

    marks: Marks

    def to_bytes(self) -> bytes:
        """The form that is stored."""
        return HEADER.pack(MAGIC, *self.marks.shape) + self.marks.tobytes()


def planes_from(stored: bytes | bytearray | memoryview) -> MarkPlanes:
    """The planes of the stored form, without copying. Raises BadPlanesError for another form, a length that does not
    fit, or a mark over the range."""
    if len(stored) < HEADER.size:
        raise BadPlanesError("too short")
    magic, *shape = HEADER.unpack_from(stored)
    count = shape[0] * shape[1] * shape[2] * shape[3]
    if magic != MAGIC or count == 0 or len(stored) != HEADER.size + count or shape[1] > MOST_EVALUATORS:
        raise BadPlanesError("not the form of planes")
    marks = np.frombuffer(stored, np.uint8, offset=HEADER.size).reshape(shape)
    if marks.max() > HIGHEST_VALUE:
        raise BadPlanesError("a mark is over the range")
    return MarkPlanes(marks)


def line_points(planes: MarkPlanes, weights: Sequence[Fraction], aggregation: Aggregation, drop_from: int = 4) -> Whole:
    """The technical points of every supplier in every line, in hundredths, half up: `[line, supplier]`.

    `weights`: the percent of each criterion, as `TechnicalRules.effective_weights`. Worked example: weights 30 and 70,
    values 4.5 and 3.3: 30 · 4.5/5 + 70 · 3.3/5 = 73.20, given as 7320.
    """
    if len(weights) != len(planes.marks):
        raise BadPlanesError("a weight for each criterion")
    scale = lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * scale) for weight in weights]
    # Points are sum / (50 · scale); in hundredths and half up: (4 · sum + scale) // (2 · scale).
    width = _width_for(4 * 10 * HIGHEST_VALUE * sum(whole) + scale)
    total, product = (np.zeros(planes.marks.shape[2:], width) for _ in range(2))
    for marks, weight in zip(planes.marks, whole, strict=True):
        np.multiply(_tenths(marks, aggregation, drop_from), width(weight), out=product, dtype=width)
        total += product
    total *= width(4)
    total += width(scale)
    total //= width(2 * scale)
    return total


def _width_for(largest: int) -> Any:
    for width in _WIDTHS:
        if largest <= np.iinfo(width).max:
            return width
    raise BadPlanesError("the weights have too many digits")


def _tenths(marks: Marks, aggregation: Aggregation, drop_from: int) -> Whole:
    """The value by rule of every cell of one criterion, in tenths, half up: (20 · sum + n) // (2 · n)."""
    count = len(marks)
    if aggregation is Aggregation.MEDIAN:
        ordered = np.sort(marks, axis=0)
        # The middle mark twice, or the two in the middle: tenths of their mean are five times their sum.
        middle: Whole = (ordered[(count - 1) // 2] + ordered[count // 2]) * np.uint8(5)
        return middle
    sums = np.add.reduce(marks, axis=0, dtype=np.uint8)
    if aggregation is Aggregation.TRIMMED_MEAN and count >= drop_from:
        sums -= np.maximum.reduce(marks, axis=0)
        sums -= np.minimum.reduce(marks, axis=0)
        count -= 2
    tenths: Whole = np.multiply(sums, np.uint16(20), dtype=np.uint16)
    tenths += np.uint16(count)
    tenths //= np.uint16(2 * count)
    return tenths


def line_ranks(points: Whole, standing: Sequence[int]) -> Whole:
    """The rank of every supplier in every line, from 1: more points first, of equal points the better `standing` (the
    place by price and record, each number once): a total order, as in `rank_offers`."""
    suppliers = points.shape[1]
    place = np.empty(suppliers, np.uint64)
    place[np.asarray(standing)] = np.arange(suppliers, dtype=np.uint64)
    if sorted(standing) != list(range(suppliers)):
        raise BadPlanesError("a standing names every supplier once")
    # One number holds both: a sort of numbers is several times as fast as a sort of places.
    keys = (points.max() - points).astype(np.uint64) * np.uint64(suppliers) + place
    if keys.max() <= np.iinfo(np.uint32).max:
        keys = keys.astype(np.uint32)
    keys.sort(axis=1)
    order = np.asarray(standing)[keys % keys.dtype.type(suppliers)]
    ranks = np.empty(points.shape, np.uint32)
    np.put_along_axis(ranks, order, np.arange(1, suppliers + 1, dtype=np.uint32)[None, :], axis=1)
    return ranks
