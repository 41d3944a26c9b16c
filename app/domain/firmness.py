"""How firm the recommendation stands, as the report says it: the price weights between which first place and shortlist
hold (SCORING.md section 3, SCREENS.md DR-07 "sensitivity statement"). The bounds are rounded inwards, so that what is
printed is true."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, Final

from app.domain.money import EXACT
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import Offer
from app.domain.scoring.typed import plain
from app.domain.sensitivity import Holding, first_holding, has_weights, lines_of, shortlist_holding

_STEP: Final = Decimal("0.01")


def firmness(
    rules: EvaluationRules,
    offers: Sequence[Offer],
    *,
    shortlist: Sequence[str],
    ceiling: Decimal,
    others: Sequence[Decimal] = (),
) -> dict[str, Any] | None:
    """The statement of one lot, keys as the offers name them in order of rank; None where there are no two sides whose
    weights could be shifted, or nobody to compare with. `others`: amounts of excluded offers."""
    if not has_weights(rules) or len(offers) < 2:
        return None
    lines, weight = lines_of(rules, offers, ceiling=ceiling, others=others), Fraction(rules.price.weight)
    first = first_holding(lines, offers[0].key, weight)
    return {
        "weight": plain(rules.price.weight),
        "first": _told(first),
        "shortlist": _told(shortlist_holding(lines, shortlist, rules.shortlist, weight)),
    }


def _told(holding: Holding) -> dict[str, Any] | None:
    """None: the place rests on rounding or ties alone."""
    if holding.interval is None:
        return None
    low = _rounded(holding.interval.low, ROUND_CEILING)
    high = _rounded(holding.interval.high, ROUND_FLOOR)
    return {"low": low, "high": high, "below": list(holding.below), "above": list(holding.above)}


def _rounded(exact: Fraction, rounding: str) -> str:
    value = EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return plain(value.quantize(_STEP, rounding=rounding, context=EXACT))
