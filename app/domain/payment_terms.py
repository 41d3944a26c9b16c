"""The issues of a negotiation and what they are worth: payment terms as present value, delivery, warranty.

Payments are discounted each by simple interest over its days: amount / (1 + rate × days / 365), day 0 being the day
the contract is signed. Shares are rounded half up to the currency's smallest unit; what the rounding leaves is in the
main payment, so that the shares always add up to the price.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.money import EXACT, HUNDRED, fits_scale, round_half_up
from app.domain.refusals import Code, Refusal
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

YEAR: Final = Decimal(365)
# A rate or a share has at most so many digits behind the point.
SCALE: Final = 2
MOST_RATE: Final = Decimal(50)


@dataclass(frozen=True, slots=True)
class Issues:
    """What is negotiated. Percent of the price; days are calendar days.

    The main payment falls `credit_days` after delivery; `draft_days` more pass where it is paid by a bank acceptance
    draft (0: by transfer). The retention is paid `retention_days` after delivery.
    """

    prepayment: Decimal
    credit_days: int
    draft_days: int
    retention: Decimal
    retention_days: int
    delivery_days: int
    warranty_months: int

    def to_json(self) -> dict[str, Any]:
        """The stored form; percent as texts."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: plain(value) if isinstance(value, Decimal) else value for name, value in values.items()}


# name → (least, most, whether the buyer wants more of it). Drafts run six months at most (PBoC, CBIRC order 4 of 2022).
RANGES: Final[Mapping[str, tuple[int, int, bool]]] = {
    "prepayment": (0, 100, False),
    "credit_days": (0, 365, True),
    "draft_days": (0, 180, True),
    "retention": (0, 30, True),
    "retention_days": (0, 1825, True),
    "delivery_days": (1, 730, False),
    "warranty_months": (0, 120, True),
}

# The house's own template: what a contract says where nothing else was agreed.
STANDARD: Final = Issues(Decimal(0), 60, 0, Decimal(5), 365, 30, 12)


def issues_from_json(stored: Mapping[str, Any]) -> Issues:
    """Read the stored form."""
    shares = ("prepayment", "retention")
    values: dict[str, Any] = {name: Decimal(stored[name]) if name in shares else stored[name] for name in RANGES}
    return Issues(**values)


def check_issues(issues: Issues) -> Refusal | None:
    """Refuse a value out of its range, a share too precise, and shares of more than the price (OUT_OF_RANGE)."""
    for name, (least, most, _) in RANGES.items():
        value = getattr(issues, name)
        if not least <= value <= most or (isinstance(value, Decimal) and not fits_scale(value, SCALE)):
            return Refusal(Code.OUT_OF_RANGE, {"field": name, "least": str(least), "most": str(most)})
    if issues.prepayment + issues.retention > HUNDRED:
        return Refusal(Code.OUT_OF_RANGE, {"field": "retention", "most": plain(HUNDRED - issues.prepayment)})
    return None


def check_rate(rate: Decimal) -> Refusal | None:
    """Refuse a yearly rate that is none (OUT_OF_RANGE)."""
    fits = 0 <= rate <= MOST_RATE and fits_scale(rate, SCALE)
    return None if fits else Refusal(Code.OUT_OF_RANGE, {"field": "rate", "least": "0", "most": str(MOST_RATE)})


def beyond(issues: Issues, limits: Issues) -> list[str]:
    """Name the issues that are worse for the buyer than the mandate's limits."""
    return [
        name
        for name, (_, _, wants_more) in RANGES.items()
        if (_of(issues, name) < _of(limits, name) if wants_more else _of(issues, name) > _of(limits, name))
    ]


def _of(issues: Issues, name: str) -> Decimal:
    return Decimal(getattr(issues, name))


def differences(issues: Issues, other: Issues) -> list[str]:
    """Name the issues in which two tables differ."""
    return [name for name in RANGES if getattr(issues, name) != getattr(other, name)]


class PartKind(StrEnum):
    """What a payment is for."""

    PREPAYMENT = "prepayment"
    MAIN = "main"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Part:
    """One payment: its share of the price, the day it is money (from the signing on), and what it is worth."""

    kind: PartKind
    amount: Decimal
    day: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class PresentValue:
    """What the price is worth on the day of signing, payment by payment."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> Decimal:
        """All payments together."""
        return sum((each.value for each in self.parts), Decimal(0))


def present_value(total: Decimal, issues: Issues, *, rate: Decimal, digits: int) -> PresentValue:
    """What a price under these terms is worth at a yearly rate in percent. Precondition: checked; `total` fits
    `digits`."""

    def share(percent: Decimal) -> Decimal:
        return round_half_up(EXACT.divide(EXACT.multiply(total, percent), HUNDRED), digits)

    prepaid, kept = share(issues.prepayment), share(issues.retention)
    # Of a price of a cent two shares of a half are two cents.
    kept = min(kept, total - prepaid)
    delivered = issues.delivery_days
    rows = (
        (PartKind.PREPAYMENT, prepaid, 0),
        (PartKind.MAIN, total - prepaid - kept, delivered + issues.credit_days + issues.draft_days),
        (PartKind.RETENTION, kept, delivered + issues.retention_days),
    )
    return PresentValue(
        tuple(Part(kind, amount, day, _discounted(amount, day, rate, digits)) for kind, amount, day in rows if amount)
    )


def _discounted(amount: Decimal, day: int, rate: Decimal, digits: int) -> Decimal:
    # amount × 36500 / (36500 + rate × days): one division, rounded once.
    whole = EXACT.multiply(YEAR, HUNDRED)
    below = EXACT.add(whole, EXACT.multiply(rate, Decimal(day)))
    return round_half_up(EXACT.divide(EXACT.multiply(amount, whole), below), digits)
