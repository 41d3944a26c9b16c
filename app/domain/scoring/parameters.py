"""The parameters of every price formula: name, bounds, default, and how they are read and written (SCORING.md 1).

One table serves the reader of a draft, the canonical form, the published JSON schema and the formula chooser, so that
none of them can know a parameter that the others do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.scoring.kinds import (
    DIGITS,
    FIGURE_DIGITS,
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
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from app.domain.scoring.typed import Typed

MOST_DIGITS: Final = 4
# A quotient of points and money needs more of them.
MOST_FIGURE_DIGITS: Final = 10
MOST_DROPPED: Final = 10
# As on every other wire: fourteen digits before and four after the point.
_AMOUNT: Final = re.compile(r"[0-9]{1,14}(\.[0-9]{1,4})?", re.ASCII)


class ParameterKind(StrEnum):
    """The form of a parameter: a decimal text, an amount as text, a whole number, a code, true or false."""

    DECIMAL = "decimal"
    AMOUNT = "amount"
    INTEGER = "integer"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` None: it must be given. `is_quiet`: not written where it has its default, as what came
    after the first release is, so that documents frozen before keep their bytes."""

    name: str
    kind: ParameterKind
    low: str = "0"
    high: str = "100"
    default: Any = None
    choices: tuple[StrEnum, ...] = ()
    is_quiet: bool = False
    # The member of the dataclass, where it is named otherwise.
    member: str = ""

    @property
    def attribute(self) -> str:
        """The member of the formula's dataclass."""
        return self.member or self.name

    def read(self, typed: Typed) -> Any:
        """The value as typed; what is wrong with it goes to the reader's faults."""
        match self.kind:
            case ParameterKind.DECIMAL:
                if self.default is None:
                    return typed.decimal(self.name, low=self.low, high=self.high)
                value = typed.optional_decimal(self.name, low=self.low, high=self.high)
                return self.default if value is None else value
            case ParameterKind.AMOUNT:
                return self.default if _is_absent(typed, self) else read_amount(typed, self.name)
            case ParameterKind.INTEGER:
                is_given = self.default is None or typed.get(self.name) is not None
                low, high = int(self.low), int(self.high)
                return typed.integer(self.name, low=low, high=high) if is_given else self.default
            case ParameterKind.CHOICE:
                default = None if self.default is None else self.default.value
                made: type[StrEnum] = type(self.choices[0])
                return made(typed.choice(self.name, self.choices, default=default))
            case ParameterKind.FLAG:
                return typed.flag(self.name)


def _is_absent(typed: Typed, parameter: Parameter) -> bool:
    return parameter.default is not None and typed.get(parameter.name) in (None, "")


def read_amount(typed: Typed, name: str) -> Decimal:
    """A price that is fixed in advance: a decimal text above zero; one stands in for what is faulty."""
    value = typed.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        typed.fault(name, "MISSING_VALUE")
    elif not isinstance(value, str) or not _AMOUNT.fullmatch(value.strip()):
        typed.fault(name, "MALFORMED")
    elif Decimal(value.strip()) == 0:
        typed.fault(name, "OUT_OF_RANGE")
    else:
        return Decimal(value.strip())
    return Decimal(1)


def _decimal(name: str, low: str, high: str, default: str | None = None, **more: Any) -> Parameter:
    value = None if default is None else Decimal(default)
    return Parameter(name, ParameterKind.DECIMAL, low, high, value, **more)


def _choice(name: str, choices: Sequence[StrEnum], default: StrEnum | None = None, **more: Any) -> Parameter:
    return Parameter(name, ParameterKind.CHOICE, default=default, choices=tuple(choices), **more)


def _whole(name: str, low: int, high: int, default: int | None = None, **more: Any) -> Parameter:
    return Parameter(name, ParameterKind.INTEGER, str(low), str(high), default, **more)


def _rounding(*stages: Rounding) -> Parameter:
    return _choice("rounding", stages, Rounding.TOTAL)


_TIES: Final = _choice("ties", list(Ties), Ties.PRICE, is_quiet=True)
_COUNTS: Final = _choice("counts", list(Counts), Counts.VALID, is_quiet=True)
_POINTED: Final = (_whole("digits", 0, MOST_DIGITS, DIGITS), _COUNTS, _TIES)
_SHOWN: Final = (Rounding.TOTAL, Rounding.POINTS, Rounding.WEIGHTED)
_FIGURED: Final = (
    _whole("digits", 0, MOST_FIGURE_DIGITS, FIGURE_DIGITS),
    _rounding(Rounding.TOTAL, Rounding.POINTS),
    _TIES,
)

