"""Price points: what a bid is worth under a formula, exactly, with every intermediate figure (SCORING.md section 1).

All arithmetic is in fractions; the only roundings are those the formula names. Which amounts make lowest, mean and
highest is the caller's field: those of the ranked offers, or also of those that fell out, as the formula's `counts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from app.domain.scoring.benchmarks import BenchmarkFigures, PriceField, benchmark_figures, benchmark_of
from app.domain.scoring.formulas import uses_benchmark
from app.domain.scoring.kinds import (
    Addition,
    Benchmarked,
    Coefficient,
    DeductFromBenchmark,
    Features,
    Figured,
    FigureFormula,
    FixedBand,
    Formula,
    Interpolate,
    LinearToLowest,
    LowestRatio,
    MinMax,
    MonetisedQuality,
    Piecewise,
    PointsFormula,
    PriceOnly,
    QualityPerPrice,
    Ratio,
    Rounding,
    TotalCost,
    Worth,
)
from app.domain.scoring.mechanisms import (
    FULL,
    coefficient_of,
    counted_deviation,
    deducted,
    deviation_of,
    line_points,
    monetised_price,
    quality_for_price,
    ratio_points,
    round_fraction,
    table_points,
    total_cost,
)

__all__ = [
    "Measures",
    "PriceField",
    "PriceScore",
    "RankFigure",
    "benchmark_of",
    "count_price",
    "measure",
    "rank_figure",
    "round_fraction",
    "score_measured",
    "score_price",
]

Figures = Mapping[str, Fraction]
_EXACT: Final = {Rounding.TOTAL, Rounding.WEIGHTED}


@dataclass(frozen=True, slots=True)
class PriceScore:
    """The points of one bid with the figures they were made of, in the order they were made: `points` are as shown,
    `counted` is what enters the total. A deviation is in percent of the benchmark, positive above it."""

    amount: Decimal
    points: Decimal
    counted: Fraction
    figures: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankFigure:
    """What a formula ranks by instead of a total. `key`: the smaller the better, infinitely bad where None; `figure`:
    as shown, None where there is none (a price for no quality at all)."""

    key: Fraction | None
    figure: Decimal | None
    figures: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measures:
    """What all bids of a field are measured against: made once for all of them."""

    lowest: Fraction
    highest: Fraction
    made: BenchmarkFigures | None
    # As counted: rounded where the formula says so.
    benchmark: Fraction


def measure(formula: PointsFormula, field: PriceField) -> Measures:
    """Lowest, highest and benchmark of a field."""
    lowest, highest = Fraction(min(field.amounts)), Fraction(max(field.amounts))
    if not isinstance(formula, Benchmarked) or not uses_benchmark(formula):
        return Measures(lowest, highest, None, lowest)
    made = benchmark_figures(formula, field)
    benchmark = made.value
    if formula.rounding is Rounding.BENCHMARK:
        # Prices smaller than half of the last digit would leave nothing to divide by: such a benchmark stays as it is.
        benchmark = Fraction(round_fraction(benchmark, formula.digits)) or benchmark
    return Measures(lowest, highest, made, benchmark)


def score_price(formula: Formula, amount: Decimal, field: PriceField) -> PriceScore | None:
    """The points of one bid, None where the formula gives none. Precondition: `amount` is among those of the field.

    Worked example, `lowest_ratio`: bids 271.40 and 274.90; the second has 100 · 271.40 / 274.90 = 98.7268… → 98.73.
    Worked example, `deduct_from_benchmark` (lowest, above 3; the demo of SCREENS.md section 3): bid 274.90 is
    (274.90 − 271.40) / 271.40 = 1.28961… % above the lowest: 100 − 3 · 1.28961… = 96.1311… → 96.13.
    """
    if isinstance(formula, PriceOnly | Figured):
        return None
    return score_measured(formula, amount, measure(formula, field))


def score_measured(formula: PointsFormula, amount: Decimal, measures: Measures) -> PriceScore:
    """The same where the field has been measured already."""
    exact, figures = _points(formula, Fraction(amount), measures)
    points = round_fraction(exact, formula.digits)
    # From the stage `points` on the points as shown are also what counts.
    counted = exact if formula.rounding in _EXACT else Fraction(points)
    return PriceScore(
        amount, points, counted, {**figures, "price_points_exact": exact, "price_points_counted": counted}
    )


def count_price(formula: PointsFormula, amount: Decimal, measures: Measures) -> Fraction:
    """What counts of the points of one bid, and nothing else: for those who ask thousands of times."""
    exact, _figures = _points(formula, Fraction(amount), measures)
    return exact if formula.rounding in _EXACT else Fraction(round_fraction(exact, formula.digits))


@lru_cache(maxsize=256)
def _exactly(parameter: Decimal) -> Fraction:
    """A parameter of a formula; read anew for each bid it would be half of the work."""
    return Fraction(parameter)


def _points(formula: PointsFormula, amount: Fraction, measures: Measures) -> tuple[Fraction, Figures]:
    lowest, highest = measures.lowest, measures.highest
    match formula:
        case LowestRatio():
            return ratio_points(lowest, amount), {"lowest": lowest}
        case LinearToLowest():
            none_at = lowest * (1 + 1 / _exactly(formula.slope))
            return line_points(amount, lowest, none_at), {"lowest": lowest, "none_at": none_at}
        case MinMax():
            return line_points(amount, lowest, highest), {"lowest": lowest, "highest": highest}
        case FixedBand():
            return line_points(amount, _exactly(formula.best), _exactly(formula.worst)), {}
        case DeductFromBenchmark() | Piecewise() | Interpolate():
            return _measured(formula, amount, measures)


def _measured(
    formula: DeductFromBenchmark | Piecewise | Interpolate, amount: Fraction, measures: Measures
) -> tuple[Fraction, Figures]:
    value, figures = amount, dict[str, Fraction]()
    if measures.made is not None:
        value = deviation_of(amount, measures.benchmark)
        if formula.rounding in {Rounding.BENCHMARK, Rounding.DEVIATION}:
            value = Fraction(round_fraction(value, formula.digits))
        named = {"mean": measures.made.mean, "mixed_with": measures.made.mixed_with}
        figures = {name: found for name, found in named.items() if found is not None}
        figures |= {"benchmark": measures.benchmark, "deviation": value}
    match formula:
        case DeductFromBenchmark():
            slopes = {name: _exactly(getattr(formula, name)) for name in ("full", "above", "below")}
            counted = counted_deviation(value, formula.steps, _exactly(formula.step))
            points = deducted(counted, **slopes)
            figures |= {"counted_deviation": counted, "before_floor_and_cap": points}
            return min(max(points, _exactly(formula.floor)), _exactly(formula.cap)), figures
        case Piecewise():
            return table_points(formula.rows, value, formula.boundary), figures
        case Interpolate():
            return line_points(value, _exactly(formula.a), _exactly(formula.z)), figures


def rank_figure(
    formula: FigureFormula,
    amount: Decimal,
    technical: Decimal,
    *,
    ceiling: Decimal,
    features: tuple[Decimal, ...] = (),
) -> RankFigure:
    """The evaluated price or ratio of one offer, independent of all others.

    Worked example, `coefficient` with share 0.15 and 80 points: 1 + 0.15 · 80/100 = 1.12; 112.00 ranks as 100.
    Worked example, `quality_per_price` as b/q with no points at all: there is no figure, and the offer stands last.
    """
    price, quality = Fraction(amount), Fraction(technical)
    match formula:
        case MonetisedQuality():
            worth = Fraction(formula.worth)
            if formula.of is Worth.CEILING:
                worth = worth * Fraction(ceiling) / 100
            return _figure(formula, monetised_price(price, quality, worth), {"worth": worth})
        case QualityPerPrice():
            per = Fraction(formula.per)
            if formula.ratio is Ratio.QUALITY_PER_PRICE:
                return _figure(formula, quality_for_price(quality, price, per), {}, is_more_better=True)
            return RankFigure(None, None) if quality == 0 else _figure(formula, price * per / quality, {})
        case TotalCost():
            return _figure(
                formula, total_cost(price, map(Fraction, features), is_percent=formula.measure is Addition.PERCENT), {}
            )
        case Coefficient():
            shared = Fraction(formula.share) * quality / FULL
            offered = formula.features is Features.OFFERED
            coefficient = coefficient_of(map(Fraction, features) if offered else (shared,))
            return _figure(formula, price / coefficient, {"coefficient": coefficient})


def _figure(formula: FigureFormula, exact: Fraction, figures: Figures, *, is_more_better: bool = False) -> RankFigure:
    shown = round_fraction(exact, formula.digits)
    counted = exact if formula.rounding is Rounding.TOTAL else Fraction(shown)
    return RankFigure(-counted if is_more_better else counted, shown, {**figures, "figure": exact})
