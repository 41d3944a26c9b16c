"""The technical side of an offer on a score sheet: evaluators' marks, agreed values, or the points themselves.

Serves SCORING.md section 2: marks are whole numbers 0 to 5, values have one decimal, points go from 0 to 100 with two.
A mark that is missing or over the range is a fault, never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.domain.marking import HIGHEST_MARK, LOWEST_MARK, VALUE_DIGITS, consensus_value, decide_agreed
from app.domain.refusals import Code
from app.domain.scoring.totals import POINT_DIGITS, failed_criteria, failed_groups, technical_points

if TYPE_CHECKING:
    from app.domain.scoring.criteria import TechnicalRules
    from app.domain.scoring.typed import Typed

_WAYS: Final = ("technical", "values", "marks")
# The whole is named so where its points are below their threshold.
WHOLE: Final = "technical"
MOST_MARKS: Final = 50


@dataclass(frozen=True, slots=True)
class Technical:
    """The points of an offer with what they were made of; `failed`: what is below its threshold."""

    points: Decimal
    values: Mapping[str, Decimal]
    marks: Mapping[str, Sequence[int]]
    failed: tuple[str, ...]


def read_technical_part(part: Typed, rules: TechnicalRules | None) -> Technical | None:
    """The technical side as typed; None where the method has none."""
    given = [way for way in _WAYS if part.get(way) is not None]
    if rules is None:
        for way in given:
            part.fault(way, Code.NOT_ALLOWED_HERE.value)
        return None
    if len(given) != 1:
        part.fault("technical", Code.MARKS_MISSING.value if not given else Code.NOT_ALLOWED_HERE.value)
        return None
    before = len(part.faults)
    if given == ["technical"]:
        points = part.decimal("technical", low="0", high="100")
        if points != round(points, POINT_DIGITS):
            part.fault("technical", Code.PRECISION.value)
        return Technical(round(points, POINT_DIGITS), {}, {}, _below(rules, points))
    marks = _read_marks(part, rules) if given == ["marks"] else {}
    values = _read_values(part, rules) if given == ["values"] else {}
    if len(part.faults) > before:
        return None
    values = values or {name: value_by_rule(found, rules) for name, found in marks.items()}
    points = technical_points(rules, values)
    failed = (*_below(rules, points), *failed_groups(rules, values), *failed_criteria(rules, values))
    return Technical(points, values, marks, failed)


def value_by_rule(marks: Sequence[int], rules: TechnicalRules) -> Decimal:
    """The value of one criterion from the marks of all evaluators, by the rule of the tender."""
    return consensus_value(marks, rules.aggregation, rules.drop_from)


def _below(rules: TechnicalRules, points: Decimal) -> tuple[str, ...]:
    return (WHOLE,) if rules.threshold is not None and points < rules.threshold else ()


def _of_each(part: Typed, way: str, rules: TechnicalRules) -> dict[str, Any]:
    """What is given for each criterion; what is missing or belongs to none is a fault."""
    given = part.part(way)
    names = [each.id for each in rules.criteria]
    given.only(names)
    found = {name: given.get(name) for name in names}
    for name, value in found.items():
        if value is None or value == []:
            given.fault(name, Code.MARKS_MISSING.value)
    return {name: value for name, value in found.items() if value is not None and value != []}


def _read_values(part: Typed, rules: TechnicalRules) -> dict[str, Decimal]:
    given, found = part.part("values"), {}
    for name in _of_each(part, "values", rules):
        found[name] = given.decimal(name, low=str(LOWEST_MARK), high=str(HIGHEST_MARK))
        if decide_agreed(found[name], by_rule=found[name], reason="") is not None:
            given.fault(name, Code.PRECISION.value)
    return {name: round(value, VALUE_DIGITS) for name, value in found.items()}


def _read_marks(part: Typed, rules: TechnicalRules) -> dict[str, list[int]]:
    given = part.part("marks")
    found = _of_each(part, "marks", rules)
    for name, marks in found.items():
        if not isinstance(marks, list) or any(type(mark) is not int for mark in marks):
            given.fault(name, "MALFORMED")
        elif any(not LOWEST_MARK <= mark <= HIGHEST_MARK for mark in marks):
            given.fault(name, Code.NOT_A_MARK.value)
        elif len(marks) > MOST_MARKS:
            given.fault(name, "TOO_LARGE")
    return found
