"""How a supplier performed in a category and a period: quality, delivery and service out of its orders.

Serves WORDS.md section 2 (`performance_review`) and SCREENS.md PL-13, SP-11. No business gives no score, too little of
it figures without one. Every order counts the same: quantities of different units cannot be added. Knows no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from app.domain.certification import HIGHEST, PUBLISHED_STEP, SCORE_STEP, Grade, Marks, grade_of, plain
from app.domain.refusals import Code, Refusal

# The best service mark of a delivery.
BEST_SERVICE: Final = 5
# The supplier's time to reply, the day of the review not counted.
REPLY_DAYS: Final = 10


@dataclass(frozen=True, slots=True)
class Formula:
    """The rule a review is made by; a copy is frozen in its row. Weights are shares; of an aspect that nobody could
    observe, the share goes to the others in proportion."""

    version: str = "performance.v1"
    quality: Decimal = Decimal("0.50")
    delivery: Decimal = Decimal("0.35")
    service: Decimal = Decimal("0.15")
    minimum_orders: int = 3
    # How much of a review's points goes into the marks of the certification that follows from it.
    certification_share: Decimal = Decimal("0.5")

    def to_json(self) -> dict[str, Any]:
        """As frozen and journalled."""
        return {
            "version": self.version,
            "quality": plain(self.quality),
            "delivery": plain(self.delivery),
            "service": plain(self.service),
            "minimum_orders": self.minimum_orders,
            "certification_share": plain(self.certification_share),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Formula":
        """Precondition: written by `to_json`."""
        return cls(
            version=stored["version"],
            quality=Decimal(stored["quality"]),
            delivery=Decimal(stored["delivery"]),
            service=Decimal(stored["service"]),
            minimum_orders=stored["minimum_orders"],
            certification_share=Decimal(stored["certification_share"]),
        )


FORMULA: Final = Formula()


@dataclass(frozen=True, slots=True)
class Promise:
    """So much is due on a day, the whole day included."""

    on: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived on a day: accepted, rejected, and the mark for service from 0 to 5 where one was given."""

    on: date
    accepted: Decimal
    rejected: Decimal
    service: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase order: its promises, one or several, and what has arrived so far."""

    promises: tuple[Promise, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def quantity(self) -> Decimal:
        """All that was ordered."""
        return sum((promise.quantity for promise in self.promises), Decimal(0))

    @property
    def due_on(self) -> date:
        """The day of the last promise: the order belongs to the period this day lies in."""
        return max(promise.on for promise in self.promises)


@dataclass(frozen=True, slots=True)
class Points:
    """0 to 100 by aspect, two digits half up; None where nothing could be observed."""

    quality: Decimal | None
    delivery: Decimal | None
    service: Decimal | None


class Outcome(StrEnum):
    """What a period gives: a score, too few orders for one, or no business at all."""

    SCORED = "scored"
    TOO_FEW = "too_few"
    NO_BUSINESS = "no_business"


@dataclass(frozen=True, slots=True)
class Figures:
    """A supplier's performance with the sample it rests on."""

    outcome: Outcome
    orders: int
    deliveries: int
    points: Points
    score: Decimal | None
    grade: Grade | None


