"""The codes that formulas and their parameters are written in, as in the published document (SCORING.md section 1)."""

from __future__ import annotations

from enum import StrEnum


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
    # The basis `bonus_malus` of a live round: for score sheets, no tender is published with it.
    TOTAL_COST = "total_cost"


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


class Addition(StrEnum):
    """What `total_cost` adds: percent of the price, or money."""

    PERCENT = "percent"
    MONEY = "money"


class Features(StrEnum):
    """Where `coefficient` finds the feature values: in the technical points, or in the offer itself."""

    TECHNICAL = "technical"
    OFFERED = "offered"
