"""How firm a ranking stands: in which interval of the price weight first place and the shortlist hold.

Serves SCORING.md section 3 and SCREENS.md DR-02. Totals are straight lines over the price weight, so each interval is
found exactly, in fractions, on totals before their rounding to two digits: within half of the last digit around a
bound, rounding and the rule of ties decide. Where the official place itself rests on them there is no interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.domain.scoring.formulas import has_total
from app.domain.scoring.kinds import Pointed, Ties
from app.domain.scoring.price_points import count_price, measure
from app.domain.scoring.rules import HUNDRED, EvaluationRules
from app.domain.scoring.shortlist_rules import ShortlistRules
from app.domain.scoring.totals import Offer, price_field
from app.domain.scoring.whole_totals import Weights, WholeTotal, as_points, whole_total
from app.domain.shortlisting import cut_of

_FULL: Final = Fraction(100)
# Beyond a bound, nearer than any weight that anybody types.
_BEYOND: Final = Fraction(1, 10**9)

# What enters of each side: `a + b · weight >= 0`.
_Condition = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Line:
    """The total of one offer over the price weight in percent: `start` at weight 0, `slope` for each percent."""

    key: str
    amount: Decimal
    order: int
    start: Fraction
    slope: Fraction

    def at(self, weight: Fraction) -> Fraction:
        """The exact total at a price weight."""
        return self.start + self.slope * weight


@dataclass(frozen=True, slots=True)
class Interval:
    """The price weights, bounds included, between which something holds."""

    low: Fraction
    high: Fraction


def has_weights(rules: EvaluationRules) -> bool:
    """Whether there are two sides whose weights can be shifted against each other."""
    return rules.technical is not None and has_total(rules.price.formula)


def reweighed(rules: EvaluationRules, price_weight: Decimal) -> EvaluationRules:
    """The rules with another price weight, the technical side having the rest. Precondition: has_weights."""
    assert rules.technical is not None, "only two sides have weights to shift"
    technical = replace(rules.technical, weight=HUNDRED - price_weight)
    return replace(rules, technical=technical, price=replace(rules.price, weight=price_weight))


def counted_points(
    rules: EvaluationRules, offers: Sequence[Offer], *, ceiling: Decimal, others: Sequence[Decimal] = ()
) -> dict[str, Fraction]:
    """{key: what counts of the price points}; empty where the formula gives none."""
    formula = rules.price.formula
    if not offers or not isinstance(formula, Pointed):
        return {}
    measures = measure(formula, price_field(formula, [each.amount for each in offers], others, ceiling))
    return {each.key: count_price(formula, each.amount, measures) for each in offers}


def lines_of(
    rules: EvaluationRules, offers: Sequence[Offer], *, ceiling: Decimal, others: Sequence[Decimal] = ()
) -> list[Line]:
    """The total of each offer over the price weight; empty where there are no weights to shift.

    Worked example (SCREENS.md section 3, C): 90.0 technical, 96.1311… price points: 90 at 0 %, 93.6787… at 60 %.
    """
    if not has_weights(rules):
        return []
    counted = counted_points(rules, offers, ceiling=ceiling, others=others)
    return [_line(each, counted[each.key]) for each in offers]


def _line(offer: Offer, counted: Fraction) -> Line:
    technical = Fraction(offer.technical or 0)
    return Line(offer.key, offer.amount, offer.order, technical + Fraction(offer.bonus), (counted - technical) / _FULL)


def order_at(lines: Iterable[Line], weight: Fraction) -> list[Line]:
    """The order of the exact totals at a price weight; of equals the lower price, then the earlier."""
    return sorted(lines, key=lambda each: (-each.at(weight), each.amount, each.order))


def hold_first(lines: Sequence[Line], first: str, weight: Fraction) -> Interval | None:
    """The price weights around the official one in which this offer has the highest exact total.

    Worked example (SCREENS.md section 3): C stays first for about 12.6 to 60.8 %; below E leads, above K.
    """
    own = next(each for each in lines if each.key == first)
    return _around([_ahead(own, each) for each in lines], weight)


def hold_shortlist(
    lines: Sequence[Line], labels: Sequence[str], rules: ShortlistRules, weight: Fraction
) -> Interval | None:
    """The price weights around the official one in which exactly these offers are on the shortlist without the help of
    equals at the cut. None where equals are in, which mostly hold at one weight only, and where points of certification
    make a total negative: a distance in percent of it grows the other way, and no single interval says it."""
    inside = [each for each in lines if each.key in set(labels)]
    outside = [each for each in lines if each.key not in set(labels)]
    most = min(rules.count, len(lines))
    size, end = cut_of([each.at(weight) for each in order_at(lines, weight)], rules)
    if not 0 < len(inside) <= most or size < end:
        return None
    conditions = [_ahead(one, other) for one in inside for other in outside]
    if rules.within is None:
        return _around(conditions, weight)
    if any(each.at(end) < 0 for each in lines for end in (Fraction(0), _FULL)):
        return None
    near = 1 - Fraction(rules.within) / _FULL
    if len(inside) > (rules.at_least or 0):
        conditions += [_near(one, best, near) for one in inside for best in inside]
    held = _around(conditions, weight)
    if len(inside) == most:
        return held
    for one in outside:
        # It comes near where it is near to every one of them: an interval that does not hold the official weight.
        found = _span([_near(one, best, near) for best in inside])
        held = held if held is None or found is None else _without(held, found, weight)
    return held


def _ahead(one: Line, other: Line) -> _Condition:
    return one.start - other.start, one.slope - other.slope


def _near(one: Line, best: Line, share: Fraction) -> _Condition:
    return one.start - share * best.start, one.slope - share * best.slope


def _span(conditions: Iterable[_Condition]) -> Interval | None:
    """The weights of 0 to 100 % at which all conditions hold; None where there is none."""
    low, high = Fraction(0), _FULL
    for start, slope in conditions:
        if slope > 0:
            low = max(low, -start / slope)
        elif slope < 0:
            high = min(high, -start / slope)
        elif start < 0:
            return None
    return Interval(low, high) if low <= high else None


def _around(conditions: Iterable[_Condition], weight: Fraction) -> Interval | None:
    found = _span(conditions)
    return found if found is not None and found.low <= weight <= found.high else None


def _without(held: Interval, taken: Interval, weight: Fraction) -> Interval | None:
    if taken.high < weight:
        return Interval(max(held.low, taken.high), held.high)
    return Interval(held.low, min(held.high, taken.low)) if taken.low > weight else None


@dataclass(frozen=True, slots=True)
class Holding:
    """An interval with what comes before and after it: the first, or the shortlist, just beyond each bound; empty
    where the bound is 0 or 100 %."""

    interval: Interval | None
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()


def first_holding(lines: Sequence[Line], first: str, weight: Fraction) -> Holding:
    """In which interval the first stays first, and who leads beyond it."""
    return _holding(hold_first(lines, first, weight), lambda at: (order_at(lines, at)[0].key,))


def shortlist_holding(lines: Sequence[Line], labels: Sequence[str], rules: ShortlistRules, weight: Fraction) -> Holding:
    """In which interval the shortlist stays as it is, and what it is beyond."""
    return _holding(hold_shortlist(lines, labels, rules, weight), lambda at: _listed_at(lines, rules, at))


def _listed_at(lines: Sequence[Line], rules: ShortlistRules, weight: Fraction) -> tuple[str, ...]:
    ordered = order_at(lines, weight)
    _size, end = cut_of([each.at(weight) for each in ordered], rules)
    return tuple(each.key for each in ordered[:end])


def _holding(interval: Interval | None, beyond: Callable[[Fraction], tuple[str, ...]]) -> Holding:
    if interval is None:
        return Holding(None)
    below = beyond(interval.low - _BEYOND) if interval.low > 0 else ()
    above = beyond(interval.high + _BEYOND) if interval.high < _FULL else ()
    return Holding(interval, below, above)


def totals_by_weight(
    rules: EvaluationRules, offers: Sequence[Offer], *, ceiling: Decimal, others: Sequence[Decimal] = ()
) -> list[list[tuple[str, Decimal]]]:
    """For each whole price weight from 0 to 100 % the keys in order with their totals, rounded and ordered as they are
    officially; empty where there are no weights to shift."""
    if not has_weights(rules):
        return []
    counted = counted_points(rules, offers, ceiling=ceiling, others=others)
    formula = rules.price.formula
    totals = {each.key: whole_total(formula, each, counted[each.key]) for each in offers}
    is_quality = formula.ties is Ties.TECHNICAL
    # What parts equals is the same at every weight: a stable sort by the total alone does the rest.
    ordered = sorted(offers, key=lambda each: (-(each.technical or 0) if is_quality else 0, each.amount, each.order))
    return [_ordered(Weights(weight, 100 - weight, 1), ordered, totals) for weight in range(101)]


def _ordered(weights: Weights, offers: Sequence[Offer], totals: Mapping[str, WholeTotal]) -> list[tuple[str, Decimal]]:
    found = [(each.key, totals[each.key].at(weights)) for each in offers]
    found.sort(key=lambda pair: -pair[1])
    return [(key, as_points(hundredths)) for key, hundredths in found]