class Span(StrEnum):
    """How long a period is."""

    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter (2026-Q3) or a year (2026) of the calendar, both days included."""

    code: str
    span: Span
    first: date
    last: date


def parse_period(code: str) -> Period | None:
    """A period by its code, or None."""
    year, _, quarter = code.partition("-")
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and year.startswith("20")):
        return None
    if not quarter:
        return Period(code, Span.YEAR, date(int(year), 1, 1), date(int(year), 12, 31)) if code == year else None
    if quarter not in ("Q1", "Q2", "Q3", "Q4"):
        return None
    month = 3 * int(quarter[1]) - 2
    following = date(int(year) + month // 10, (month + 3 - 1) % 12 + 1, 1)
    return Period(code, Span.QUARTER, date(int(year), month, 1), following - timedelta(days=1))


def check_period(code: str, today: date) -> Period | Refusal:
    """A period that is over. Refuses OUT_OF_RANGE (no such period) and TOO_EARLY (it still runs)."""
    period = parse_period(code)
    if period is None:
        return Refusal(Code.OUT_OF_RANGE, {"field": "period"})
    if today <= period.last:
        return Refusal(Code.TOO_EARLY, {"field": "period", "after": period.last.isoformat()})
    return period


def on_time_quantity(order: Order) -> Decimal:
    """How much of what was promised had been accepted by its day. What arrives fills the earliest promise that is not
    full yet; a rejected piece has not arrived; early is on time; more than was ordered counts for nothing."""
    found = reached = Decimal(0)
    for promise in sorted(order.promises, key=lambda one: one.on):
        # What has come by the day, without what the promises before this one have taken.
        by_then = sum((one.accepted for one in order.deliveries if one.on <= promise.on), Decimal(0))
        found += max(Decimal(0), min(by_then - reached, promise.quantity))
        reached += promise.quantity
    return found


def shares_of(order: Order) -> tuple[Fraction | None, Fraction, Fraction | None]:
    """Quality, delivery and service of one order as exact shares from 0 to 1; None where nothing was observed."""
    accepted = sum((one.accepted for one in order.deliveries), Decimal(0))
    examined = accepted + sum((one.rejected for one in order.deliveries), Decimal(0))
    marks = [one.service for one in order.deliveries if one.service is not None]
    return (
        Fraction(accepted) / Fraction(examined) if examined else None,
        Fraction(on_time_quantity(order)) / Fraction(order.quantity),
        Fraction(sum(marks), len(marks) * BEST_SERVICE) if marks else None,
    )


def points_of(order: Order) -> Points:
    """One order's points."""
    return Points(*(None if share is None else _points(share) for share in shares_of(order)))


def measure(orders: Sequence[Order], formula: Formula = FORMULA) -> Figures:
    """The figures of a period from the orders that were due in it. The score is computed from the published points, so
    that anybody can do it again by hand."""
    columns = zip(*(shares_of(order) for order in orders), strict=True) if orders else ((), (), ())
    points = Points(*(_mean(column) for column in columns))
    outcome = Outcome.SCORED if len(orders) >= formula.minimum_orders else Outcome.TOO_FEW
    outcome = outcome if orders else Outcome.NO_BUSINESS
    score = _score(points, formula) if outcome is Outcome.SCORED else None
    return Figures(
        outcome=outcome,
        orders=len(orders),
        deliveries=sum(len(order.deliveries) for order in orders),
        points=points,
        score=score,
        grade=None if score is None else grade_of(score),
    )


def may_close(made_on: date, today: date, *, is_replied: bool) -> Refusal | None:
    """Whether a review may be closed: after the supplier's reply, or once its days for one are over. Refuses
    TOO_EARLY."""
    last = made_on + timedelta(days=REPLY_DAYS)
    if is_replied or today > last:
        return None
    return Refusal(Code.TOO_EARLY, {"field": "reply", "after": last.isoformat()})


def marks_after(current: Marks, points: Points, formula: Formula) -> Marks:
    """The marks a certification would have after a review: quality and delivery move by the formula's share towards
    the points, credit stays; an aspect without points stays, too."""

    def moved(mark: Decimal, towards: Decimal | None) -> Decimal:
        if towards is None:
            return mark
        share = formula.certification_share
        return (mark * (1 - share) + towards * share).quantize(SCORE_STEP, rounding=ROUND_HALF_UP)

    return Marks(moved(current.quality, points.quality), moved(current.delivery, points.delivery), current.credit)


def _mean(column: Iterable[Fraction | None]) -> Decimal | None:
    seen = [share for share in column if share is not None]
    return _points(sum(seen, Fraction(0)) / len(seen)) if seen else None


def _points(share: Fraction) -> Decimal:
    exact = share * int(HIGHEST)
    # 28 digits of the division are more than two half up can tell apart: the shares are of bounded amounts.
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(SCORE_STEP, rounding=ROUND_HALF_UP)


def _score(points: Points, formula: Formula) -> Decimal | None:
    pairs = (
        (points.quality, formula.quality),
        (points.delivery, formula.delivery),
        (points.service, formula.service),
    )
    seen = [(point, weight) for point, weight in pairs if point is not None]
    total = sum((point * weight for point, weight in seen), Decimal(0))
    weights = sum((weight for _, weight in seen), Decimal(0))
    return (total / weights).quantize(PUBLISHED_STEP, rounding=ROUND_HALF_UP)
