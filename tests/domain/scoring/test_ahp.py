"""Weights from comparisons in pairs: Saaty's figures, a numeric control, exact hundreds, and what cannot stand."""

import random
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from app.domain.scoring.ahp import MOST_ITEMS, RANDOM_INDEX, SCALE, Derived, Matrix, derive
from app.domain.scoring.ahp_json import ahp_answer
from app.domain.scoring.rules import check_evaluation, evaluation_from_json, evaluation_to_json
from app.domain.technical_sentences import technical_sentences
from tests.domain.scoring.samples import a_criterion, an_evaluation

THREE = [["1", "3", "5"], ["1/3", "1", "3"], ["1/5", "1/3", "1"]]


def matrix_of(*above: str) -> Matrix:
    """The whole matrix from what stands above its diagonal, row by row."""
    size = int((1 + (1 + 8 * len(above)) ** 0.5) / 2)
    cells, given = [[Fraction(1)] * size for _ in range(size)], iter(above)
    for row in range(size):
        for column in range(row + 1, size):
            cells[row][column] = SCALE[next(given)]
            cells[column][row] = 1 / cells[row][column]
    return tuple(map(tuple, cells))


def weights(made: Derived) -> list[str]:
    return [f"{weight:f}" for weight in made.weights]


def test_the_worked_example() -> None:
    made = derive(matrix_of("3", "5", "3"))
    assert weights(made) == ["63.70", "25.83", "10.47"]
    assert [f"{value:.4f}" for value in (made.lambda_max, made.index, made.ratio)] == ["3.0385", "0.0193", "0.0332"]
    assert made.is_consistent
    assert made.doubt is None


def test_judgements_that_agree_give_their_own_ratios() -> None:
    # 4 : 2 : 1.
    made = derive(matrix_of("2", "4", "2"))
    assert (made.lambda_max, made.ratio) == (Decimal(3), Decimal(0))
    assert made.vector == made.control
    assert weights(made) == ["57.14", "28.57", "14.29"]
    assert weights(derive(matrix_of("9"), 0)) == ["90", "10"]


def test_equals_are_parted_by_the_order_in_which_they_stand() -> None:
    assert weights(derive(matrix_of("1", "1", "1"))) == ["33.34", "33.33", "33.33"]
    assert weights(derive(matrix_of(*["1"] * 21), 0)) == ["15", "15", *["14"] * 5]


def test_a_circle_is_named_with_what_would_fit() -> None:
    made = derive(matrix_of("9", "1/9", "9"))
    assert made.ratio > 6
    assert made.doubt is not None
    assert (made.doubt.row, made.doubt.column, made.doubt.fitting) == (0, 1, "1")
    # One judgement turned round in an otherwise agreeing matrix of 8 : 4 : 2 : 1.
    made = derive(matrix_of("2", "4", "1/8", "2", "4", "2"))
    assert made.doubt is not None
    assert (made.doubt.row, made.doubt.column) == (0, 3)


def test_exactly_as_large_as_the_limit_is_consistent() -> None:
    for ratio, is_consistent in (("0.1", True), ("0.10000000000000000001", False)):
        made = Derived((), (), (), Decimal(0), Decimal(0), Decimal(ratio), None)
        assert made.is_consistent is is_consistent


@pytest.mark.parametrize("size", range(2, MOST_ITEMS + 1))
def test_as_a_numeric_library_computes_it(size: int) -> None:
    chance = random.Random(size)
    matrix = matrix_of(*(chance.choice(list(SCALE)) for _ in range(size * (size - 1) // 2)))
    made = derive(matrix)
    values, vectors = np.linalg.eig(np.array(matrix, dtype=float))
    at = int(values.real.argmax())
    vector = np.abs(vectors[:, at].real)
    assert abs(float(made.lambda_max) - values[at].real) < 1e-9
    assert np.allclose(np.array(made.vector, dtype=float), vector / vector.sum(), atol=1e-9)
    index = (values[at].real - size) / (size - 1)
    assert abs(float(made.ratio) - (index / float(RANDOM_INDEX[size - 1]) if size > 2 else 0)) < 1e-9
    assert all(sum(derive(matrix, digits).weights) == 100 for digits in range(5))


def test_what_does_not_come_to_rest_falls_back_to_the_geometric_means() -> None:
    made = derive(matrix_of("3", "5", "3"), most_steps=1)
    assert not made.is_iterated
    assert made.vector == made.control


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"items": ["a"]}, ("items", "MISSING_VALUE")),
        ({"items": ["a", "b", "a"]}, ("items.2", "ALREADY_EXISTS")),
        ({"items": [str(at) for at in range(16)]}, ("items", "TOO_LARGE")),
        ({"matrix": THREE[:2]}, ("matrix", "INCOMPLETE")),
        ({"matrix": [*THREE[:2], ["1/5", "1/3"]]}, ("matrix.2", "INCOMPLETE")),
        ({"matrix": [["1", "3", ""], *THREE[1:]]}, ("matrix.0.2", "MISSING_VALUE")),
        ({"matrix": [["1", "3", "10"], *THREE[1:]]}, ("matrix.0.2", "OUT_OF_RANGE")),
        ({"matrix": [["1", "3", "0.2"], *THREE[1:]]}, ("matrix.0.2", "OUT_OF_RANGE")),
        ({"matrix": [["2", "3", "5"], *THREE[1:]]}, ("matrix.0.0", "OUT_OF_RANGE")),
        ({"matrix": [["1", "3", "7"], *THREE[1:]]}, ("matrix.2.0", "NOT_RECIPROCAL")),
        ({"digits": 9}, ("digits", "OUT_OF_RANGE")),
        ({"more": 1}, ("more", "NOT_ALLOWED_HERE")),
    ],
)
def test_what_cannot_stand_is_named(change: dict[str, Any], fault: tuple[str, str]) -> None:
    answer = ahp_answer({"items": ["a", "b", "c"], "matrix": THREE, **change})
    assert (answer["faults"][0]["field"], answer["faults"][0]["code"]) == fault
    assert answer["result"] is None


