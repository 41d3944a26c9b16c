"""Marks, comments, completeness, consensus, agreed values, scores and their digest."""

from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.marking import (
    LotScores,
    Mark,
    alias_digest,
    alias_key,
    alias_pool,
    cells_of,
    check_mark,
    consensus_value,
    decide_agreed,
    decide_submission,
    is_outlier,
    median_of,
    missing_comments,
    missing_marks,
    score_offer,
    scores_data,
    scores_digest,
    scores_from_data,
    seat_pool,
    spread_of,
    value_text,
)
from app.domain.refusals import Code
from app.domain.scoring.rules import Aggregation
from tests.domain.scoring.samples import rules

marks_lists = st.lists(st.integers(0, 5), min_size=1, max_size=9)


@pytest.mark.parametrize(("value", "is_fine"), [(-1, False), (0, True), (5, True), (6, False), (None, True)])
def test_a_mark_is_zero_to_five(value: int | None, is_fine: bool) -> None:
    assert (check_mark(value) is None) == is_fine


def test_a_sheet_has_every_criterion_of_every_offer_of_every_lot() -> None:
    cells = cells_of({"L2": ["T1"], "L1": ["T2", "T1"]}, ["c1", "c2"])
    assert cells == [
        ("L1", "T1", "c1"), ("L1", "T1", "c2"), ("L1", "T2", "c1"), ("L1", "T2", "c2"),
        ("L2", "T1", "c1"), ("L2", "T1", "c2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "comment", "code"),
    [
        (None, "only words", Code.MARKS_MISSING), (0, "", Code.COMMENT_MISSING), (1, " \n", Code.COMMENT_MISSING),
        (5, "", Code.COMMENT_MISSING), (2, "", None), (3, "", None), (4, "", None), (0, "nothing was said", None),
    ],
)  # fmt: skip
def test_submission_needs_every_mark_and_words_at_the_ends_of_the_scale(
    value: int | None, comment: str, code: Code | None
) -> None:
    cells = cells_of({"L": ["T1"]}, ["c1"])
    refusal = decide_submission(cells, {cells[0]: Mark(cells[0], value, comment)})
    assert (None if refusal is None else refusal.code) == code


def test_the_first_gap_is_named_and_all_are_counted() -> None:
    cells = cells_of({"L": ["T1", "T2"]}, ["c1", "c2"])
    marks = {cells[0]: Mark(cells[0], 3)}
    refusal = decide_submission(cells, marks)
    assert refusal is not None
    assert dict(refusal.detail) == {"missing": "3", "lot": "L", "alias": "T1", "criterion": "c2"}
    assert len(missing_marks(cells, marks)) == 3
    assert missing_comments(cells, marks) == []
    assert decide_submission([], {}) is None


@pytest.mark.parametrize(
    ("marks", "mean", "middle"),
    [
        ([3, 4, 4], "3.7", "4.0"), ([2, 3], "2.5", "2.5"), ([0], "0.0", "0.0"), ([5, 5, 5], "5.0", "5.0"),
        # 3.25 and 3.75: halves go up.
        ([3, 3, 3, 4], "3.3", "3.0"), ([3, 4, 4, 4], "3.8", "4.0"), ([0, 5, 5, 0], "2.5", "2.5"),
    ],
)  # fmt: skip
def test_the_value_by_rule(marks: list[int], mean: str, middle: str) -> None:
    assert str(consensus_value(marks, Aggregation.MEAN)) == mean
    assert str(consensus_value(marks, Aggregation.MEDIAN)) == middle


@given(marks_lists, st.sampled_from(Aggregation))
def test_the_value_lies_between_lowest_and_highest_and_the_order_of_seats_is_nothing(
    marks: list[int], aggregation: Aggregation
) -> None:
    value = consensus_value(marks, aggregation)
    assert min(marks) <= value <= max(marks)
    assert value == consensus_value(marks[::-1], aggregation)
    kept = sorted(marks)[1:-1] if aggregation is Aggregation.TRIMMED_MEAN and len(marks) >= 4 else marks
    exact = Fraction(median(marks)) if aggregation is Aggregation.MEDIAN else Fraction(sum(kept), len(kept))
    assert abs(Fraction(value) - exact) <= Fraction(1, 20)


def test_one_highest_and_one_lowest_are_dropped_where_enough_were_given() -> None:
    trimmed = Aggregation.TRIMMED_MEAN
    assert str(consensus_value([0, 4, 4, 5], trimmed)) == "4.0"
    assert str(consensus_value([0, 4, 5], trimmed)) == "3.0"
    # Of alike marks one alone is dropped; with a later start all four count.
    assert str(consensus_value([5, 5, 0, 0], trimmed)) == "2.5"
    assert str(consensus_value([0, 4, 4, 5], trimmed, 5)) == "3.3"


@given(marks_lists)
def test_a_spread_tells_no_mark_below_three(marks: list[int]) -> None:
    spread = spread_of(marks, Aggregation.MEAN)
    told = (spread.lowest, spread.median, spread.highest, spread.outliers)
    assert [one is None for one in told] == [len(marks) < 3] * 4
    assert spread.count == len(marks)


def test_outliers_are_two_levels_from_the_median() -> None:
    assert [is_outlier(mark, [2, 4, 4, 5]) for mark in (2, 4, 5)] == [True, False, False]
    assert median_of([2, 5]) == Fraction(7, 2)
    spread = spread_of([2, 4, 4, 5], Aggregation.MEAN)
    assert (spread.median, spread.outliers) == (Decimal("4.0"), 1)


@pytest.mark.parametrize(
    ("value", "reason", "code"),
    [
        ("3.7", "", None), ("3.70", "", None), ("3.8", "", Code.REASON_MISSING), ("3.8", " ", Code.REASON_MISSING),
        ("3.8", "why", None), ("5", "why", None), ("5.1", "why", Code.OUT_OF_RANGE), ("-0.1", "why", Code.OUT_OF_RANGE),
        ("3.75", "why", Code.PRECISION), ("NaN", "why", Code.OUT_OF_RANGE), ("0", "why", None),
    ],
)  # fmt: skip
def test_an_agreed_value(value: str, reason: str, code: Code | None) -> None:
    refusal = decide_agreed(Decimal(value), by_rule=Decimal("3.7"), reason=reason)
    assert (None if refusal is None else refusal.code) == code


def test_scores_survive_the_way_into_the_record_and_back() -> None:
    technical = rules().technical
    assert technical is not None
    offers = [score_offer(technical, f"T{n}", {"c1": Decimal("4.5"), "c2": Decimal(n) / 2}) for n in (10, 2, 1)]
    data = scores_data(technical, [LotScores("b", ()), LotScores("a", tuple(offers))])
    assert [lot["lot"] for lot in data] == ["a", "b"]
    assert [offer["offer"] for offer in data[0]["offers"]] == ["T1", "T2", "T10"]
    assert data[0]["offers"][1] == {
        "offer": "T2", "criteria": [{"criterion": "c1", "value": "4.5"}, {"criterion": "c2", "value": "1.0"}],
        "points": "41.00", "passes": False,
    }  # fmt: skip
    again = scores_from_data(data)
    assert scores_data(technical, again) == data
    assert scores_digest(scores_data(technical, again[::-1])) == scores_digest(data)
    assert again[0].find("T10") is not None
    assert again[0].find("T3") is None


def test_every_figure_changes_the_digest() -> None:
    technical = rules().technical
    assert technical is not None
    digests = set()
    for value in ("3.4", "3.5", "3.6"):
        score = score_offer(technical, "T1", {"c1": Decimal("4.0"), "c2": Decimal(value)})
        digests.add(scores_digest(scores_data(technical, [LotScores("a", (score,))])))
    assert len(digests) == 3


def test_pools_and_forms() -> None:
    assert alias_pool(3) == ["T1", "T2", "T3"]
    assert seat_pool(2) == ["E1", "E2"]
    assert sorted(["T10", "T2", "T1"], key=alias_key) == ["T1", "T2", "T10"]
    assert value_text(Decimal(4)) == "4.0"
    assert alias_digest("00", {"T1": "a"}) != alias_digest("01", {"T1": "a"})
