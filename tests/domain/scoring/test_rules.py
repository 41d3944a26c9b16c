"""Evaluation rules: the JSON form, and a fault with its path for everything that cannot stand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scoring.rules import (
    BadEvaluationError,
    check_evaluation,
    evaluation_from_json,
    evaluation_to_json,
)
from tests.domain.scoring.samples import LEVELS, a_criterion, an_evaluation


def faults(typed: Any) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in check_evaluation(typed)]


def with_formula(code: str, **params: Any) -> dict[str, Any]:
    return an_evaluation(price={"weight": "60", "formula": {"code": code, "params": params}})


def with_technical(**changes: Any) -> dict[str, Any]:
    base = an_evaluation()
    return {**base, "technical": {**base["technical"], **changes}}


def with_criterion(**changes: Any) -> dict[str, Any]:
    return with_technical(criteria=[a_criterion(**changes)])


def test_a_faultless_evaluation_survives_the_way_there_and_back() -> None:
    assert faults(an_evaluation()) == []
    once = evaluation_to_json(evaluation_from_json(an_evaluation()))
    assert evaluation_to_json(evaluation_from_json(once)) == once
    assert evaluation_from_json(once) == evaluation_from_json(an_evaluation())
    assert once["technical"]["criteria"][1]["number"] == 2
    assert once["price"]["formula"]["params"] == {
        "benchmark": "lowest", "above": "3", "below": "0", "full": "100", "floor": "0", "cap": "100",
        "steps": "interpolated", "digits": 2, "rounding": "total",
    }  # fmt: skip


@pytest.mark.parametrize(
    "params",
    [
        {"benchmark": "trimmed_mean", "above": "1", "drop_high": 1, "drop_low": 1, "from": 5, "inclusive": True},
        {"benchmark": "mean_times", "above": "1", "k": "0.05"},
        {"benchmark": "blend", "above": "1", "alpha": "0.6", "with": "ceiling"},
        {"benchmark": "min_mean", "above": "1", "w": "0.4", "below": "0.5", "steps": "stepped", "digits": 3},
        {"benchmark": "two_pass_mean", "above": "1", "rounding": "deviation"},
    ],
)
def test_every_benchmark_with_its_own_parameters(params: dict[str, Any]) -> None:
    typed = with_formula("deduct_from_benchmark", **params)
    assert faults(typed) == []
    once = evaluation_to_json(evaluation_from_json(typed))
    assert evaluation_to_json(evaluation_from_json(once)) == once


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (None, ("", "MALFORMED")),
        ([], ("", "MALFORMED")),
        (an_evaluation(extra=1), ("extra", "NOT_ALLOWED_HERE")),
        (an_evaluation(price=None), ("price", "MALFORMED")),
        (an_evaluation(shortlist={"count": 0}), ("shortlist.count", "OUT_OF_RANGE")),
        (an_evaluation(shortlist={"count": "3"}), ("shortlist.count", "MALFORMED")),
        (an_evaluation(technical=None), ("price.weight", "WEIGHTS_NOT_100")),
        (with_technical(weight="41"), ("price.weight", "WEIGHTS_NOT_100")),
        (with_technical(weight="４０"), ("technical.weight", "MALFORMED")),
        (with_technical(weight=40), ("technical.weight", "MALFORMED")),
        (with_technical(weight=""), ("technical.weight", "MISSING_VALUE")),
        (with_technical(weight="101"), ("technical.weight", "OUT_OF_RANGE")),
        (with_technical(weight="1e1"), ("technical.weight", "MALFORMED")),
        (with_technical(threshold="100.1"), ("technical.threshold", "OUT_OF_RANGE")),
        (with_technical(aggregation="mode"), ("technical.aggregation", "OUT_OF_RANGE")),
        (with_technical(criteria=[]), ("technical.criteria", "MISSING_VALUE")),
        (with_technical(criteria="c1"), ("technical.criteria", "MALFORMED")),
        (with_technical(criteria=[a_criterion("c1", "99")]), ("technical.criteria", "WEIGHTS_NOT_100")),
        (
            with_technical(criteria=[a_criterion("c1", "50"), a_criterion("c1", "50")]),
            ("technical.criteria.1.id", "ALREADY_EXISTS"),
        ),
        (with_criterion(criterion_id="a b"), ("technical.criteria.0.id", "MALFORMED")),
        (with_criterion(weight="0"), ("technical.criteria.0.weight", "OUT_OF_RANGE")),
        (with_criterion(weight=["0"]), ("technical.criteria.0.weight", "MALFORMED")),
        (with_criterion(number=2), ("technical.criteria.0.number", "OUT_OF_RANGE")),
        (with_criterion(title_zh="", title_en=" "), ("technical.criteria.0.title_zh", "MISSING_VALUE")),
        (with_criterion(title_zh="x" * 201), ("technical.criteria.0.title_zh", "TEXT_TOO_LONG")),
        (with_criterion(prompt_en="a\u202eb"), ("technical.criteria.0.prompt_en", "BAD_CHARACTERS")),
        (with_criterion(levels=LEVELS[:5]), ("technical.criteria.0.levels", "INCOMPLETE")),
        (with_criterion(levels=[*LEVELS[:5], {}]), ("technical.criteria.0.levels.5.zh", "MISSING_VALUE")),
        (with_criterion(levels=[*LEVELS, LEVELS[0]]), ("technical.criteria.0.levels", "TOO_LARGE")),
        (with_criterion(answer="choice"), ("technical.criteria.0.choices", "INCOMPLETE")),
        (with_criterion(choices=LEVELS[:2]), ("technical.criteria.0.choices", "NOT_ALLOWED_HERE")),
        (with_criterion(answer="file"), ("technical.criteria.0.answer", "OUT_OF_RANGE")),
        (with_criterion(secret="x"), ("technical.criteria.0.secret", "NOT_ALLOWED_HERE")),
        (an_evaluation(freeze_technical="yes"), ("freeze_technical", "MALFORMED")),
        (with_formula("price_only"), ("technical.weight", "NOT_ALLOWED_HERE")),
        (with_formula("lowest_ratio", above="3"), ("price.formula.params.above", "NOT_ALLOWED_HERE")),
        (with_formula("lowest_ratio", digits=5), ("price.formula.params.digits", "OUT_OF_RANGE")),
        (with_formula("lowest_ratio", digits=True), ("price.formula.params.digits", "MALFORMED")),
        (with_formula("topsis"), ("price.formula.code", "OUT_OF_RANGE")),
        (with_formula("deduct_from_benchmark", above="3"), ("price.formula.params.benchmark", "MISSING_VALUE")),
        (
            with_formula("deduct_from_benchmark", benchmark="lowest"),
            ("price.formula.params.above", "MISSING_VALUE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="lowest", above="0"),
            ("price.formula.params.above", "OUT_OF_RANGE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="lowest", above="3", k="0.1"),
            ("price.formula.params.k", "NOT_ALLOWED_HERE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="lowest", above="3", floor="50", cap="50"),
            ("price.formula.params.floor", "OUT_OF_RANGE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="lowest", above="3", full="90", cap="80"),
            ("price.formula.params.full", "OUT_OF_RANGE"),
        ),
        (
            with_formula(
                "deduct_from_benchmark", benchmark="trimmed_mean", above="3", drop_high=1, drop_low=1,
                inclusive=True, **{"from": 2},
            ),
            ("price.formula.params.from", "OUT_OF_RANGE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="blend", above="3", alpha="1.1", **{"with": "lowest"}),
            ("price.formula.params.alpha", "OUT_OF_RANGE"),
        ),
        (
            with_formula("deduct_from_benchmark", benchmark="blend", above="3", alpha="0.1"),
            ("price.formula.params.with", "MISSING_VALUE"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_named_with_its_path(typed: Any, expected: tuple[str, str]) -> None:
    assert expected in faults(typed)
    with pytest.raises(BadEvaluationError):
        evaluation_from_json(typed)


def test_freezing_technical_points_needs_technical_points() -> None:
    alone = an_evaluation(
        technical=None, freeze_technical=True, price={"weight": "100", "formula": {"code": "price_only"}}
    )
    assert faults(alone) == [("freeze_technical", "NOT_ALLOWED_HERE")]
    assert faults({**alone, "freeze_technical": False}) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["40", "60", "lowest", "mean"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["technical", "price", "weight", "formula", "code", "params", "criteria", "benchmark"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_whatever_breaks_the_check(typed: Any) -> None:
    assert isinstance(check_evaluation(typed), list)


@given(st.sampled_from(["technical", "price", "shortlist", "freeze_technical"]), json_values)
def test_no_member_whatever_breaks_the_check(name: str, value: Any) -> None:
    assert isinstance(check_evaluation(an_evaluation(**{name: value})), list)
