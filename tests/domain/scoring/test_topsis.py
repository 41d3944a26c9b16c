"""The second opinion: a numeric control, columns that part nobody, ties, and rules without two sides."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from app.domain.scoring.formulas import PriceOnly
from app.domain.scoring.rules import PriceRules
from app.domain.scoring.topsis import Column, closeness, second_opinion
from app.domain.scoring.totals import Offer
from tests.domain.scoring.samples import rules


def column(weight: int, *values: str, is_cost: bool = False) -> Column:
    return Column(Fraction(weight), tuple(map(Decimal, values)), is_cost)


def offers(*rows: tuple[str, str]) -> list[Offer]:
    return [Offer(key, Decimal(amount), at) for at, (key, amount) in enumerate(rows)]


def test_the_worked_example() -> None:
    found = closeness([column(40, "4", "5", "2"), column(60, "281", "275", "250", is_cost=True)])
    assert [f"{each:.4f}" for each in found] == ["0.6243", "0.8476", "0.1824"]


@pytest.mark.parametrize("seed", range(20))
def test_as_a_numeric_library_computes_it(seed: int) -> None:
    chance = random.Random(seed)
    rows, count = chance.randint(2, 12), chance.randint(1, 6)
    table = [[Decimal(chance.randint(0, 50)) / 10 + (10 if at == 0 else 0) for _ in range(rows)] for at in range(count)]
    weights = [chance.randint(1, 40) for _ in range(count)]
    made = closeness([Column(Fraction(weight), tuple(values), at == 0)
                      for at, (weight, values) in enumerate(zip(weights, table, strict=True))])  # fmt: skip
    told = np.array(table, dtype=float)
    norms = np.sqrt((told**2).sum(axis=1, keepdims=True))
    told = told / np.where(norms > 0, norms, 1) * np.array(weights)[:, None]
    best, worst = told.max(axis=1), told.min(axis=1)
    best[0], worst[0] = worst[0], best[0]
    away, near = (np.sqrt(((told - ends[:, None]) ** 2).sum(axis=0)) for ends in (best, worst))
    if away.any():
        assert np.allclose(np.array(made, dtype=float), near / (away + near), atol=1e-9)
    else:
        assert made == ()


def test_columns_that_part_nobody_change_nothing() -> None:
    told = column(40, "4", "5", "2"), column(60, "281", "275", "250", is_cost=True)
    assert closeness([*told, column(30, "0", "0", "0"), column(30, "3", "3", "3")]) == closeness(told)
    assert closeness([column(40, "0", "0"), column(60, "5", "5", is_cost=True)]) == ()
    assert closeness([column(100, "7")]) == ()


def test_equal_offers_share_a_place_and_the_order_of_the_offers_means_nothing() -> None:
    made = offers(("a", "280"), ("b", "270"), ("c", "280"), ("d", "290"))
    values = {
        key: {"c1": Decimal(value), "c2": Decimal(value)} for key, value in zip("abcd", (4, 3, 4, 2), strict=True)
    }
    found = second_opinion(rules(), made, values)
    places = {each.key: (each.rank, each.is_tied) for each in found}
    assert places["a"] == places["c"]
    assert places["a"][1]
    assert places["d"] == (4, False)
    backwards = second_opinion(rules(), made[::-1], values)
    assert {each.key: each for each in backwards} == {each.key: each for each in found}


def test_amounts_of_forty_digits_and_values_that_are_not_there() -> None:
    made = [replace(each, technical=Decimal(points)) for each, points in zip(
        offers(("a", "1" * 40), ("b", "1" * 39 + "2")), (80, 80), strict=True)]  # fmt: skip
    assert [each.key for each in second_opinion(rules(), made, {})] == ["a", "b"]


def test_without_two_sides_there_is_no_opinion() -> None:
    by_price = replace(rules(), price=PriceRules(Decimal(100), PriceOnly()))
    made = offers(("a", "280"), ("b", "270"))
    assert second_opinion(by_price, made, {}) == []
    assert second_opinion(replace(rules(), technical=None), made, {}) == []
    assert second_opinion(rules(), [], {}) == []
    assert second_opinion(rules(), made[:1], {}) == []
