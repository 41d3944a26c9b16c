"""Price against quality: which offers no other one beats on both, and where offers of equal total lie.

Serves SCREENS.md DR-03.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from app.domain.scoring.price_points import PriceField, round_fraction, score_price
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import POINT_DIGITS

_STEPS: Final = 24


class Point(Protocol):
    """An offer between price and technical points."""

    @property
    def key(self) -> str:
        """Its label."""

    @property
    def amount(self) -> Decimal:
        """Its price."""

    @property
    def technical(self) -> Decimal | None:
        """Its technical points."""


def pareto(offers: Iterable[Point]) -> list[str]:
    """The keys of the offers that no other one beats: none is at most as dear and at least as good and better in one of
    the two. By price; equals are all on the line."""
    found: list[str] = []
    best: Decimal | None = None
    before: Decimal | None = None
    for each in sorted(offers, key=lambda one: (one.amount, -(one.technical or 0))):
        quality = each.technical or Decimal(0)
        if best is None or quality > best or (quality == best and each.amount == before):
            found.append(each.key)
            best, before = quality, each.amount
    return found


def iso_total(
    rules: EvaluationRules, total: Decimal, field: PriceField, between: tuple[Decimal, Decimal]
) -> list[tuple[Decimal, Decimal]]:
    """Points (price, technical points) that have this total at the official weights, the prices of the field unchanged:
    T = (100 · total − w_p · P(price)) / w_t, as far as T is within 0 to 100. Empty without weights on both sides."""
    if rules.technical is None or rules.technical.weight == 0:
        return []
    low, high = map(Fraction, between)
    prices = [_price(low + (high - low) * step / _STEPS) for step in range(_STEPS + 1)] if low < high else [between[0]]
    found = [(price, _technical(rules, total, price, field)) for price in prices]
    return [(price, technical) for price, technical in found if technical is not None and 0 <= technical <= 100]


def _price(exact: Fraction) -> Decimal:
    return round_fraction(exact, 4)


def _technical(rules: EvaluationRules, total: Decimal, price: Decimal, field: PriceField) -> Decimal | None:
    assert rules.technical is not None, "asked for only where there is a technical side"
    scored = score_price(rules.price.formula, price, field)
    if scored is None:
        return None
    left = 100 * Fraction(total) - Fraction(rules.price.weight) * scored.counted
    return round_fraction(left / Fraction(rules.technical.weight), POINT_DIGITS)
