"""The tree of criteria: the weight of a leaf is the product down to it, and a flat list stays what it was."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scoring.rules import check_evaluation, evaluation_from_json, evaluation_to_json
from app.domain.scoring.totals import failed_groups, is_passing, technical_points
from tests.domain.scoring.samples import a_criterion, an_evaluation


def a_group(group_id: str, weight: str, **changes: Any) -> dict[str, Any]:
    """A faultless group as typed."""
    return {"id": group_id, "title_zh": "分组", "title_en": "Group", "weight": weight, **changes}


def a_tree(**changes: Any) -> dict[str, Any]:
    """Two groups of 60 and 40; the first holds a group and a criterion of 50 each."""
    technical = {
        "weight": "40",
        "threshold": None,
        "aggregation": "mean",
        "groups": [a_group("g1", "60"), a_group("g2", "50", parent="g1", threshold="60"), a_group("g3", "40")],
        "criteria": [
            a_criterion("c1", "50", parent="g1"),
            a_criterion("c2", "100", parent="g2"),
            a_criterion("c3", "100", parent="g3"),
        ],
        **changes,
    }
    return an_evaluation(technical=technical)


def read(typed: dict[str, Any]) -> Any:
    technical = evaluation_from_json(typed).technical
    assert technical is not None
    return technical


def test_a_leaf_weighs_the_product_of_the_weights_down_to_it() -> None:
    assert read(a_tree()).effective_weights() == {"c1": 30, "c2": 30, "c3": 40}
    values = {"c1": Decimal(5), "c2": Decimal("2.5"), "c3": Decimal(4)}
    # 30 + 15 + 32.
    assert technical_points(read(a_tree()), values) == Decimal("77.00")


def test_a_group_has_a_least_of_its_own_and_one_equal_to_it_passes() -> None:
    rules = read(a_tree())
    for value, failed in (("2.9", ("g2",)), ("3.0", ()), ("3.1", ())):
        values = {"c1": Decimal(5), "c2": Decimal(value), "c3": Decimal(5)}
        assert failed_groups(rules, values) == failed
        assert is_passing(rules, values) is not bool(failed)
    assert rules.group_points({"c1": Decimal(5), "c2": Decimal("2.5"), "c3": Decimal(4)}) == {
        "g1": Fraction(75), "g2": Fraction(50), "g3": Fraction(80),
    }  # fmt: skip


def test_the_tree_survives_the_way_there_and_back_and_a_flat_list_has_no_trace_of_it() -> None:
    once = evaluation_to_json(evaluation_from_json(a_tree()))
    assert evaluation_to_json(evaluation_from_json(once)) == once
    assert [group.get("parent") for group in once["technical"]["groups"]] == [None, "g1", None]
    flat = evaluation_to_json(evaluation_from_json(an_evaluation()))
    assert set(flat) == {"technical", "price", "shortlist", "freeze_technical"}
    assert set(flat["technical"]) == {"weight", "threshold", "aggregation", "criteria"}
    assert "parent" not in flat["technical"]["criteria"][0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"groups": [a_group("g1", "60"), a_group("g3", "40")]}, ("technical.criteria.1.parent", "OUT_OF_RANGE")),
        ({"criteria": [a_criterion("c1", "100")]}, ("technical.groups.1", "INCOMPLETE")),
        ({"groups": [a_group("g1", "100", parent="g1")]}, ("technical.groups.0.parent", "OUT_OF_RANGE")),
        (
            {"groups": [a_group("g2", "50", parent="g1"), a_group("g1", "60")]},
            ("technical.groups.0.parent", "OUT_OF_RANGE"),
        ),
        ({"criteria": [a_criterion("g1", "100")]}, ("technical.criteria.0.id", "ALREADY_EXISTS")),
        ({"criteria": [a_criterion("c1", "60", parent="g1")]}, ("technical.groups.0", "WEIGHTS_NOT_100")),
        ({"groups": [a_group("g1", "60")]}, ("technical.criteria", "WEIGHTS_NOT_100")),
        (
            {"groups": [a_group(f"g{at}", "100", parent=f"g{at - 1}" if at else None) for at in range(4)]},
            ("technical.groups.3.parent", "TOO_LARGE"),
        ),
        ({"drop_from": 4}, ("technical.drop_from", "NOT_ALLOWED_HERE")),
        ({"aggregation": "trimmed_mean", "drop_from": 3}, ("technical.drop_from", "OUT_OF_RANGE")),
    ],
)
def test_what_is_no_tree_is_named(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in [(fault.field, fault.code) for fault in check_evaluation(a_tree(**changes))]


shares = st.lists(st.integers(1, 9), min_size=1, max_size=4)


@given(shares, shares, st.data())
def test_the_leaves_of_any_tree_weigh_100_and_full_marks_are_100(
    outer: list[int], inner: list[int], data: st.DataObject
) -> None:
    """Weights of siblings are cut from 100 in whole tenths, the last one takes the rest."""

    def cut(parts: list[int]) -> list[str]:
        head = [str(part) for part in parts[:-1]]
        return [*head, str(100 - sum(map(int, head)))]

    groups = [a_group(f"g{at}", weight) for at, weight in enumerate(cut(outer))]
    criteria = [
        a_criterion(f"c{at}-{number}", weight, parent=f"g{at}")
        for at in range(len(groups))
        for number, weight in enumerate(cut(inner))
    ]
    rules = read(a_tree(groups=groups, criteria=criteria))
    assert sum(rules.effective_weights().values()) == 100
    values = {each.id: Decimal(data.draw(st.integers(0, 50))) / 10 for each in rules.criteria}
    by_groups = sum(Fraction(group.weight) * rules.group_points(values)[group.id] / 100 for group in rules.groups)
    assert abs(Fraction(technical_points(rules, values)) - by_groups) <= Fraction(5, 1000)
    assert technical_points(rules, dict.fromkeys(values, Decimal(5))) == 100