# Of a mean: what is dropped before it; all four or none of them, and further thresholds under `tiers`.
TRIMMING: Final = (
    _whole("drop_high", 0, MOST_DROPPED),
    _whole("drop_low", 0, MOST_DROPPED),
    _whole("from", 1, 100, member="drop_from"),
    Parameter("inclusive", ParameterKind.FLAG, default=False, member="is_inclusive"),
)
OWN: Final[dict[Benchmark, tuple[Parameter, ...]]] = {
    Benchmark.LOWEST: (),
    Benchmark.MEAN: (),
    Benchmark.TRIMMED_MEAN: (),
    Benchmark.MEAN_TIMES: (_decimal("k", "0", "0.9"),),
    Benchmark.BLEND: (
        _decimal("alpha", "0", "1"),
        _choice("with", list(BlendWith), member="blend_with"),
    ),
    Benchmark.MIN_MEAN: (_decimal("w", "0", "1"),),
    Benchmark.TWO_PASS_MEAN: (
        _choice("keep", list(Keep), Keep.NOT_ABOVE, is_quiet=True),
        # Percent of the first mean, to both sides, the edge included; for `within` alone.
        _decimal("band", "0", "100", "0", is_quiet=True),
    ),
}
BENCHMARK: Final = _choice("benchmark", list(Benchmark))

PARAMETERS: Final[dict[FormulaCode, tuple[Parameter, ...]]] = {
    FormulaCode.PRICE_ONLY: (_TIES,),
    FormulaCode.LOWEST_RATIO: (*_POINTED, _rounding(*_SHOWN)),
    FormulaCode.DEDUCT_FROM_BENCHMARK: (
        BENCHMARK,
        # Without a slope above the benchmark the dearest offer would be as good as it.
        _decimal("above", "0.0001", "100"),
        _decimal("below", "-100", "100", "0"),
        _decimal("full", "0", "100", "100"),
        _decimal("floor", "0", "100", "0"),
        _decimal("cap", "0", "100", "100"),
        _choice("steps", list(Steps), Steps.INTERPOLATED),
        _decimal("step", "0.0001", "100", "1", is_quiet=True),
        _rounding(*Rounding),
        *_POINTED,
    ),
    FormulaCode.LINEAR_TO_LOWEST: (_decimal("slope", "0.0001", "100", "1"), *_POINTED, _rounding(*_SHOWN)),
    FormulaCode.MIN_MAX: (*_POINTED, _rounding(*_SHOWN)),
    FormulaCode.PIECEWISE: (
        _choice("axis", list(Axis), Axis.DEVIATION),
        _choice("boundary", list(Boundary), Boundary.LOWER),
        *_POINTED,
        _rounding(*Rounding),
    ),
    FormulaCode.INTERPOLATE: (_choice("axis", list(Axis), Axis.AMOUNT), *_POINTED, _rounding(*Rounding)),
    FormulaCode.FIXED_BAND: (
        Parameter("best", ParameterKind.AMOUNT),
        Parameter("worst", ParameterKind.AMOUNT),
        *_POINTED,
        _rounding(*_SHOWN),
    ),
    FormulaCode.MONETISED_QUALITY: (
        Parameter("worth", ParameterKind.AMOUNT),
        _choice("of", list(Worth), Worth.AMOUNT),
        *_FIGURED,
    ),
    FormulaCode.QUALITY_PER_PRICE: (
        _choice("ratio", list(Ratio), Ratio.QUALITY_PER_PRICE),
        Parameter("per", ParameterKind.AMOUNT, default=Decimal(1)),
        *_FIGURED,
    ),
    FormulaCode.COEFFICIENT: (
        _choice("features", list(Features), Features.TECHNICAL, is_quiet=True),
        _decimal("share", "0", "1", "0"),
        *_FIGURED,
    ),
    FormulaCode.TOTAL_COST: (_choice("measure", list(Addition)), *_FIGURED),
}


def write_value(value: Any) -> Any:
    """A parameter's value in the JSON form."""
    if isinstance(value, Decimal):
        return plain(value)
    return value.value if isinstance(value, StrEnum) else value
