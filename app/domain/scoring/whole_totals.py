"""Totals in whole numbers: what `total_points` gives, in hundredths, for those who need thousands (SCORING.md 4).

An offer's sides stand once over a common denominator; another weight or other technical points is then a few products
of whole numbers and one division, exact, and rounded half up where the formula says. The official total is not made
here: a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from app.domain.scoring.kinds import Formula, Pointed, Rounding
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import POINT_DIGITS, Offer

# Of a total: two digits.
HUNDREDTHS: Final = 10**POINT_DIGITS


@dataclass(frozen=True, slots=True)
class Weights:
    """Both weights in percent over one denominator."""

    price: int
    technical: int
    per: int


def weights_of(rules: EvaluationRules) -> Weights:
    """The weights of the rules."""
    technical = Fraction(0) if rules.technical is None else Fraction(rules.technical.weight)
    price = Fraction(rules.price.weight)
    per = lcm(price.denominator, technical.denominator)
    return Weights(int(price * per), int(technical * per), per)


@dataclass(frozen=True, slots=True)
class WholeTotal:
    """One offer: its price points as counted, technical points and bonus, each times `unit`. `digits`: each side's
    share is rounded to so many before they are added, None where it is not."""

    price: int
    technical: int
    bonus: int
    unit: int
    digits: int | None

    def at(self, weights: Weights) -> int:
        """The total in hundredths."""
        price, technical = weights.price * self.price, weights.technical * self.technical
        per = weights.per * self.unit
        if self.digits is None:
            return half_up(price + technical + 100 * weights.per * self.bonus, per * 100 // HUNDREDTHS)
        scale = 10**self.digits
        shares = half_up(price * scale, 100 * per) + half_up(technical * scale, 100 * per)
        return half_up(HUNDREDTHS * (shares * self.unit + scale * self.bonus), scale * self.unit)

    def with_technical(self, hundredths: int) -> WholeTotal:
        """The same offer with other technical points."""
        return replace(self, technical=hundredths * (self.unit // HUNDREDTHS))


def whole_total(formula: Formula, offer: Offer, counted: Fraction) -> WholeTotal:
    """An offer and what counts of its price points."""
    technical, bonus = Fraction(offer.technical or 0), Fraction(offer.bonus)
    unit = lcm(HUNDREDTHS, counted.denominator, technical.denominator, bonus.denominator)
    is_weighted = isinstance(formula, Pointed) and formula.rounding is Rounding.WEIGHTED
    return WholeTotal(
        price=counted.numerator * (unit // counted.denominator),
        technical=technical.numerator * (unit // technical.denominator),
        bonus=bonus.numerator * (unit // bonus.denominator),
        unit=unit,
        digits=formula.digits if is_weighted and isinstance(formula, Pointed) else None,
    )


def half_up(numerator: int, denominator: int) -> int:
    """A quotient to the nearest whole number, halves away from zero. Precondition: a denominator above zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -whole if numerator < 0 else whole


def as_points(hundredths: int) -> Decimal:
    """Hundredths as points with two digits."""
    return Decimal(f"{hundredths}E-{POINT_DIGITS}")
