"""The price formulas a tender may choose, with all their parameters, and their JSON form (SCORING.md section 1).

Formulas are frozen before any bid. `price_only` ranks by amount and gives no points; the others give points on 0..100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.scoring.typed import Typed, plain

DIGITS: Final = 2
MOST_DIGITS: Final = 4
MOST_DROPPED: Final = 10


class FormulaCode(StrEnum):
    """The codes of SCORING.md section 1 that this release computes."""

    PRICE_ONLY = "price_only"
    LOWEST_RATIO = "lowest_ratio"
    DEDUCT_FROM_BENCHMARK = "deduct_from_benchmark"


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


class Steps(StrEnum):
    """Whether a part of a percent counts (`interpolated`) or only full percents do (`stepped`)."""

    INTERPOLATED = "interpolated"
    STEPPED = "stepped"


class Rounding(StrEnum):
    """The first figure that is rounded half up, to the formula's digits; from there on every figure is.

    `total`: points are rounded where they are shown, and the total is made of the exact ones (the demo of SCREENS.md
    section 3: only so is F's total 89.62). `points`: the total is made of the points as shown.
    """

    TOTAL = "total"
    POINTS = "points"
    DEVIATION = "deviation"
    BENCHMARK = "benchmark"


@dataclass(frozen=True, slots=True)
class PriceOnly:
    """Rank by amount; no points."""


@dataclass(frozen=True, slots=True)
class LowestRatio:
    """F·min/b, F = 100."""

    digits: int = DIGITS
    rounding: Rounding = Rounding.TOTAL


@dataclass(frozen=True, slots=True)
class DeductFromBenchmark:
    """S = full − percent above B · above, or − percent below B · below; then floor, cap, digits.

    `below` may be negative: being cheaper than the benchmark then earns points, up to the cap.
    """

    benchmark: Benchmark
    # Points per percent of deviation.
    above: Decimal
    below: Decimal = Decimal(0)
    full: Decimal = Decimal(100)
    floor: Decimal = Decimal(0)
    cap: Decimal = Decimal(100)
    steps: Steps = Steps.INTERPOLATED
    digits: int = DIGITS
    rounding: Rounding = Rounding.TOTAL
    # `trimmed_mean`: drop so many from the threshold of bids on, the threshold itself included or not.
    drop_high: int = 0
    drop_low: int = 0
    drop_from: int = 0
    is_inclusive: bool = True
    # `mean_times`: B = mean · (1 − k).
    k: Decimal = Decimal(0)
    # `blend`: B = α · mean + (1 − α) · X.
    alpha: Decimal = Decimal(0)
    blend_with: BlendWith = BlendWith.CEILING
    # `min_mean`: B = w · min + (1 − w) · mean.
    w: Decimal = Decimal(0)


Formula = PriceOnly | LowestRatio | DeductFromBenchmark

_COMMON: Final = frozenset({"benchmark", "above", "below", "full", "floor", "cap", "steps", "digits", "rounding"})
_OWN: Final[dict[Benchmark, frozenset[str]]] = {
    Benchmark.TRIMMED_MEAN: frozenset({"drop_high", "drop_low", "from", "inclusive"}),
    Benchmark.MEAN_TIMES: frozenset({"k"}),
    Benchmark.BLEND: frozenset({"alpha", "with"}),
    Benchmark.MIN_MEAN: frozenset({"w"}),
}


def code_of(formula: Formula) -> FormulaCode:
    """The code of a formula."""
    match formula:
        case PriceOnly():
            return FormulaCode.PRICE_ONLY
        case LowestRatio():
            return FormulaCode.LOWEST_RATIO
        case DeductFromBenchmark():
            return FormulaCode.DEDUCT_FROM_BENCHMARK


def read_formula(typed: Typed) -> Formula:
    """A formula as typed; what is wrong with it goes to the reader's faults."""
    typed.only({"code", "params"})
    code = FormulaCode(typed.choice("code", list(FormulaCode)))
    params = Typed({}, typed.at("params"), typed.faults) if typed.get("params") is None else typed.part("params")
    if code is FormulaCode.PRICE_ONLY:
        params.only(())
        return PriceOnly()
    if code is FormulaCode.LOWEST_RATIO:
        params.only({"digits", "rounding"})
        stages = (Rounding.TOTAL, Rounding.POINTS)
        return LowestRatio(_digits(params), _rounding(params, stages))
    return _read_deduction(params)


def _digits(params: Typed) -> int:
    return DIGITS if params.get("digits") is None else params.integer("digits", low=0, high=MOST_DIGITS)


def _rounding(params: Typed, stages: Sequence[Rounding]) -> Rounding:
    return Rounding(params.choice("rounding", stages, default=Rounding.TOTAL.value))


def _or(params: Typed, name: str, default: str, *, low: str, high: str) -> Decimal:
    value = params.optional_decimal(name, low=low, high=high)
    return Decimal(default) if value is None else value


def _read_deduction(params: Typed) -> DeductFromBenchmark:
    benchmark = Benchmark(params.choice("benchmark", list(Benchmark)))
    params.only(_COMMON | _OWN.get(benchmark, frozenset()))
    floor = _or(params, "floor", "0", low="0", high="100")
    cap = _or(params, "cap", "100", low="0", high="100")
    full = _or(params, "full", "100", low="0", high="100")
    if floor >= cap:
        params.fault("floor", "OUT_OF_RANGE")
    elif not floor <= full <= cap:
        params.fault("full", "OUT_OF_RANGE")
    return DeductFromBenchmark(
        benchmark=benchmark,
        # Without a slope above the benchmark the dearest offer would be as good as it.
        above=params.decimal("above", low="0.0001", high="100"),
        below=_or(params, "below", "0", low="-100", high="100"),
        full=full,
        floor=floor,
        cap=cap,
        steps=Steps(params.choice("steps", list(Steps), default=Steps.INTERPOLATED.value)),
        digits=_digits(params),
        rounding=_rounding(params, list(Rounding)),
        **_read_own(params, benchmark),
    )


def _read_own(params: Typed, benchmark: Benchmark) -> dict[str, Any]:
    """The parameters that only one benchmark has."""
    match benchmark:
        case Benchmark.TRIMMED_MEAN:
            high = params.integer("drop_high", low=0, high=MOST_DROPPED)
            low = params.integer("drop_low", low=0, high=MOST_DROPPED)
            inclusive = params.flag("inclusive")
            least = params.integer("from", low=1, high=100)
            # At the threshold at least one bid must be left to take the mean of.
            if (least if inclusive else least + 1) <= high + low:
                params.fault("from", "OUT_OF_RANGE")
            return {"drop_high": high, "drop_low": low, "drop_from": least, "is_inclusive": inclusive}
        case Benchmark.MEAN_TIMES:
            return {"k": params.decimal("k", low="0", high="0.9")}
        case Benchmark.BLEND:
            alpha = params.decimal("alpha", low="0", high="1")
            return {"alpha": alpha, "blend_with": BlendWith(params.choice("with", list(BlendWith)))}
        case Benchmark.MIN_MEAN:
            return {"w": params.decimal("w", low="0", high="1")}
        case Benchmark.LOWEST | Benchmark.MEAN | Benchmark.TWO_PASS_MEAN:
            return {}


def formula_to_json(formula: Formula) -> dict[str, Any]:
    """The canonical members: every parameter written out, decimals as texts."""
    code = code_of(formula).value
    match formula:
        case PriceOnly():
            return {"code": code, "params": {}}
        case LowestRatio():
            return {"code": code, "params": {"digits": formula.digits, "rounding": formula.rounding.value}}
        case DeductFromBenchmark():
            return {"code": code, "params": _deduction_params(formula)}


def _deduction_params(formula: DeductFromBenchmark) -> dict[str, Any]:
    common: dict[str, Any] = {
        "benchmark": formula.benchmark.value,
        **{name: plain(getattr(formula, name)) for name in ("above", "below", "full", "floor", "cap")},
        "steps": formula.steps.value,
        "digits": formula.digits,
        "rounding": formula.rounding.value,
    }
    match formula.benchmark:
        case Benchmark.TRIMMED_MEAN:
            dropped = {"drop_high": formula.drop_high, "drop_low": formula.drop_low}
            return {**common, **dropped, "from": formula.drop_from, "inclusive": formula.is_inclusive}
        case Benchmark.MEAN_TIMES:
            return {**common, "k": plain(formula.k)}
        case Benchmark.BLEND:
            return {**common, "alpha": plain(formula.alpha), "with": formula.blend_with.value}
        case Benchmark.MIN_MEAN:
            return {**common, "w": plain(formula.w)}
        case Benchmark.LOWEST | Benchmark.MEAN | Benchmark.TWO_PASS_MEAN:
            return common
