"""TOPSIS: a second opinion on a ranking, never the official one (SCORING.md sections 2 and 3).

Source: C.-L. Hwang, K. Yoon, Multiple Attribute Decision Making (1981): each column is divided by the root of the sum
of its squares and weighted; an offer's closeness is D⁻/(D⁺ + D⁻), its distances from the best and from the worst value
of every column. Here each criterion is a column of its own and the price, the lower the better, another: no price
formula, no threshold and no points of certification enter. Where it disagrees with the official ranking, somebody
should be able to say why. Decimals of 50 digits, compared at 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

from app.domain.scoring.formulas import has_total
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import Offer

_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_COMPARED: Final = Decimal("1e-20")
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion of all offers: its weight, their values, and whether less is better."""

    weight: Fraction
    values: tuple[Decimal, ...]
    is_cost: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """Where an offer stands by its closeness (0 to 1, more is better); equal ones share a place."""

    key: str
    rank: int
    closeness: Decimal
    is_tied: bool


def closeness(columns: Sequence[Column]) -> tuple[Decimal, ...]:
    """The closeness of each offer, to 20 digits. A column in which all are equal, or all zero, parts nobody; empty
    where every column is such a one: one offer, or offers alike, have no distance from anything.

    Worked example: quality 4, 5 and 2 at weight 40, prices 281, 275 and 250 at weight 60: 0.6243, 0.8476, 0.1824.
    """
    with localcontext(_EXACT):
        best, worst = [_ZERO] * len(columns[0].values), [_ZERO] * len(columns[0].values)
        for column in columns:
            norm = sum((value * value for value in column.values), _ZERO).sqrt()
            weight = Decimal(column.weight.numerator) / column.weight.denominator
            parts = [weight * value / norm if norm else _ZERO for value in column.values]
            low, high = min(parts), max(parts)
            ideal, other = (low, high) if column.is_cost else (high, low)
            for at, part in enumerate(parts):
                best[at] += (part - ideal) ** 2
                worst[at] += (part - other) ** 2
        away, near = [each.sqrt() for each in best], [each.sqrt() for each in worst]
        if not any(away):
            return ()
        return tuple((one / (one + other)).quantize(_COMPARED) for one, other in zip(near, away, strict=True))


def second_opinion(
    rules: EvaluationRules, offers: Sequence[Offer], values: Mapping[str, Mapping[str, Decimal]]
) -> list[Opinion]:
    """The offers in the order of their closeness; of equal ones the lower price is named first, and both have the
    place. Empty where the rules have no two sides to weigh, or where there is nothing to part the offers by.

    `values`: the agreed value of each criterion by offer; where one has none, technical points stand for the criteria.
    """
    columns = _columns(rules, offers, values)
    found = closeness(columns) if columns else ()
    order = sorted(zip(found, offers, strict=False), key=lambda pair: (-pair[0], pair[1].amount, pair[1].order))
    return [
        Opinion(offer.key, 1 + sum(other > value for other in found), value, found.count(value) > 1)
        for value, offer in order
    ]


def _columns(
    rules: EvaluationRules, offers: Sequence[Offer], values: Mapping[str, Mapping[str, Decimal]]
) -> list[Column]:
    technical = rules.technical
    if technical is None or not has_total(rules.price.formula) or not offers:
        return []
    price = Column(Fraction(rules.price.weight), tuple(each.amount for each in offers), is_cost=True)
    share, names = Fraction(technical.weight), [each.id for each in technical.criteria]
    if any(not set(names) <= values.get(each.key, {}).keys() for each in offers):
        return [Column(share, tuple(each.technical or _ZERO for each in offers)), price]
    weights = technical.effective_weights()
    return [
        *(Column(share * weights[name] / 100, tuple(values[each.key][name] for each in offers)) for name in names),
        price,
    ]
