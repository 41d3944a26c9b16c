"""What a little more of one thing is worth in the total: one percent off the price, one level of a criterion.

Serves SCREENS.md PL-04 (leverage preview) and SCORING.md section 1 ("the builder shows what a 1 % price cut is worth").
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from app.domain.evaluation_sentences import EXAMPLE_CEILING, EXAMPLE_PRICES
from app.domain.scoring.formulas import has_total
from app.domain.scoring.price_points import PriceField, round_fraction
from app.domain.scoring.totals import HIGHEST_MARK, POINT_DIGITS, percent_worth

if TYPE_CHECKING:
    from app.domain.scoring.rules import EvaluationRules

HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Leverage:
    """Points of the total. `percent`: 1 % off the middle one of the made-up prices; None where price alone ranks."""

    percent: Decimal | None
    levels: tuple[tuple[str, Decimal], ...]


def leverage_of(rules: EvaluationRules) -> Leverage:
    """Give what is worth how much.

    Worked example: 60 % price by the lowest ratio, 104.00 cut to 102.96 beside 100 and 120: 97.13 − 96.15 = 0.98 price
    points, 0.59 of the total. 40 % technical, a criterion of 30 %: one level is 40/100 · 30/5 = 2.40 of the total; in
    a group of 50 % it is half of that.
    """
    worth = percent_worth(rules.price.formula, EXAMPLE_PRICES[1], PriceField(EXAMPLE_PRICES, EXAMPLE_CEILING))
    percent = None if worth is None else _share(Fraction(worth), rules.price.weight)
    technical = rules.technical
    if technical is None or not has_total(rules.price.formula):
        return Leverage(percent, ())
    weights = technical.effective_weights().items()
    return Leverage(percent, tuple((one, _share(weight / HIGHEST_MARK, technical.weight)) for one, weight in weights))


def _share(points: Fraction, weight: Decimal) -> Decimal:
    return round_fraction(points * Fraction(weight) / HUNDRED, POINT_DIGITS)
