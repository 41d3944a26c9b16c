"""Realised savings: what was accepted times the difference between baseline and award, whatever the deliveries."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.measuring import Certainty, Figure, FigureKind, LotCosts, Reference, measure
from app.domain.realising import Accepted, realised_of
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis

DAY = date(2026, 11, 6)
LOT = Decimal(310_000)


def realised(*parts: Accepted, basis: Basis = Basis.UNIT) -> Figure | Refusal:
    return realised_of(parts, basis=basis, lot_quantity=LOT, lot_unit="套", digits=2)


@given(st.lists(st.integers(0, 50_000), min_size=1, max_size=6).filter(any), st.integers(1, 5000), st.integers(1, 5000))
def test_the_saving_is_accepted_times_the_difference_of_prices(counts: list[int], price: int, baseline: int) -> None:
    cents, before = Decimal(price) / 100, Decimal(baseline) / 100
    figure = realised(*(Accepted(f"PO-{n}", "套", Decimal(count), DAY, cents) for n, count in enumerate(counts)))
    assert isinstance(figure, Figure)
    assert (figure.kind, figure.quantity, figure.as_of) == (FigureKind.REALISED, Decimal(sum(counts)), DAY)
    costs = LotCosts(LOT, 2, {Reference.BASELINE: before * LOT}, {Certainty.REALISED: figure.amount}, figure.quantity)
    saved = measure(costs).rows[Certainty.REALISED][Reference.BASELINE]
    assert saved.money == sum(counts) * (before - cents)


def test_a_price_of_the_whole_lot_counts_for_its_part() -> None:
    figure = realised(Accepted("PO-1", "套", LOT / 2, DAY, Decimal(1000)), basis=Basis.TOTAL)
    assert isinstance(figure, Figure)
    assert figure.amount == 500


def test_nothing_that_arrived_and_another_unit_are_refused() -> None:
    nothing = realised(Accepted("PO-1", "套", Decimal(0), date.min, Decimal(1)))
    strange = realised(Accepted("PO-1", "吨", Decimal(1), DAY, Decimal(1)))
    assert isinstance(nothing, Refusal)
    assert isinstance(strange, Refusal)
    assert (nothing.code, strange.code) == (Code.INCOMPLETE, Code.MIXED_UNITS)
