"""Realised savings out of deliveries: what was accepted, at the price of the award (WORDS.md `savings`).

The saving itself is domain/measuring's: this cost against the same part of the baseline, quantity by quantity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.measuring import Figure, FigureKind
from app.domain.money import EXACT, round_half_up
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted on one order of a supplier: its number, how much, until when; `price`: the award's."""

    order: str
    unit: str
    quantity: Decimal
    last_on: date
    price: Decimal


def realised_of(
    parts: Sequence[Accepted], *, basis: Basis, lot_quantity: Decimal, lot_unit: str, digits: int
) -> Figure | Refusal:
    """The realised cost of what arrived, rounded half up once. Refuses where nothing has arrived (INCOMPLETE) and an
    order in another unit than the lot (MIXED_UNITS)."""
    strange = next((each for each in parts if each.unit != lot_unit), None)
    if strange is not None:
        return Refusal(Code.MIXED_UNITS, {"order": strange.order, "unit": strange.unit})
    quantity, cost = Decimal(0), Decimal(0)
    for each in parts:
        quantity = EXACT.add(quantity, each.quantity)
        cost = EXACT.add(cost, EXACT.multiply(each.quantity, each.price))
    if quantity <= 0:
        return Refusal(Code.INCOMPLETE, {"field": "orders"})
    if basis is Basis.TOTAL:
        # A price of the whole lot: a part of it costs its part.
        cost = EXACT.divide(cost, lot_quantity)
    source = ", ".join(sorted(each.order for each in parts))
    as_of = max(each.last_on for each in parts if each.quantity)
    return Figure(FigureKind.REALISED, round_half_up(cost, digits), source, as_of, quantity)
