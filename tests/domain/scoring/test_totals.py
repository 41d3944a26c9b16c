"""Technical points, thresholds, totals and the order of offers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scoring.totals import (
    Offer,
    failed_criteria,
    is_passing,
    percent_worth,
    rank_offers,
    technical_points,
    total_points,
)
from tests.domain.scoring.samples import DEMO_FIELD, DEMO_LOT, a_criterion, an_evaluation, rules

CEILING = Decimal("300.00")
PRICE_ONLY = {"technical": None, "price": {"weight": "100", "formula": {"code": "price_only", "params": {}}}}
values = st.decimals(min_value=Decimal(0), max_value=Decimal(5), places=1)


def test_the_demo_of_the_screens_ranks_to_the_last_digit() -> None:
    offers = [
        Offer(alias, Decimal(price), order, Decimal(technical))
        for order, (alias, price, technical, _points, _total) in enumerate(reversed(DEMO_LOT))
    ]
    ranked = rank_offers(rules(), offers, ceiling=CEILING)
    assert [(each.offer.key, str(each.price_points), str(each.total)) for each in ranked] == [
        (alias, points, total) for alias, _price, _technical, points, total in DEMO_LOT
    ]
    assert [each.rank for each in ranked] == list(range(1, 10))
    assert not any(each.is_tied for each in ranked)


def test_technical_points_by_hand() -> None:
    technical = rules().technical
    assert technical is not None
    assert str(technical_points(technical, {"c1": Decimal("4.5"), "c2": Decimal("3.3")})) == "73.20"
    assert str(technical_points(technical, {"c1": Decimal(5), "c2": Decimal(5)})) == "100.00"
    assert str(technical_points(technical, {"c1": Decimal(0), "c2": Decimal(0)})) == "0.00"


@given(values, values)
def test_technical_points_are_exact_and_bounded(first: Decimal, second: Decimal) -> None:
    technical = rules().technical
    assert technical is not None
    found = technical_points(technical, {"c1": first, "c2": second})
    exact = (30 * Fraction(first) + 70 * Fraction(second)) / 5
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)
    assert 0 <= found <= 100


@pytest.mark.parametrize(
    ("first", "second", "passes"),
    [("3.5", "3.5", True), ("3.4", "3.5", False), ("5", "2.8", False), ("5", "2.9", True)],
)
def test_equal_to_the_threshold_passes_and_just_below_does_not(first: str, second: str, passes: bool) -> None:
    technical = rules().technical
    assert technical is not None
    assert is_passing(technical, {"c1": Decimal(first), "c2": Decimal(second)}) is passes


def test_a_criterion_below_its_own_threshold_fails_the_offer_whatever_its_points() -> None:
    base = an_evaluation()
    criteria = [a_criterion("c1", "30", threshold="60"), a_criterion("c2", "70")]
    technical = rules(technical={**base["technical"], "criteria": criteria}).technical
    assert technical is not None
    assert failed_criteria(technical, {"c1": Decimal("2.9"), "c2": Decimal(5)}) == ("c1",)
    assert not is_passing(technical, {"c1": Decimal("2.9"), "c2": Decimal(5)})
    assert is_passing(technical, {"c1": Decimal("3.0"), "c2": Decimal(5)})


def test_of_equal_totals_the_lower_price_then_the_earlier() -> None:
    even = rules(price={"weight": "60", "formula": {"code": "lowest_ratio", "params": {}}})
    offers = [
        Offer("late", Decimal("100.00"), 3, Decimal("80.00")),
        Offer("early", Decimal("100.00"), 2, Decimal("80.00")),
        # 0.6 · 90.909… + 0.4 · 93.64 = 54.545… + 37.456 = 92.001… → 92.00.
        Offer("dear", Decimal("110.00"), 1, Decimal("93.64")),
    ]
    ranked = rank_offers(even, offers, ceiling=CEILING)
    assert [(each.offer.key, str(each.total), each.is_tied) for each in ranked] == [
        ("early", "92.00", True), ("late", "92.00", True), ("dear", "92.00", True),
    ]  # fmt: skip


def test_price_only_ranks_by_amount_and_ties_by_amount() -> None:
    offers = [
        Offer("b", Decimal("101.00"), 1, None),
        Offer("c", Decimal("100.00"), 3, None),
        Offer("a", Decimal("100.00"), 2, None),
    ]
    ranked = rank_offers(rules(**PRICE_ONLY), offers, ceiling=CEILING)
    assert [(each.offer.key, each.total, each.is_tied) for each in ranked] == [
        ("a", None, True), ("c", None, True), ("b", None, False),
    ]  # fmt: skip
    assert rank_offers(rules(), [], ceiling=CEILING) == []


def test_the_total_of_exact_points_or_of_points_as_shown() -> None:
    """The alias F of the demo: 0.6 · 94.694178… against 0.6 · 94.69."""
    offers = [Offer(row[0], Decimal(row[1]), at, Decimal(row[2])) for at, row in enumerate(DEMO_LOT)]
    shown = {"code": "deduct_from_benchmark", "params": {"benchmark": "lowest", "above": "3", "rounding": "points"}}
    found = rank_offers(rules(price={"weight": "60", "formula": shown}), offers, ceiling=CEILING)
    assert [str(each.total) for each in found if each.offer.key == "F"] == ["89.61"]


def test_without_a_technical_side_the_total_is_the_price_points() -> None:
    alone = rules(technical=None, price={"weight": "100", "formula": {"code": "lowest_ratio", "params": {}}})
    assert total_points(alone, None, Fraction(1000, 11)) == Decimal("90.91")


@given(
    st.lists(
        st.tuples(st.decimals(min_value=1, max_value=999, places=2), st.decimals(min_value=0, max_value=100, places=2)),
        max_size=10,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_is_total_and_does_not_depend_on_the_order_of_reading(
    drawn: list[tuple[Decimal, Decimal]], chance: object
) -> None:
    offers = [Offer(str(at), price, at, technical) for at, (price, technical) in enumerate(drawn)]
    shuffled = list(offers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    ranked = rank_offers(rules(), offers, ceiling=Decimal(1000))
    assert ranked == rank_offers(rules(), shuffled, ceiling=Decimal(1000))
    assert [each.rank for each in ranked] == list(range(1, len(offers) + 1))
    totals = [each.total for each in ranked if each.total is not None]
    assert totals == sorted(totals, reverse=True)


def test_what_one_percent_is_worth() -> None:
    found = percent_worth(rules().price.formula, Decimal("274.90"), DEMO_FIELD)
    # 2.749 less is 1.0129 % of the lowest: 3.04 points.
    assert found == Decimal("3.04")
    assert percent_worth(rules(**PRICE_ONLY).price.formula, Decimal("274.90"), DEMO_FIELD) is None
