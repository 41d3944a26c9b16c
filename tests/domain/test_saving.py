"""Claimed savings, on the figures of SCREENS.md section 3 and as properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.saving import Basis, Saving, lines_total, lot_total, saving_of, total_savings

# SCREENS.md section 3: quantity and baseline of lines A and B, and the price that was awarded.
LOTS = {
    "L1": (("220000", "243.50"), ("160000", "249.20"), "235.10"),
    "L2": (("190000", "286.40"), ("120000", "293.10"), "274.90"),
    "L3": (("90000", "224.00"), None, "214.60"),
}
money = st.decimals(min_value="0.01", max_value="9999999", places=2)


def demo_saving(name: str, price: str | None = None) -> Saving:
    *lines, best = LOTS[name]
    pairs = [(Decimal(line[0]), Decimal(line[1])) for line in lines if line]
    quantity = sum((quantity for quantity, _ in pairs), Decimal(0))
    awarded = lot_total(Decimal(price or str(best)), quantity, Basis.UNIT)
    return saving_of(awarded=awarded, baseline=lines_total(pairs), digits=2)


@pytest.mark.parametrize(
    ("lot", "price", "saved", "percent"),
    [
        ("L1", None, "4104000.00", "4.39"),
        ("L2", None, "4369000.00", "4.88"),
        ("L2", "271.40", "5454000.00", "6.09"),
        ("L3", None, "846000.00", "4.20"),
    ],
)
def test_the_figures_of_the_demo(lot: str, price: str | None, saved: str, percent: str) -> None:
    saving = demo_saving(lot, price)
    assert (saving.money, saving.percent) == (Decimal(saved), Decimal(percent))


def test_the_event_shows_nine_million() -> None:
    total = total_savings([demo_saving(lot) for lot in LOTS], 2)
    assert total.baseline == Decimal("203190000.00")
    assert (total.money, total.percent) == (Decimal("9319000.00"), Decimal("4.59"))
    assert (total.lots, total.lots_without_baseline) == (3, 0)


def test_a_missing_baseline_is_flagged_and_left_out_of_the_sum() -> None:
    missing = saving_of(awarded=Decimal(100), baseline=None, digits=2)
    assert missing.is_baseline_missing
    assert (missing.money, missing.percent) == (None, None)
    total = total_savings([missing, saving_of(awarded=Decimal(90), baseline=Decimal(100), digits=2)], 2)
    assert (total.money, total.awarded, total.percent) == (Decimal("10.00"), Decimal("90.00"), Decimal("10.00"))
    assert (total.lots, total.lots_without_baseline) == (2, 1)
    assert lines_total([(Decimal(1), None)]) is None
    assert lines_total([]) is None


def test_rounding_is_half_up_and_once() -> None:
    half = saving_of(awarded=Decimal("0.995"), baseline=Decimal("1.000"), digits=2)
    assert half.money == Decimal("0.01")
    assert saving_of(awarded=Decimal("87.5"), baseline=Decimal(100), digits=0).money == Decimal(13)
    assert saving_of(awarded=Decimal("2"), baseline=Decimal("3"), digits=2).percent == Decimal("33.33")


def test_dearer_than_the_baseline_is_negative_and_a_total_is_not_multiplied() -> None:
    dearer = saving_of(awarded=lot_total(Decimal(110), Decimal(9), Basis.TOTAL), baseline=Decimal(100), digits=2)
    assert (dearer.money, dearer.percent) == (Decimal("-10.00"), Decimal("-10.00"))


@given(money, money, st.integers(1, 10**6))
def test_a_lower_award_never_saves_less(one: Decimal, other: Decimal, quantity: int) -> None:
    low, high = sorted((one, other))
    baseline = lot_total(Decimal("5000"), Decimal(quantity), Basis.UNIT)
    cheap = saving_of(awarded=lot_total(low, Decimal(quantity), Basis.UNIT), baseline=baseline, digits=2)
    dear = saving_of(awarded=lot_total(high, Decimal(quantity), Basis.UNIT), baseline=baseline, digits=2)
    assert cheap.money is not None
    assert dear.money is not None
    assert cheap.money >= dear.money


@given(st.lists(st.tuples(money, money), min_size=1, max_size=9))
def test_the_printed_column_adds_up(lots: list[tuple[Decimal, Decimal]]) -> None:
    savings = [saving_of(awarded=price, baseline=baseline, digits=2) for price, baseline in lots]
    total = total_savings(savings, 2)
    assert total.money == sum((each.money for each in savings if each.money is not None), Decimal(0))
    assert total.baseline - total.awarded == total.money
