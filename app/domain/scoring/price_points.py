"""Price points: what a bid is worth under a formula, exactly, with every intermediate figure (SCORING.md section 1).

All arithmetic is in fractions; the only roundings are those the formula names. Amounts of bids that do not count (below
a threshold, refused) never enter: the caller leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.formulas import (
    Benchmark,
    BlendWith,
    DeductFromBenchmark,
    Formula,
    LowestRatio,
    PriceOnly,
    Rounding,
    Steps,
)

FULL: Final = 100


@dataclass(frozen=True, slots=True)
class PriceField:
    """The bids a lot's prices are measured among: at least one amount, all above zero, and the published ceiling."""

    amounts: tuple[Decimal, ...]
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class PriceScore:
    """The points of one bid with the figures they were made of: recomputed by hand from these alone.

    `deviation` is in percent of the benchmark, positive above it, as counted (after stage rounding and stepping);
    `points` are as shown, `counted` is what enters the total.
    """

    amount: Decimal
    benchmark: Fraction
    deviation: Fraction
    points: Decimal
    counted: Fraction


def round_fraction(value: Fraction, digits: int) -> Decimal:
    """Half up (halves away from zero) to so many digits, exactly: 1/8 at two digits is 0.13, −1/8 is −0.13."""
    scaled = abs(value) * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    # The digits are put together, not computed: a context would round beyond 28 of them.
    return Decimal((1 if value < 0 and whole else 0, tuple(map(int, str(whole))), -digits))


def score_price(formula: Formula, amount: Decimal, field: PriceField) -> PriceScore | None:
    """The points of one bid, None under `price_only`. Precondition: `amount` is among the amounts of the field.

    Worked example, `lowest_ratio`: bids 271.40 and 274.90; the second has 100 · 271.40 / 274.90 = 98.7268… → 98.73.
    Worked example, `deduct_from_benchmark` (lowest, above 3; the demo of SCREENS.md section 3): bid 274.90 is
    (274.90 − 271.40) / 271.40 = 1.28961… % above the lowest: 100 − 3 · 1.28961… = 96.1311… → 96.13.
    """
    match formula:
        case PriceOnly():
            return None
        case LowestRatio():
            lowest = Fraction(min(field.amounts))
            points = FULL * lowest / Fraction(amount)
            deviation = (Fraction(amount) - lowest) / lowest * 100
            return _finish(formula, PriceScore(amount, lowest, deviation, Decimal(0), points))
        case DeductFromBenchmark():
            return _deduct(formula, amount, field)


def _deduct(formula: DeductFromBenchmark, amount: Decimal, field: PriceField) -> PriceScore:
    benchmark = benchmark_of(formula, field)
    if formula.rounding is Rounding.BENCHMARK:
        # Prices smaller than half of the last digit would leave nothing to divide by: such a benchmark stays as it is.
        benchmark = Fraction(round_fraction(benchmark, formula.digits)) or benchmark
    deviation = (Fraction(amount) - benchmark) / benchmark * 100
    if formula.rounding in {Rounding.BENCHMARK, Rounding.DEVIATION}:
        deviation = Fraction(round_fraction(deviation, formula.digits))
    if formula.steps is Steps.STEPPED:
        # Full percents only, on both sides of the benchmark: towards zero.
        deviation = Fraction(int(deviation))
    slope = Fraction(formula.above) if deviation > 0 else Fraction(formula.below)
    points = Fraction(formula.full) - abs(deviation) * slope
    held = min(max(points, Fraction(formula.floor)), Fraction(formula.cap))
    return _finish(formula, PriceScore(amount, benchmark, deviation, Decimal(0), held))


def _finish(formula: LowestRatio | DeductFromBenchmark, exact: PriceScore) -> PriceScore:
    """The points as shown; from the stage `points` on they are also what counts."""
    points = round_fraction(exact.counted, formula.digits)
    counted = exact.counted if formula.rounding is Rounding.TOTAL else Fraction(points)
    return replace(exact, points=points, counted=counted)


def benchmark_of(formula: DeductFromBenchmark, field: PriceField) -> Fraction:
    """B of `deduct_from_benchmark` (SCORING.md section 1), unrounded.

    Worked example with bids 90, 100, 110, 140 and ceiling 150: mean 110; `trimmed_mean` without the highest 100;
    `mean_times` k 0.05: 104.5; `blend` α 0.6 with the ceiling: 0.6 · 110 + 0.4 · 150 = 126; `min_mean` w 0.4:
    0.4 · 90 + 0.6 · 110 = 102; `two_pass_mean`: the mean of the bids not above 110, which is 100.
    """
    mean, lowest = _mean(field.amounts), Fraction(min(field.amounts))
    match formula.benchmark:
        case Benchmark.LOWEST:
            return lowest
        case Benchmark.MEAN:
            return mean
        case Benchmark.TRIMMED_MEAN:
            return _mean(_trimmed(formula, field.amounts))
        case Benchmark.MEAN_TIMES:
            return mean * (1 - Fraction(formula.k))
        case Benchmark.BLEND:
            alpha = Fraction(formula.alpha)
            return alpha * mean + (1 - alpha) * _blended(formula.blend_with, field)
        case Benchmark.MIN_MEAN:
            share = Fraction(formula.w)
            return share * lowest + (1 - share) * mean
        case Benchmark.TWO_PASS_MEAN:
            return _mean([amount for amount in field.amounts if Fraction(amount) <= mean])


def _mean(amounts: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, amounts), Fraction(0)) / len(amounts)


def _trimmed(formula: DeductFromBenchmark, amounts: Sequence[Decimal]) -> Sequence[Decimal]:
    """The bids without the highest and lowest, from the threshold of bids on ("from 5 bids", "from more than 5")."""
    count = len(amounts)
    drops = count >= formula.drop_from if formula.is_inclusive else count > formula.drop_from
    if not drops or count <= formula.drop_high + formula.drop_low:
        return amounts
    return sorted(amounts)[formula.drop_low : count - formula.drop_high]


def _blended(kind: BlendWith, field: PriceField) -> Fraction:
    match kind:
        case BlendWith.CEILING:
            return Fraction(field.ceiling)
        case BlendWith.LOWEST:
            return Fraction(min(field.amounts))
        case BlendWith.HIGHEST:
            return Fraction(max(field.amounts))
