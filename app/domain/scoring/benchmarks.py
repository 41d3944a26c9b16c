"""The benchmark B that bids are measured against, and the bids it is made of (SCORING.md section 1).

Every intermediate figure is kept, so that an auditor recomputes B by hand from the sheet alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.scoring.kinds import Benchmark, Benchmarked, BlendWith, Keep, Tier


@dataclass(frozen=True, slots=True)
class PriceField:
    """The bids a lot's prices are measured among: at least one amount, all above zero, and the published ceiling."""

    amounts: tuple[Decimal, ...]
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class BenchmarkFigures:
    """B with what it was made of; what did not enter is None. `kept`: the bids the last mean was taken of."""

    value: Fraction
    kept: tuple[Decimal, ...] = ()
    mean: Fraction | None = None
    mixed_with: Fraction | None = None


def benchmark_of(formula: Benchmarked, field: PriceField) -> Fraction:
    """B, unrounded."""
    return benchmark_figures(formula, field).value


def benchmark_figures(formula: Benchmarked, field: PriceField) -> BenchmarkFigures:
    """B and its making. Lowest and highest of a blend are those of all bids that count, dropped or not.

    Worked example with bids 90, 100, 110, 140 and ceiling 150: mean 110; `trimmed_mean` without the highest 100;
    `mean_times` k 0.05: 104.5; `blend` α 0.6 with the ceiling: 0.6 · 110 + 0.4 · 150 = 126; `min_mean` w 0.4:
    0.4 · 90 + 0.6 · 110 = 102; `two_pass_mean`: the mean of the bids not above 110, which is 100.
    """
    if formula.benchmark is Benchmark.LOWEST:
        return BenchmarkFigures(Fraction(min(field.amounts)))
    is_trimmed = formula.benchmark is not Benchmark.MEAN
    kept = tuple(_trimmed(formula, field.amounts) if is_trimmed else field.amounts)
    mean = mean_of(kept)
    match formula.benchmark:
        case Benchmark.MEAN_TIMES:
            return BenchmarkFigures(mean * (1 - Fraction(formula.k)), kept, mean)
        case Benchmark.BLEND:
            other = _blended(formula.blend_with, field)
            return BenchmarkFigures(_mix(Fraction(formula.alpha), mean, other), kept, mean, other)
        case Benchmark.MIN_MEAN:
            lowest = Fraction(min(field.amounts))
            return BenchmarkFigures(_mix(1 - Fraction(formula.w), mean, lowest), kept, mean, lowest)
        case Benchmark.TWO_PASS_MEAN:
            # Where nothing is left (all are equal and only what is below counts) the first mean stands.
            second = tuple(amount for amount in kept if _is_kept(formula, Fraction(amount), mean)) or kept
            return BenchmarkFigures(mean_of(second), second, mean)
        case Benchmark.MEAN | Benchmark.TRIMMED_MEAN:
            return BenchmarkFigures(mean, kept, mean)


def mean_of(amounts: Sequence[Decimal]) -> Fraction:
    """The arithmetic mean. Precondition: at least one amount."""
    return sum(map(Fraction, amounts), Fraction(0)) / len(amounts)


def _mix(share: Fraction, mean: Fraction, other: Fraction) -> Fraction:
    return share * mean + (1 - share) * other


def _is_kept(formula: Benchmarked, amount: Fraction, mean: Fraction) -> bool:
    match formula.keep:
        case Keep.NOT_ABOVE:
            return amount <= mean
        case Keep.BELOW:
            return amount < mean
        case Keep.WITHIN:
            return abs(amount - mean) * 100 <= mean * Fraction(formula.band)


def _trimmed(formula: Benchmarked, amounts: Sequence[Decimal]) -> Sequence[Decimal]:
    """The bids without the highest and lowest, by the last threshold reached ("from 5 bids", "from more than 5")."""
    count = len(amounts)
    tiers = (Tier(formula.drop_from, formula.drop_high, formula.drop_low), *formula.tiers)
    reached = [tier for tier in tiers if (count >= tier.start if formula.is_inclusive else count > tier.start)]
    if not reached or count <= reached[-1].high + reached[-1].low:
        return amounts
    return sorted(amounts)[reached[-1].low : count - reached[-1].high]


def _blended(kind: BlendWith, field: PriceField) -> Fraction:
    match kind:
        case BlendWith.CEILING:
            return Fraction(field.ceiling)
        case BlendWith.LOWEST:
            return Fraction(min(field.amounts))
        case BlendWith.HIGHEST:
            return Fraction(max(field.amounts))
