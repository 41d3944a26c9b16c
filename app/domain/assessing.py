"""The three marks of a certification out of weighted sub-criteria: what was found, measured and looked up (issue 7).

Each sub-criterion has a figure with its source and gives 0 to 100 points by a stated rule. A mark is the weighted mean
of the points of its sub-criteria; the weight of one without a figure goes to the others in proportion. Points and marks
are rounded half up to two decimals, the mark from the points as published, so that anybody can do it again by hand.
The formula is versioned and a copy is kept with every certification. Knows no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.domain.certification import HIGHEST, SCORE_STEP, Aspect, Marks, plain
from app.domain.improving import Result
from app.domain.refusals import Code, Refusal

VERSION: Final = "assessment.v1"
# Findings and deliveries older than this say nothing about today.
FINDING_DAYS: Final = 730
DELIVERY_DAYS: Final = 365
# From here on no piece of a delivery can be trusted: two in a hundred.
WORST_PPM: Final = Decimal(20_000)
# At the best lead time there is nothing to gain, at the worst nothing left.
BEST_LEAD_DAYS, WORST_LEAD_DAYS = Decimal(15), Decimal(75)
# Points for each full year in business.
YEAR_POINTS: Final = Decimal(10)
LONGEST_REASON: Final = 1000
SHORTEST_REASON: Final = 5


class Sub(StrEnum):
    """The sub-criteria, in the order they are shown."""

    SITE_AUDIT = "site_audit"
    SAMPLE_TEST = "sample_test"
    REJECTED_PPM = "rejected_ppm"
    ON_TIME = "on_time"
    LEAD_TIME = "lead_time"
    DELIVERY_AUDIT = "delivery_audit"
    REGISTRATION = "registration"
    YEARS = "years"
    RATING = "rating"


class Source(StrEnum):
    """Where a figure comes from."""

    FINDING = "finding"
    DELIVERIES = "deliveries"
    ASSESSOR = "assessor"


# The weight of each sub-criterion within its aspect, in percent.
WEIGHTS: Final[Mapping[Aspect, Mapping[Sub, Decimal]]] = MappingProxyType(
    {
        Aspect.QUALITY: {Sub.SITE_AUDIT: Decimal(40), Sub.SAMPLE_TEST: Decimal(30), Sub.REJECTED_PPM: Decimal(30)},
        Aspect.DELIVERY: {Sub.ON_TIME: Decimal(60), Sub.LEAD_TIME: Decimal(20), Sub.DELIVERY_AUDIT: Decimal(20)},
        Aspect.CREDIT: {Sub.REGISTRATION: Decimal(30), Sub.YEARS: Decimal(30), Sub.RATING: Decimal(40)},
    }
)
# What the assessor types; everything else is taken from findings and deliveries.
TYPED: Final = (Sub.LEAD_TIME, Sub.REGISTRATION, Sub.YEARS, Sub.RATING)
RATINGS: Final[Mapping[str, Decimal]] = MappingProxyType(
    {"AAA": Decimal(100), "AA": Decimal(90), "A": Decimal(80), "BBB": Decimal(70), "BB": Decimal(60), "B": Decimal(50),
     "C": Decimal(20)}
)  # fmt: skip
REGISTRATIONS: Final[Mapping[str, Decimal]] = MappingProxyType(
    {"active": HIGHEST, "listed_abnormal": Decimal(40), "revoked": Decimal(0)}
)
# Of a finding recorded without a score.
RESULT_SCORES: Final[Mapping[Result, Decimal]] = MappingProxyType(
    {Result.PASSED: Decimal(90), Result.CONDITIONAL: Decimal(70), Result.FAILED: Decimal(40)}
)
_FINDINGS: Final = frozenset({Sub.SITE_AUDIT, Sub.SAMPLE_TEST, Sub.DELIVERY_AUDIT})
_DELIVERIES: Final = frozenset({Sub.REJECTED_PPM, Sub.ON_TIME})


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-criterion of one assessment; figure and points are None where nothing is known."""

    aspect: Aspect
    sub: Sub
    weight: Decimal
    source: Source
    figure: str | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Computed:
    """What the sub-criteria give: every part, and each mark, None where no part of it has a figure."""

    parts: tuple[Part, ...]
    marks: Mapping[Aspect, Decimal | None]


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much the mark of an aspect would rise if a sub-criterion had all its points."""

    aspect: Aspect
    sub: Sub
    points: Decimal
    gain: Decimal


def source_of(sub: Sub) -> Source:
    """Where the figure of a sub-criterion comes from."""
    if sub in _FINDINGS:
        return Source.FINDING
    return Source.DELIVERIES if sub in _DELIVERIES else Source.ASSESSOR


def points_of(sub: Sub, figure: str) -> Decimal | Refusal:
    """The points a figure gives. Audits, tests and punctuality are points themselves; rejected ppm fall in a straight
    line to 0 at `WORST_PPM`, days of lead time between best and worst; ten points for each year; ratings and the
    register by their tables. Refuses OUT_OF_RANGE."""
    if sub in (Sub.RATING, Sub.REGISTRATION):
        table = RATINGS if sub is Sub.RATING else REGISTRATIONS
        return table[figure] if figure in table else Refusal(Code.OUT_OF_RANGE, {"field": sub.value})
    number = _number(figure)
    if number is None or (sub not in (Sub.REJECTED_PPM, Sub.LEAD_TIME, Sub.YEARS) and number > HIGHEST):
        return Refusal(Code.OUT_OF_RANGE, {"field": sub.value})
    if sub is Sub.REJECTED_PPM:
        number = HIGHEST - HIGHEST * number / WORST_PPM
    elif sub is Sub.LEAD_TIME:
        number = HIGHEST * (WORST_LEAD_DAYS - number) / (WORST_LEAD_DAYS - BEST_LEAD_DAYS)
    elif sub is Sub.YEARS:
        number = YEAR_POINTS * number
    return min(HIGHEST, max(Decimal(0), number)).quantize(SCORE_STEP, rounding=ROUND_HALF_UP)


def compute(figures: Mapping[Sub, str]) -> Computed | Refusal:
    """Parts and marks from the figures that are known. Refuses OUT_OF_RANGE with the sub-criterion that is faulty."""
    parts: list[Part] = []
    for aspect, weights in WEIGHTS.items():
        for sub, weight in weights.items():
            figure = figures.get(sub)
            points = None if figure is None else points_of(sub, figure)
            if isinstance(points, Refusal):
                return points
            parts.append(Part(aspect, sub, weight, source_of(sub), figure, points))
    return Computed(tuple(parts), {aspect: mark_of(parts, aspect) for aspect in Aspect})


def mark_of(parts: Sequence[Part], aspect: Aspect) -> Decimal | None:
    """The weighted mean of the points of an aspect's parts that have any, half up to two decimals.

    Worked example: audit 85 of weight 40, test 90 of weight 30, ppm unknown: (85×40 + 90×30) / 70 = 87.14.
    """
    seen = [(part.points, part.weight) for part in parts if part.aspect is aspect and part.points is not None]
    if not seen:
        return None
    total = sum((points * weight for points, weight in seen), Decimal(0))
    return (total / sum((weight for _, weight in seen), Decimal(0))).quantize(SCORE_STEP, rounding=ROUND_HALF_UP)


def gains(parts: Sequence[Part]) -> list[Gain]:
    """What to improve, the largest gain in its mark first; parts with all points or without a figure are left out."""
    found = []
    for part in parts:
        before = mark_of(parts, part.aspect)
        if part.points is None or before is None or part.points >= HIGHEST:
            continue
        weights = sum((one.weight for one in parts if one.aspect is part.aspect and one.points is not None), Decimal(0))
        gain = ((HIGHEST - part.points) * part.weight / weights).quantize(SCORE_STEP, rounding=ROUND_HALF_UP)
        found.append(Gain(part.aspect, part.sub, part.points, gain))
    return sorted(found, key=lambda one: (-one.gain, one.sub.value))


def decide_marks(computed: Computed, given: Mapping[Aspect, Decimal], reasons: Mapping[Aspect, str]) -> Marks | Refusal:
    """The marks to certify with: computed, or given directly where a reason stands beside it.

    Refuses REASON_MISSING (a mark given without one) and INCOMPLETE (neither computed nor given).
    """
    marks: dict[Aspect, Decimal] = {}
    for aspect in Aspect:
        if aspect in given:
            if len(reasons.get(aspect, "").strip()) < SHORTEST_REASON:
                return Refusal(Code.REASON_MISSING, {"field": aspect.value})
            marks[aspect] = given[aspect]
        elif (found := computed.marks[aspect]) is not None:
            marks[aspect] = found
        else:
            return Refusal(Code.INCOMPLETE, {aspect.value: "MISSING_VALUE"})
    return Marks(marks[Aspect.QUALITY], marks[Aspect.DELIVERY], marks[Aspect.CREDIT])


def to_json(computed: Computed, reasons: Mapping[Aspect, str]) -> dict[str, Any]:
    """The assessment as it is frozen with a certification, hashed and journalled; ``reasons``: of marks given."""
    return {
        "version": VERSION,
        "parts": [
            {
                "aspect": part.aspect.value,
                "sub": part.sub.value,
                "weight": plain(part.weight),
                "source": part.source.value,
                "figure": part.figure,
                "points": None if part.points is None else plain(part.points),
            }
            for part in computed.parts
        ],
        "computed": {aspect.value: None if mark is None else plain(mark) for aspect, mark in computed.marks.items()},
        "direct": {aspect.value: reason.strip() for aspect, reason in reasons.items()},
    }


def parts_from_json(stored: Mapping[str, Any]) -> list[Part]:
    """The parts of a frozen assessment. Precondition: written by `to_json`."""
    return [
        Part(
            aspect=Aspect(one["aspect"]),
            sub=Sub(one["sub"]),
            weight=Decimal(one["weight"]),
            source=Source(one["source"]),
            figure=one["figure"],
            points=None if one["points"] is None else Decimal(one["points"]),
        )
        for one in stored["parts"]
    ]


def _number(figure: str) -> Decimal | None:
    whole, _, rest = figure.partition(".")
    is_number = figure.isascii() and whole.isdecimal() and len(whole) <= 8 and (rest.isdecimal() or "." not in figure)
    return Decimal(figure) if is_number and len(rest) <= 4 else None
