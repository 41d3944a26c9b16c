"""The kinds of price formulas and their parameters, as values (SCORING.md section 1).

Three families: formulas that give points on 0..100 (`Pointed`), formulas that give an evaluated price or ratio by which
offers are ranked (`Figured`), and `price_only`, which ranks by amount. What they compute is in `mechanisms.py` and
`price_points.py`, the bounds of their parameters in `parameters.py`, their JSON form in `formulas.py`. The source, the
worked example and the properties of each stand with its mechanism; what it claims with given parameters is `claims_of`
in `warnings.py`; the rules it is known as are in `presets.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

DIGITS: Final = 2
FIGURE_DIGITS: Final = 4


class FormulaCode(StrEnum):
    """The codes of SCORING.md section 1."""

    PRICE_ONLY = "price_only"
    LOWEST_RATIO = "lowest_ratio"
    DEDUCT_FROM_BENCHMARK = "deduct_from_benchmark"
    LINEAR_TO_LOWEST = "linear_to_lowest"
    MIN_MAX = "min_max"
    PIECEWISE = "piecewise"
    INTERPOLATE = "interpolate"
    FIXED_BAND = "fixed_band"
    MONETISED_QUALITY = "monetised_quality"
    QUALITY_PER_PRICE = "quality_per_price"
    COEFFICIENT = "coefficient"


class Benchmark(StrEnum):
    """What a bid is measured against."""

    LOWEST = "lowest"
    MEAN = "mean"
    TRIMMED_MEAN = "trimmed_mean"
    MEAN_TIMES = "mean_times"
    BLEND = "blend"
    MIN_MEAN = "min_mean"
    TWO_PASS_MEAN = "two_pass_mean"  # noqa: S105 - a mean of two passes, no password


class BlendWith(StrEnum):
    """The X of `blend`."""

    CEILING = "ceiling"
    LOWEST = "lowest"
    HIGHEST = "highest"


class Keep(StrEnum):
    """The bids of the second pass of `two_pass_mean`: not above the first mean, below it, or within `band` percent."""

    NOT_ABOVE = "not_above"
    BELOW = "below"
    WITHIN = "within"


class Steps(StrEnum):
    """What counts of a percent: every part of it, only full steps, or every step that was begun."""

    INTERPOLATED = "interpolated"
    STEPPED = "stepped"
    BEGUN = "begun"


class Rounding(StrEnum):
    """The first figure that is rounded half up, to the formula's digits; from there on every figure is.

    `total`: points are rounded where they are shown, and the total is made of the exact ones (the demo of SCREENS.md
    section 3: only so is F's total 89.62). `weighted`: each side's share of the total is rounded, then they are added.
    `points`: the total is made of the points as shown. Of a formula that ranks by a figure `total` ranks by the exact
    figure and `points` by the figure as shown.
    """

    TOTAL = "total"
    POINTS = "points"
    DEVIATION = "deviation"
    BENCHMARK = "benchmark"
    WEIGHTED = "weighted"


class Counts(StrEnum):
    """The bids whose amounts make lowest, mean and highest: those that are ranked, or also those that fell out."""

    VALID = "valid"
    ALL = "all"


class Ties(StrEnum):
    """Of equal totals first: the lower price, or the higher technical points and then the lower price; then always
    the earlier in the record."""

    PRICE = "price"
    TECHNICAL = "technical"


class Axis(StrEnum):
    """What `piecewise` and `interpolate` look at: the amount, or its deviation from the benchmark in percent."""

    AMOUNT = "amount"
    DEVIATION = "deviation"


class Boundary(StrEnum):
    """Whether a value on the edge of two rows of a table belongs to the row before it or to the row after it."""

    LOWER = "lower"
    UPPER = "upper"


class Worth(StrEnum):
    """What one quality point is worth in: money, or percent of the ceiling."""

    AMOUNT = "amount"
    CEILING = "ceiling"


class Ratio(StrEnum):
    """Quality for the money (more is better), or money for the quality (less is better)."""

    QUALITY_PER_PRICE = "quality_per_price"
    PRICE_PER_QUALITY = "price_per_quality"


class Features(StrEnum):
    """Where `coefficient` finds the feature values: in the technical points, or in the offer itself."""

    TECHNICAL = "technical"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many bids on, so many of the highest and lowest are dropped before the mean."""

    start: int
    high: int
    low: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: from `start` to `end` (None: without end), `points` at its start, `last` at its end; without
    `last` the points are the same in the whole row."""

    start: Decimal | None
    end: Decimal | None
    points: Decimal
    last: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every formula has."""

    ties: Ties = Ties.PRICE


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOnly(Shared):
    """Rank by amount; no points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed(Shared):
    """What every formula that gives points has."""

    digits: int = DIGITS
    rounding: Rounding = Rounding.TOTAL
    counts: Counts = Counts.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class LowestRatio(Pointed):
    """F·min/b, F = 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearToLowest(Pointed):
    """F·max(0, 1 − slope·(b − min)/min), F = 100: at slope 1 nothing is left at twice the lowest."""

    slope: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinMax(Pointed):
    """F·(max − b)/(max − min), F = 100; where all bids are equal each has F."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedBand(Pointed):
    """F·(worst − b)/(worst − best), F = 100, both prices fixed in advance; never below 0 nor above F."""

    best: Decimal
    worst: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarked(Pointed):
    """The benchmark B, and what makes it."""

    benchmark: Benchmark = field(default=Benchmark.LOWEST, kw_only=False)
    # Mean-based: drop so many from the threshold of bids on, the threshold itself included or not; `tiers` follow it.
    drop_high: int = 0
    drop_low: int = 0
    drop_from: int = 0
    is_inclusive: bool = True
    tiers: tuple[Tier, ...] = ()
    # `mean_times`: B = mean · (1 − k).
    k: Decimal = Decimal(0)
    # `blend`: B = α · mean + (1 − α) · X.
    alpha: Decimal = Decimal(0)
    blend_with: BlendWith = BlendWith.CEILING
    # `min_mean`: B = w · min + (1 − w) · mean.
    w: Decimal = Decimal(0)
    # `two_pass_mean`: B = the mean of the bids that are kept after the first mean.
    keep: Keep = Keep.NOT_ABOVE
    band: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductFromBenchmark(Benchmarked):
    """S = full − percent above B · above, or − percent below B · below; then floor, cap, digits.

    `below` may be negative: being cheaper than the benchmark then earns points, up to the cap.
    """

    # Points per percent of deviation.
    above: Decimal
    below: Decimal = Decimal(0)
    full: Decimal = Decimal(100)
    floor: Decimal = Decimal(0)
    cap: Decimal = Decimal(100)
    steps: Steps = Steps.INTERPOLATED
    # Percent in a step.
    step: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piecewise(Benchmarked):
    """The points a table gives; its rows cover every value once."""

    rows: tuple[Row, ...]
    axis: Axis = Axis.DEVIATION
    boundary: Boundary = Boundary.LOWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpolate(Benchmarked):
    """F = 100 at or below a, 0 at or above z, linear between."""

    a: Decimal
    z: Decimal
    axis: Axis = Axis.AMOUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured(Shared):
    """What every formula that ranks by an evaluated price or ratio has; it gives no points and no total."""

    digits: int = FIGURE_DIGITS
    rounding: Rounding = Rounding.TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MonetisedQuality(Figured):
    """Rank by b − q·w, the lowest first; w in money or in percent of the ceiling for each quality point."""

    worth: Decimal
    of: Worth = Worth.AMOUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPerPrice(Figured):
    """Rank by q/b or by b/q. `per`: points for so much money, or money for so many points: so that the figure
    can be read."""

    ratio: Ratio = Ratio.QUALITY_PER_PRICE
    per: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient(Figured):
    """Rank by b ÷ (1 + Σ feature values), the lowest first. `share`: the sum of the features of a flawless offer, of
    which every offer has as much as it has of the technical points."""

    share: Decimal = Decimal(0)
    features: Features = Features.TECHNICAL


PointsFormula = LowestRatio | LinearToLowest | MinMax | FixedBand | DeductFromBenchmark | Piecewise | Interpolate
FigureFormula = MonetisedQuality | QualityPerPrice | Coefficient
Formula = PriceOnly | PointsFormula | FigureFormula

CLASSES: Final[dict[FormulaCode, type[Formula]]] = {
    FormulaCode.PRICE_ONLY: PriceOnly,
    FormulaCode.LOWEST_RATIO: LowestRatio,
    FormulaCode.DEDUCT_FROM_BENCHMARK: DeductFromBenchmark,
    FormulaCode.LINEAR_TO_LOWEST: LinearToLowest,
    FormulaCode.MIN_MAX: MinMax,
    FormulaCode.PIECEWISE: Piecewise,
    FormulaCode.INTERPOLATE: Interpolate,
    FormulaCode.FIXED_BAND: FixedBand,
    FormulaCode.MONETISED_QUALITY: MonetisedQuality,
    FormulaCode.QUALITY_PER_PRICE: QualityPerPrice,
    FormulaCode.COEFFICIENT: Coefficient,
}
