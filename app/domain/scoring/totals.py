"""Technical points, totals and the order of offers (SCORING.md sections 2 and 3).

Technical points and totals are rounded half up to two digits, once each, at their end; whether a total is made of price
points as shown or of exact ones is the formula's `rounding`. Of equal totals the lower price stands first, then the
earlier one, unless the formula's `ties` put the better quality before the lower price.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.kinds import Counts, Figured, Formula, Pointed, PriceOnly, Rounding, Ties
from app.domain.scoring.price_points import (
    Measures,
    PriceField,
    measure,
    rank_figure,
    round_fraction,
    score_measured,
    score_price,
)
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


def total_points(
    rules: EvaluationRules, technical: Decimal | None, price: Fraction, bonus: Decimal = Decimal(0)
) -> Decimal:
    """(w_t · technical + w_p · price points) / 100 + bonus, two digits half up; `price` is what counts of the price
    points, `bonus` what the certification adds or takes off.

    Worked example (SCREENS.md section 3, alias F): (40 · 82.0 + 60 · 94.694178…) / 100 = 89.6165… → 89.62.
    """
    shares = weighed(rules, technical, price)
    return round_fraction(sum(shares.values(), Fraction(bonus)), POINT_DIGITS)


def weighed(rules: EvaluationRules, technical: Decimal | None, price: Fraction) -> dict[str, Fraction]:
    """Each side's share of the total, rounded here where the formula's stage is `weighted`."""
    found = {"price": Fraction(rules.price.weight) * price / 100}
    if rules.technical is not None and technical is not None:
        found["technical"] = Fraction(rules.technical.weight) * Fraction(technical) / 100
    formula = rules.price.formula
    if isinstance(formula, Pointed) and formula.rounding is Rounding.WEIGHTED:
        return {side: Fraction(round_fraction(share, formula.digits)) for side, share in found.items()}
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid that counts: `order` is its place in the record, the earlier the smaller; `technical` its locked points;
    `features` those of its own that `coefficient` may ask for; `bonus` the points of its certification."""

    key: str
    amount: Decimal
    order: int
    technical: Decimal | None = None
    bonus: Decimal = Decimal(0)
    features: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredOffer:
    """An offer with its points and place. `figure`: what a formula without points ranks by (an evaluated price or a
    ratio). `is_tied`: another has the same total, the same figure, or under `price_only` the same amount."""

    offer: Offer
    rank: int
    price_points: Decimal | None
    total: Decimal | None
    is_tied: bool
    figure: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """An offer with what it is ranked by: `key` the smaller the better, None the last of all."""

    offer: Offer
    key: Fraction | Decimal | None
    points: Decimal | None = None
    total: Decimal | None = None
    figure: Decimal | None = None


def rank_offers(
    rules: EvaluationRules, offers: Iterable[Offer], *, ceiling: Decimal, others: Sequence[Decimal] = ()
) -> list[ScoredOffer]:
    """The total order of a lot's offers: best total, best figure, or lowest amount, as the formula says; of equals the
    lower price, or first the higher technical points where the formula's `ties` says so; then the earlier in the
    record (SCORING.md section 3). `others`: amounts of offers that fell out; they count only where the formula's
    `counts` is `all`."""
    listed = list(offers)
    if not listed:
        return []
    field = price_field(rules.price.formula, [each.amount for each in listed], others, ceiling)
    formula = rules.price.formula
    measures = measure(formula, field) if isinstance(formula, Pointed) else None
    placed = [_place(rules, each, measures, ceiling) for each in listed]
    by_quality = formula.ties is Ties.TECHNICAL
    placed.sort(
        key=lambda one: (
            one.key is None,
            one.key or 0,
            -(one.offer.technical or 0) if by_quality else 0,
            one.offer.amount,
            one.offer.order,
        )
    )
    alike = Counter(one.key for one in placed)
    return [
        ScoredOffer(one.offer, place, one.points, one.total, is_tied=alike[one.key] > 1, figure=one.figure)
        for place, one in enumerate(placed, start=1)
    ]


def price_field(
    formula: Formula, amounts: Iterable[Decimal], others: Sequence[Decimal], ceiling: Decimal
) -> PriceField:
    """The amounts that make lowest, mean and highest."""
    counts_all = isinstance(formula, Pointed) and formula.counts is Counts.ALL
    return PriceField((*amounts, *others) if counts_all else tuple(amounts), ceiling)


def _place(rules: EvaluationRules, offer: Offer, measures: Measures | None, ceiling: Decimal) -> _Placed:
    formula = rules.price.formula
    if isinstance(formula, PriceOnly):
        return _Placed(offer, offer.amount)
    if isinstance(formula, Figured):
        technical = offer.technical or Decimal(0)
        made = rank_figure(formula, offer.amount, technical, ceiling=ceiling, features=offer.features)
        return _Placed(offer, made.key, figure=made.figure)
    assert measures is not None
    found = score_measured(formula, offer.amount, measures)
    total = total_points(rules, offer.technical, found.counted, offer.bonus)
    return _Placed(offer, total.copy_negate(), found.points, total)


def percent_worth(formula: Formula, amount: Decimal, field: PriceField) -> Decimal | None:
    """What a price cut of 1 % is worth in price points to this bid, the others unchanged (SCORING.md section 1, shown
    by the builder); None where the formula gives no points."""
    before = score_price(formula, amount, field)
    if before is None:
        return None
    rest = list(field.amounts)
    rest.remove(amount)
    cut = amount * Decimal("0.99")
    after = score_price(formula, cut, PriceField((*rest, cut), field.ceiling))
    return None if after is None else after.points - before.points
