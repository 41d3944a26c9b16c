"""Technical points, totals and the order of offers (SCORING.md sections 2 and 3).

Technical points and totals are rounded half up to two digits, once each, at their end; whether a total is made of price
points as shown or of exact ones is the formula's `rounding`. Of equal totals the lower price stands first, then the
earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.formulas import Formula
from app.domain.scoring.price_points import PriceField, round_fraction, score_price
from app.domain.scoring.rules import EvaluationRules, TechnicalRules

POINT_DIGITS: Final = 2
HIGHEST_MARK: Final = 5


def technical_points(rules: TechnicalRules, values: Mapping[str, Decimal]) -> Decimal:
    """Σ effective weight/100 · value/5 · 100, two digits half up at the end. Precondition: a value for every criterion.

    Worked example: weights 30 and 70, values 4.5 and 3.3: 30 · 4.5/5 + 70 · 3.3/5 = 27 + 46.2 = 73.20.
    """
    weights = rules.effective_weights().items()
    shares = (weight * Fraction(values[criterion]) / HIGHEST_MARK for criterion, weight in weights)
    return round_fraction(sum(shares, Fraction(0)), POINT_DIGITS)


def failed_criteria(rules: TechnicalRules, values: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The criteria whose own points (value/5 · 100, unrounded) are below their threshold."""
    return tuple(
        each.id
        for each in rules.criteria
        if each.threshold is not None and Fraction(values[each.id]) * 100 / HIGHEST_MARK < Fraction(each.threshold)
    )


def failed_groups(rules: TechnicalRules, values: Mapping[str, Decimal]) -> tuple[str, ...]:
    """The groups whose own points (unrounded) are below their threshold."""
    points = rules.group_points(values) if rules.groups else {}
    return tuple(
        each.id for each in rules.groups if each.threshold is not None and points[each.id] < Fraction(each.threshold)
    )


def is_passing(rules: TechnicalRules, values: Mapping[str, Decimal]) -> bool:
    """Minimum scores first (SCORING.md section 3): the points as shown reach the threshold, and so does each criterion
    and each group; a figure equal to its threshold passes."""
    points = technical_points(rules, values)
    reaches = rules.threshold is None or points >= rules.threshold
    return reaches and not failed_criteria(rules, values) and not failed_groups(rules, values)


def total_points(rules: EvaluationRules, technical: Decimal | None, price: Fraction) -> Decimal:
    """(w_t · technical + w_p · price points) / 100, two digits half up; `price` is what counts of the price points.

    Worked example (SCREENS.md section 3, alias F): (40 · 82.0 + 60 · 94.694178…) / 100 = 89.6165… → 89.62.
    """
    weighed = Fraction(rules.price.weight) * price
    if rules.technical is not None and technical is not None:
        weighed += Fraction(rules.technical.weight) * Fraction(technical)
    return round_fraction(weighed / 100, POINT_DIGITS)


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid that counts: `order` is its place in the record, the earlier the smaller; `technical` its locked points."""

    key: str
    amount: Decimal
    order: int
    technical: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ScoredOffer:
    """An offer with its points and place. `is_tied`: another has the same total (`price_only`: the same amount)."""

    offer: Offer
    rank: int
    price_points: Decimal | None
    total: Decimal | None
    is_tied: bool


def rank_offers(rules: EvaluationRules, offers: Iterable[Offer], *, ceiling: Decimal) -> list[ScoredOffer]:
    """The total order of a lot's offers: best total, of equal totals the lower price, then the earlier in the record
    (SCORING.md section 3; contract: ties stated). Under `price_only` by amount alone."""
    listed = list(offers)
    if not listed:
        return []
    field = PriceField(tuple(each.amount for each in listed), ceiling)
    scored = [(each, *_score(rules, each, field)) for each in listed]
    scored.sort(key=lambda one: (-(one[2] or Decimal(0)), one[0].amount, one[0].order))
    alike: dict[Decimal, int] = {}
    for offer, _points, total in scored:
        key = offer.amount if total is None else total
        alike[key] = alike.get(key, 0) + 1
    return [
        ScoredOffer(offer, place, points, total, is_tied=alike[offer.amount if total is None else total] > 1)
        for place, (offer, points, total) in enumerate(scored, start=1)
    ]


def _score(rules: EvaluationRules, offer: Offer, field: PriceField) -> tuple[Decimal | None, Decimal | None]:
    found = score_price(rules.price.formula, offer.amount, field)
    if found is None:
        return None, None
    return found.points, total_points(rules, offer.technical, found.counted)


def percent_worth(formula: Formula, amount: Decimal, field: PriceField) -> Decimal | None:
    """What a price cut of 1 % is worth in price points to this bid, the others unchanged (SCORING.md section 1, shown
    by the builder); None under `price_only`."""
    before = score_price(formula, amount, field)
    if before is None:
        return None
    rest = list(field.amounts)
    rest.remove(amount)
    cut = amount * Decimal("0.99")
    after = score_price(formula, cut, PriceField((*rest, cut), field.ceiling))
    return None if after is None else after.points - before.points