def test_a_weight_that_rounds_to_nothing_asks_for_more_digits() -> None:
    size = 15
    rows = [["1" if one == other else "9" if one == 0 else "1/9" if other == 0 else "1" for other in range(size)]
            for one in range(size)]  # fmt: skip
    told = {"items": [f"c{at}" for at in range(size)], "matrix": rows, "digits": 0}
    assert ahp_answer(told)["faults"] == []
    rows = [["9" if one < other else "1/9" if one > other else "1" for other in range(size)] for one in range(size)]
    assert ahp_answer({**told, "matrix": rows})["faults"] == [{"field": "digits", "code": "OUT_OF_RANGE"}]


def judged(**changes: Any) -> dict[str, Any]:
    """An evaluation whose weights come from a comparison."""
    made: dict[str, Any] = deepcopy(an_evaluation())
    listed = zip(("c1", "c2", "c3"), ("63.7", "25.83", "10.47"), strict=True)
    made["technical"]["criteria"] = [a_criterion(name, weight) for name, weight in listed]
    made["technical"]["ahp"] = [{"items": ["c1", "c2", "c3"], "matrix": THREE, **changes}]
    return made


def test_the_judgements_are_frozen_with_the_weights_they_give() -> None:
    written = evaluation_to_json(evaluation_from_json(judged()))
    assert written["technical"]["ahp"] == [{"items": ["c1", "c2", "c3"], "matrix": THREE, "digits": 2}]
    assert evaluation_to_json(evaluation_from_json(written)) == written
    assert "ahp" not in evaluation_to_json(evaluation_from_json(an_evaluation()))["technical"]


def test_weights_that_the_judgements_do_not_give_are_refused() -> None:
    typed = judged()
    typed["technical"]["criteria"][0]["weight"] = "63.71"
    typed["technical"]["criteria"][1]["weight"] = "25.82"
    assert [(each.field, each.code) for each in check_evaluation(typed)] == [
        ("technical.ahp.0.matrix", "WEIGHTS_DIFFER")
    ]
    for change, fault in (
        ({"items": ["c1", "c2", "c4"]}, ("technical.ahp.0.items", "INCOMPLETE")),
        ({"parent": "g1"}, ("technical.ahp.0.items", "INCOMPLETE")),
    ):
        assert [(each.field, each.code) for each in check_evaluation(judged(**change))] == [fault]
    twice = judged()
    twice["technical"]["ahp"] *= 2
    assert [each.code for each in check_evaluation(twice)] == ["ALREADY_EXISTS"]


def test_the_rules_say_where_the_weights_come_from() -> None:
    typed = judged()
    for each, title in zip(typed["technical"]["criteria"], ("Solution", "Delivery", "Service"), strict=True):
        each["title_en"] = title
    rules = evaluation_from_json(typed).technical
    assert rules is not None
    (said,) = [line for line in technical_sentences(rules, "en") if "AHP" in line]
    assert said == (
        "The weights of Solution, Delivery, Service follow from comparisons in pairs (AHP, consistency ratio 0.0332): "
        "Solution 3 times as important as Delivery; Solution 5 times as important as Service; "
        "Delivery 3 times as important as Service."
    )
    assert len(technical_sentences(rules, "zh")) == len(technical_sentences(rules, "en"))
