"""The price formulas a tender may choose: their JSON form, read and written, and what can be asked of each.

Serves SCORING.md section 1. Formulas are frozen before any bid. The kinds and their parameters are in `kinds.py`, the
bounds of the parameters in `parameters.py`; this file has what concerns several parameters at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from app.domain.scoring.kinds import (
    CLASSES,
    Axis,
    Benchmark,
    Benchmarked,
    BlendWith,
    Coefficient,
    Counts,
    DeductFromBenchmark,
    Features,
    Figured,
    FigureFormula,
    FixedBand,
    Formula,
    FormulaCode,
    Interpolate,
    Keep,
    LinearToLowest,
    LowestRatio,
    MinMax,
    MonetisedQuality,
    Piecewise,
    Pointed,
    PointsFormula,
    PriceOnly,
    QualityPerPrice,
    Rounding,
    Row,
    Steps,
    Tier,
    TotalCost,
)
from app.domain.scoring.parameters import (
    BENCHMARK,
    MOST_DROPPED,
    OWN,
    PARAMETERS,
    TRIMMING,
    Parameter,
    read_amount,
    write_value,
)
from app.domain.scoring.typed import Typed, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

__all__ = [
    "Axis",
    "Benchmark",
    "BlendWith",
    "Coefficient",
    "Counts",
    "DeductFromBenchmark",
    "FigureFormula",
    "FixedBand",
    "Formula",
    "FormulaCode",
    "Interpolate",
    "LinearToLowest",
    "LowestRatio",
    "MinMax",
    "MonetisedQuality",
    "Piecewise",
    "PointsFormula",
    "PriceOnly",
    "QualityPerPrice",
    "Rounding",
    "Steps",
    "code_of",
    "drops_bids",
    "formula_to_json",
    "has_total",
    "is_offered",
    "needs_quality",
    "read_formula",
    "uses_benchmark",
]

MOST_ROWS: Final = 40
MOST_TIERS: Final = 5
# No deviation is less than −100 %; 99,999 % is a thousand times the benchmark.
_DEVIATIONS: Final = ("-100", "99999")
_CODES: Final = {made: code for code, made in CLASSES.items()}
_TRIMMED: Final = {"drop_high", "drop_low", "from", "inclusive", "tiers"}
_UNTRIMMED: Final = {Benchmark.LOWEST, Benchmark.MEAN}


def code_of(formula: Formula) -> FormulaCode:
    """The code of a formula."""
    return _CODES[type(formula)]


def has_total(formula: Formula) -> bool:
    """Whether a formula gives points that make a total; else offers are ranked by amount or by a figure."""
    return isinstance(formula, Pointed)


def needs_quality(formula: Formula) -> bool:
    """Whether a formula ranks by a figure made of price and technical points: without those it says nothing."""
    return isinstance(formula, Figured) and not is_offered(formula)


def is_offered(formula: Formula) -> bool:
    """Whether a formula ranks with feature values that each offer brings itself."""
    return isinstance(formula, TotalCost) or (isinstance(formula, Coefficient) and formula.features is Features.OFFERED)


def uses_benchmark(formula: Formula) -> bool:
    """Whether a benchmark enters: not where a table or a line goes by the amount itself."""
    is_measured = isinstance(formula, Piecewise | Interpolate) and formula.axis is Axis.DEVIATION
    return is_measured or isinstance(formula, DeductFromBenchmark)


def drops_bids(formula: Formula) -> bool:
    """Whether highest or lowest bids are dropped before a mean: forbidden in some procedures (for government purchases
    in China by article 55 of Order 87 of the Ministry of Finance, 2017)."""
    return (
        isinstance(formula, Benchmarked)
        and uses_benchmark(formula)
        and (formula.benchmark is Benchmark.TWO_PASS_MEAN or _is_trimmed(formula))
    )


def _is_trimmed(formula: Benchmarked) -> bool:
    return formula.benchmark not in _UNTRIMMED and formula.drop_from > 0


def read_formula(typed: Typed, *, may_offer_features: bool = False) -> Formula:
    """A formula as typed; what is wrong with it goes to the reader's faults. Feature values that the offers bring
    themselves (`may_offer_features`) are for score sheets: a tender has criteria."""
    typed.only({"code", "params"})
    code = FormulaCode(typed.choice("code", list(FormulaCode)))
    params = Typed({}, typed.at("params"), typed.faults) if typed.get("params") is None else typed.part("params")
    given: dict[str, Any] = {each.attribute: each.read(params) for each in PARAMETERS[code]}
    allowed = {each.name for each in PARAMETERS[code]}
    if code in {FormulaCode.PIECEWISE, FormulaCode.INTERPOLATE}:
        allowed |= {"rows"} if code is FormulaCode.PIECEWISE else {"a", "z"}
        if given["axis"] is Axis.DEVIATION:
            given["benchmark"] = BENCHMARK.read(params)
            allowed |= {"benchmark"}
        read = _read_rows if code is FormulaCode.PIECEWISE else _read_ends
        given |= read(params, given["axis"])
    if "benchmark" in given:
        own, names = _read_own(params, given["benchmark"])
        given, allowed = {**given, **own}, allowed | names
    params.only(allowed)
    _check(params, given)
    if given.get("features") is Features.OFFERED and not may_offer_features:
        params.fault("features", "NOT_ALLOWED_HERE")
    if code is FormulaCode.TOTAL_COST and not may_offer_features:
        typed.fault("code", "NOT_ALLOWED_HERE")
    made: Formula = CLASSES[code](**given)
    return made


def _check(params: Typed, given: dict[str, Any]) -> None:
    """What several parameters say together."""
    if "cap" in given:
        if given["floor"] >= given["cap"]:
            params.fault("floor", "OUT_OF_RANGE")
        elif not given["floor"] <= given["full"] <= given["cap"]:
            params.fault("full", "OUT_OF_RANGE")
        if given["step"] != 1 and given["steps"] is Steps.INTERPOLATED:
            params.fault("step", "NOT_ALLOWED_HERE")
    if "worst" in given and given["best"] >= given["worst"]:
        params.fault("worst", "OUT_OF_RANGE")
    if given.get("axis") is Axis.AMOUNT and given["rounding"] in {Rounding.DEVIATION, Rounding.BENCHMARK}:
        params.fault("rounding", "OUT_OF_RANGE")
    if given.get("features") is Features.TECHNICAL and given["share"] == 0:
        # Quality that changes nothing would be a published untruth.
        params.fault("share", "OUT_OF_RANGE" if params.get("share") else "MISSING_VALUE")


def _read_ends(params: Typed, axis: Axis) -> dict[str, Any]:
    low, high = _DEVIATIONS
    is_amount = axis is Axis.AMOUNT
    a = read_amount(params, "a") if is_amount else params.decimal("a", low=low, high=high)
    z = read_amount(params, "z") if is_amount else params.decimal("z", low=low, high=high)
    if a >= z:
        params.fault("z", "OUT_OF_RANGE")
    return {"a": a, "z": z}


def _read_rows(params: Typed, axis: Axis) -> dict[str, Any]:
    """A table covers every value once: a gap or an overlap is a fault at the row where it begins (SCORING.md 1)."""
    parts = params.parts("rows", most=MOST_ROWS)
    rows = [_read_row(part, axis) for part in parts]
    if not rows:
        params.fault("rows", "MISSING_VALUE")
        return {"rows": ()}
    if rows[0].start is not None:
        parts[0].fault("from", "GAP")
    if rows[-1].end is not None:
        parts[-1].fault("to", "GAP")
    for part, (before, row) in zip(parts[1:], pairwise(rows), strict=True):
        if before.end is None or row.start is None or row.start < before.end:
            part.fault("from", "OVERLAP")
        elif row.start > before.end:
            part.fault("from", "GAP")
    return {"rows": tuple(rows)}


def _read_row(part: Typed, axis: Axis) -> Row:
    part.only({"from", "to", "points", "last"})
    start, end = _edge(part, "from", axis), _edge(part, "to", axis)
    if start is not None and end is not None and start >= end:
        part.fault("to", "OUT_OF_RANGE")
    points = part.decimal("points", low="0", high="100")
    last = part.optional_decimal("last", low="0", high="100")
    if last is not None and (start is None or end is None):
        # A line needs two ends.
        part.fault("last", "NOT_ALLOWED_HERE")
    return Row(start, end, points, last)


def _edge(part: Typed, name: str, axis: Axis) -> Decimal | None:
    if part.get(name) is None:
        return None
    low, high = _DEVIATIONS
    return read_amount(part, name) if axis is Axis.AMOUNT else part.decimal(name, low=low, high=high)


def _read_own(params: Typed, benchmark: Benchmark) -> tuple[dict[str, Any], set[str]]:
    """The parameters that only one benchmark has, and the names it may have."""
    given = {each.attribute: each.read(params) for each in OWN[benchmark]}
    names = {each.name for each in OWN[benchmark]}
    if benchmark is Benchmark.TWO_PASS_MEAN and (given["keep"] is Keep.WITHIN) != (given["band"] > 0):
        params.fault("band", "MISSING_VALUE" if given["keep"] is Keep.WITHIN else "NOT_ALLOWED_HERE")
    if benchmark in _UNTRIMMED:
        return given, names
    names |= _TRIMMED
    if benchmark is not Benchmark.TRIMMED_MEAN and not any(params.get(name) is not None for name in _TRIMMED):
        return given, names
    given |= {each.attribute: each.read(params) for each in TRIMMING}
    given["tiers"] = _read_tiers(params)
    first = Tier(given["drop_from"], given["drop_high"], given["drop_low"])
    for at, tier in enumerate((first, *given["tiers"])):
        # At the threshold at least one bid must be left to take the mean of.
        if (tier.start if given["is_inclusive"] else tier.start + 1) <= tier.high + tier.low:
            params.fault("from" if at == 0 else f"tiers.{at - 1}.from", "OUT_OF_RANGE")
    for at, (before, tier) in enumerate(pairwise((first, *given["tiers"]))):
        if tier.start <= before.start:
            params.fault(f"tiers.{at}.from", "OVERLAP")
    return given, names


def _read_tiers(params: Typed) -> tuple[Tier, ...]:
    parts = [] if params.get("tiers") is None else params.parts("tiers", most=MOST_TIERS)
    for part in parts:
        part.only({"from", "drop_high", "drop_low"})
    return tuple(
        Tier(
            part.integer("from", low=1, high=100),
            part.integer("drop_high", low=0, high=MOST_DROPPED),
            part.integer("drop_low", low=0, high=MOST_DROPPED),
        )
        for part in parts
    )


def formula_to_json(formula: Formula) -> dict[str, Any]:
    """The canonical members: decimals as texts; what came after the first release only where it is not the default."""
    code = code_of(formula)
    params = _write(formula, PARAMETERS[code])
    if isinstance(formula, Interpolate):
        params |= {"a": plain(formula.a), "z": plain(formula.z)}
    if isinstance(formula, Piecewise):
        params["rows"] = [_row_to_json(row) for row in formula.rows]
    if isinstance(formula, Benchmarked) and uses_benchmark(formula):
        params |= {"benchmark": formula.benchmark.value, **_own_to_json(formula)}
    return {"code": code.value, "params": params}


def _write(formula: Formula | Benchmarked, parameters: Iterable[Parameter]) -> dict[str, Any]:
    values = ((each, getattr(formula, each.attribute)) for each in parameters)
    return {each.name: write_value(value) for each, value in values if not each.is_quiet or value != each.default}


def _row_to_json(row: Row) -> dict[str, Any]:
    ends = {"from": None if row.start is None else plain(row.start), "to": None if row.end is None else plain(row.end)}
    return {**ends, "points": plain(row.points), **({} if row.last is None else {"last": plain(row.last)})}


def _own_to_json(formula: Benchmarked) -> dict[str, Any]:
    own = _write(formula, OWN[formula.benchmark])
    if formula.benchmark in _UNTRIMMED or not formula.drop_from:
        return own
    tiers = [{"from": each.start, "drop_high": each.high, "drop_low": each.low} for each in formula.tiers]
    return {**own, **_write(formula, TRIMMING), **({"tiers": tiers} if tiers else {})}
