"""Marks out of sub-criteria: points by stated rules, weights of what is unknown, reasons of marks given directly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessing import (
    RATINGS,
    REGISTRATIONS,
    WEIGHTS,
    Computed,
    Sub,
    compute,
    decide_marks,
    gains,
    mark_of,
    parts_from_json,
    points_of,
    to_json,
)
from app.domain.certification import Aspect, Marks
from app.domain.refusals import Code, Refusal

FIGURES = {
    Sub.SITE_AUDIT: "85", Sub.SAMPLE_TEST: "90", Sub.ON_TIME: "92.5", Sub.LEAD_TIME: "30", Sub.REGISTRATION: "active",
    Sub.RATING: "AA",
}  # fmt: skip
FULL = st.fixed_dictionaries(
    {},
    optional={
        **{
            sub: st.decimals(0, 100, places=2).map(str)
            for sub in (Sub.SITE_AUDIT, Sub.SAMPLE_TEST, Sub.ON_TIME, Sub.DELIVERY_AUDIT)
        },
        **{sub: st.integers(0, 99_999).map(str) for sub in (Sub.REJECTED_PPM, Sub.LEAD_TIME, Sub.YEARS)},
        Sub.RATING: st.sampled_from(sorted(RATINGS)),
        Sub.REGISTRATION: st.sampled_from(sorted(REGISTRATIONS)),
    },
)


def computed(figures: dict[Sub, str]) -> Computed:
    found = compute(figures)
    assert isinstance(found, Computed), found
    return found


@pytest.mark.parametrize(
    ("sub", "figure", "points"),
    [
        (Sub.SITE_AUDIT, "0", "0"), (Sub.SITE_AUDIT, "100", "100"), (Sub.REJECTED_PPM, "0", "100"),
        (Sub.REJECTED_PPM, "5000", "75"), (Sub.REJECTED_PPM, "19999", "0.01"), (Sub.REJECTED_PPM, "20000", "0"),
        (Sub.REJECTED_PPM, "20001", "0"), (Sub.LEAD_TIME, "14", "100"), (Sub.LEAD_TIME, "15", "100"),
        (Sub.LEAD_TIME, "16", "98.33"), (Sub.LEAD_TIME, "74", "1.67"), (Sub.LEAD_TIME, "75", "0"),
        (Sub.LEAD_TIME, "76", "0"), (Sub.YEARS, "9", "90"), (Sub.YEARS, "10", "100"), (Sub.YEARS, "11", "100"),
        (Sub.RATING, "BBB", "70"), (Sub.REGISTRATION, "revoked", "0"),
    ],
)  # fmt: skip
def test_points_by_the_stated_rules(sub: Sub, figure: str, points: str) -> None:
    assert points_of(sub, figure) == Decimal(points)


@pytest.mark.parametrize("figure", ["", "-1", "100.01", "1e2", "NaN", "１0", "AAA", "1.23456"])
def test_what_is_no_figure_is_refused(figure: str) -> None:
    assert points_of(Sub.SITE_AUDIT, figure) == Refusal(Code.OUT_OF_RANGE, {"field": "site_audit"})
    assert points_of(Sub.RATING, "AAAA") == Refusal(Code.OUT_OF_RANGE, {"field": "rating"})


def test_the_weight_of_what_is_unknown_goes_to_the_others() -> None:
    found = computed(FIGURES)
    # (85×40 + 90×30) / 70; (92.5×60 + 75×20) / 80; (100×30 + 90×40) / 70.
    assert dict(found.marks) == {
        Aspect.QUALITY: Decimal("87.14"), Aspect.DELIVERY: Decimal("88.13"), Aspect.CREDIT: Decimal("94.29"),
    }  # fmt: skip
    assert set(computed({}).marks.values()) == {None}


@given(FULL)
def test_a_mark_lies_between_its_points_and_reads_back(figures: dict[Sub, str]) -> None:
    found = computed(figures)
    for aspect in Aspect:
        points = [part.points for part in found.parts if part.aspect is aspect and part.points is not None]
        mark = found.marks[aspect]
        assert (mark is None) is (not points)
        assert mark is None or min(points) <= mark <= max(points)
    parts = parts_from_json(to_json(found, {}))
    assert parts == list(found.parts)
    assert {aspect: mark_of(parts, aspect) for aspect in Aspect} == dict(found.marks)


@given(FULL)
def test_a_gain_is_what_full_points_would_add(figures: dict[Sub, str]) -> None:
    found = computed(figures)
    for one in gains(found.parts):
        best = "active" if one.sub is Sub.REGISTRATION else "AAA" if one.sub is Sub.RATING else "100"
        best = {Sub.REJECTED_PPM: "0", Sub.LEAD_TIME: "15"}.get(one.sub, best)
        after, before = computed({**figures, one.sub: best}).marks[one.aspect], found.marks[one.aspect]
        assert after is not None
        assert before is not None
        # Two roundings to a hundredth.
        assert abs(after - before - one.gain) <= Decimal("0.01")


def test_a_mark_given_directly_has_its_reason() -> None:
    found = computed(FIGURES)
    given_mark = {Aspect.QUALITY: Decimal(80)}
    assert decide_marks(found, {}, {}) == Marks(Decimal("87.14"), Decimal("88.13"), Decimal("94.29"))
    reasoned = decide_marks(found, given_mark, {Aspect.QUALITY: "Tool replaced."})
    assert isinstance(reasoned, Marks)
    assert reasoned.quality == 80
    assert decide_marks(found, given_mark, {Aspect.QUALITY: " no "}) == Refusal(
        Code.REASON_MISSING, {"field": "quality"}
    )
    assert decide_marks(computed({}), {}, {}) == Refusal(Code.INCOMPLETE, {"quality": "MISSING_VALUE"})


def test_the_weights_of_an_aspect_are_a_hundred() -> None:
    assert [sum(weights.values()) for weights in WEIGHTS.values()] == [100, 100, 100]
