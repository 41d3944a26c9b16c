"""The kinds of price formulas and their parameters, as values (SCORING.md section 1).

Three families: formulas that give points on 0..100 (`Pointed`), formulas that give an evaluated price or ratio by which
offers are ranked (`Figured`), and `price_only`, which ranks by amount. What they compute is in `mechanisms.py` and
`price_points.py`, the bounds of their parameters in `parameters.py`, their JSON form in `formulas.py`. The source, the
worked example and the properties of each stand with its mechanism; what it claims with given parameters is `claims_of`
in `warnings.py`; the rules it is known as are in `presets.py`. The codes are in `codes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from app.domain.scoring.codes import (
    Addition,
    Axis,
    Benchmark,
    BlendWith,
    Boundary,
    Counts,
    Features,
    FormulaCode,
    Keep,
    Ratio,
    Rounding,
    Steps,
    Ties,
    Worth,
)

__all__ = [
    "CLASSES",
    "DIGITS",
    "FIGURE_DIGITS",
    "Addition",
    "Axis",
    "Benchmark",
    "Benchmarked",
    "BlendWith",
    "Boundary",
    "Coefficient",
    "Counts",
    "DeductFromBenchmark",
    "Features",
    "FigureFormula",
    "Figured",
    "FixedBand",
    "Formula",
    "FormulaCode",
    "Interpolate",
    "Keep",
    "LinearToLowest",
    "LowestRatio",
    "MinMax",
    "MonetisedQuality",
    "Piecewise",
    "Pointed",
    "PointsFormula",
    "PriceOnly",
    "QualityPerPrice",
    "Ratio",
    "Rounding",
    "Row",
    "Shared",
    "Steps",
    "Tier",
    "Ties",
    "TotalCost",
    "Worth",
]

DIGITS: Final = 2
FIGURE_DIGITS: Final = 4


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalCost(Figured):
    """Rank by b + own addition, or b · (1 + own percent/100), the lowest first: the basis `bonus_malus` of a live round
    (LIVE.md section 1). The addition is the offer's frozen feature; no evaluation is published with this formula."""

    measure: Addition


PointsFormula = LowestRatio | LinearToLowest | MinMax | FixedBand | DeductFromBenchmark | Piecewise | Interpolate
FigureFormula = MonetisedQuality | QualityPerPrice | Coefficient | TotalCost
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
    FormulaCode.TOTAL_COST: TotalCost,
}
