"""Certification of a supplier on quality, delivery and credit: score, grade, validity, standing.

Serves DESIGN.md section 3 (only certified suppliers are invited, by rule) and SCREENS.md section 3 (the weights).
Knows no clock: every question about validity takes the instant it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from app.domain.refusals import Code, Refusal

HIGHEST = Decimal(100)
# Marks come from audit sheets with at most two decimals; more would suggest a precision nobody measured.
SCORE_STEP = Decimal("0.01")
# Beyond four decimals nobody can check a weight by hand, and a long tail could pass for one by rounding.
WEIGHT_STEP = Decimal("0.0001")
# The score is published with one decimal. Rounded half up, once, at the end; the published figure decides the grade,
# so nobody sees "90.0, grade B".
PUBLISHED_STEP = Decimal("0.1")
# SP-01 warns early enough to collect new evidence and have it approved.
EXPIRING_WITHIN = timedelta(days=30)
# An assessment older than three years says nothing about today's deliveries.
LONGEST_VALIDITY = timedelta(days=3 * 366)


class Aspect(StrEnum):
    """What is assessed."""

    QUALITY = "quality"
    DELIVERY = "delivery"
    CREDIT = "credit"


class Grade(StrEnum):
    """Bands of the published scheme, best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


# WORDS.md section 2, `grade`: the lowest score of each band, best first.
BANDS: tuple[tuple[Grade, Decimal], ...] = (
    (Grade.A, Decimal(90)),
    (Grade.B, Decimal(80)),
    (Grade.C, Decimal(70)),
    (Grade.D, Decimal(0)),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """One figure for each aspect: marks given, weights, or minimums."""

    quality: Decimal
    delivery: Decimal
    credit: Decimal

    def by_aspect(self) -> tuple[tuple[Aspect, Decimal], ...]:
        """In the fixed order of the aspects, so that every listing reads the same."""
        return ((Aspect.QUALITY, self.quality), (Aspect.DELIVERY, self.delivery), (Aspect.CREDIT, self.credit))

    def to_json(self) -> dict[str, str]:
        """Decimal strings without idle zeros, as journalled: one figure, one spelling, whatever it went through."""
        return {aspect.value: plain(figure) for aspect, figure in self.by_aspect()}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Marks":
        """Precondition: written by `to_json`."""
        return cls(*(Decimal(stored[aspect.value]) for aspect in Aspect))


DEFAULT_WEIGHTS = Marks(Decimal("0.5"), Decimal("0.3"), Decimal("0.2"))
# A supplier that fails one aspect badly is not saved by the other two.
DEFAULT_MINIMUMS = Marks(Decimal(60), Decimal(60), Decimal(60))


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the marks amount to under the scheme, with everything needed to recompute it by hand."""

    marks: Marks
    weights: Marks
    minimums: Marks
    score: Decimal
    grade: Grade


class StandingState(StrEnum):
    """May this supplier be invited in this category at this instant, and if not, why."""

    CERTIFIED = "certified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    NOT_CERTIFIED = "not_certified"
    WRONG_CATEGORY = "wrong_category"


@dataclass(frozen=True, slots=True)
class Certificate:
    """An approved certification: valid from its approval, up to and not including `valid_until`."""

    score: Decimal
    grade: Grade
    valid_from: datetime
    valid_until: datetime
    marks: Marks | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a supplier when its standing is asked."""

    categories: frozenset[str]
    certificate: Certificate | None
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer, with the refusal that stands in the way, if any."""

    state: StandingState
    certificate: Certificate | None
    refusal: Refusal | None


_BARS: Mapping[StandingState, Code] = {
    StandingState.SUSPENDED: Code.SUPPLIER_SUSPENDED,
    StandingState.NOT_CERTIFIED: Code.NOT_CERTIFIED,
    StandingState.EXPIRED: Code.CERTIFICATION_EXPIRED,
    StandingState.WRONG_CATEGORY: Code.WRONG_CATEGORY,
}


def plain(figure: Decimal) -> str:
    """A decimal without exponent and idle zeros."""
    return format(figure.normalize(), "f")


def published(score: Decimal) -> Decimal:
    """A score as it is printed everywhere: one decimal, "90.0" too. Precondition: made by `assess`."""
    return score.quantize(PUBLISHED_STEP)


def grade_of(score: Decimal) -> Grade:
    """The band of a published score. A >= 90, B >= 80, C >= 70, D below: WORDS.md section 2, `grade`."""
    return next(grade for grade, lowest in BANDS if score >= lowest)


def assess(marks: Marks, weights: Marks = DEFAULT_WEIGHTS, minimums: Marks = DEFAULT_MINIMUMS) -> Assessment | Refusal:
    """Weighted score, half up to one decimal, and its grade; an aspect below its minimum refuses. SCREENS.md 3."""
    refusal = _check_marks(marks) or _check_weights(weights) or _check_minimums(marks, minimums)
    if refusal is not None:
        return refusal
    pairs = zip(marks.by_aspect(), weights.by_aspect(), strict=True)
    exact = sum((mark * weight for (_, mark), (_, weight) in pairs), start=Decimal(0))
    score = exact.quantize(PUBLISHED_STEP, rounding=ROUND_HALF_UP)
    return Assessment(marks=marks, weights=weights, minimums=minimums, score=score, grade=grade_of(score))


def check_validity(valid_from: datetime, valid_until: datetime) -> Refusal | None:
    """A certificate ends after it starts and within three years. Both are aware instants."""
    if valid_until <= valid_from:
        return Refusal(Code.OUT_OF_RANGE, {"field": "valid_until", "after": _instant(valid_from)})
    if valid_until - valid_from > LONGEST_VALIDITY:
        return Refusal(Code.OUT_OF_RANGE, {"field": "valid_until", "latest": _instant(valid_from + LONGEST_VALIDITY)})
    return None


def standing(record: Record, category: str, at: datetime) -> Standing:
    """Where a supplier stands in a category at an instant; the heaviest bar is named first. DESIGN.md section 3."""
    state = _standing_state(record, category, at)
    code = _BARS.get(state)
    refusal = Refusal(code, _bar_detail(record, state)) if code is not None else None
    return Standing(state=state, certificate=record.certificate, refusal=refusal)


def decide_invitation(
    found: Standing, lowest_grade: Grade | None = None, minimum: Mapping[Aspect, Decimal] | None = None
) -> Refusal | None:
    """Why this supplier may not be invited, or None: standing first, then the tender's grade, then its least mark of
    each aspect. SCREENS.md PL-05, SCORING.md section 3."""
    if found.refusal is not None:
        return found.refusal
    if found.certificate is None:
        raise ValueError("a standing without certificate carries a refusal")
    # The letters sort with the best first, so a greater letter is a worse grade.
    if lowest_grade is not None and found.certificate.grade > lowest_grade:
        return Refusal(
            Code.BELOW_MINIMUM,
            {"field": "grade", "grade": found.certificate.grade.value, "minimum": lowest_grade.value},
        )
    marks = found.certificate.marks
    if minimum and marks is not None:
        least = Marks(*(minimum.get(aspect, Decimal(0)) for aspect in Aspect))
        return _check_minimums(marks, least)
    return None


def may_be_invited(found: Standing, lowest_grade: Grade | None = None) -> bool:
    """Only certified, unexpired, unsuspended suppliers of the category, of the grade asked. DESIGN.md section 3."""
    return decide_invitation(found, lowest_grade) is None


def _standing_state(record: Record, category: str, at: datetime) -> StandingState:
    state = overall_state(record, at)
    is_valid = state in (StandingState.CERTIFIED, StandingState.EXPIRING)
    return StandingState.WRONG_CATEGORY if is_valid and category not in record.categories else state


def overall_state(record: Record, at: datetime) -> StandingState:
    """Where a supplier stands whatever the category: for lists and its own home page. Never WRONG_CATEGORY."""
    certificate = record.certificate
    if record.is_suspended:
        return StandingState.SUSPENDED
    if certificate is None or at < certificate.valid_from:
        return StandingState.NOT_CERTIFIED
    if at >= certificate.valid_until:
        return StandingState.EXPIRED
    if at >= certificate.valid_until - EXPIRING_WITHIN:
        return StandingState.EXPIRING
    return StandingState.CERTIFIED


def _bar_detail(record: Record, state: StandingState) -> dict[str, str]:
    if state is StandingState.EXPIRED and record.certificate is not None:
        return {"valid_until": _instant(record.certificate.valid_until)}
    return {}


def is_score(mark: Decimal) -> bool:
    """Whether a figure can be a mark: 0 to 100 with at most two decimals."""
    return mark.is_finite() and 0 <= mark <= HIGHEST and mark == mark.quantize(SCORE_STEP)


def _check_marks(marks: Marks) -> Refusal | None:
    for aspect, mark in marks.by_aspect():
        if not is_score(mark):
            return Refusal(Code.OUT_OF_RANGE, {"field": aspect.value, "highest": str(HIGHEST), "step": str(SCORE_STEP)})
    return None


def _check_weights(weights: Marks) -> Refusal | None:
    figures = [weight for _, weight in weights.by_aspect()]
    # Exact comparison on purpose: a third and two thirds typed with rounding do not make one.
    if all(_is_share(weight) for weight in figures) and sum(figures) == 1:
        return None
    return Refusal(Code.WEIGHTS_NOT_100, {"sum": "1", "step": str(WEIGHT_STEP)})


def _is_share(weight: Decimal) -> bool:
    return weight.is_finite() and 0 <= weight <= 1 and weight == weight.quantize(WEIGHT_STEP)


def _check_minimums(marks: Marks, minimums: Marks) -> Refusal | None:
    for (aspect, mark), (_, minimum) in zip(marks.by_aspect(), minimums.by_aspect(), strict=True):
        if mark < minimum:
            return Refusal(Code.BELOW_MINIMUM, {"field": aspect.value, "mark": str(mark), "minimum": str(minimum)})
    return None


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
