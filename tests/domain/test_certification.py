"""Certification: score, grade, validity, standing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.certification import (
    DEFAULT_MINIMUMS,
    DEFAULT_WEIGHTS,
    EXPIRING_WITHIN,
    LONGEST_VALIDITY,
    Aspect,
    Assessment,
    Certificate,
    Grade,
    Marks,
    Record,
    StandingState,
    assess,
    check_validity,
    decide_invitation,
    grade_of,
    may_be_invited,
    standing,
)
from app.domain.refusals import Code, Refusal

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
NO_MINIMUMS = Marks(Decimal(0), Decimal(0), Decimal(0))

# SCREENS.md section 3: quality, delivery, credit, the score and grade as printed there.
DEMO = [
    (94, 90, 92, "92.4", Grade.A),
    (91, 93, 95, "92.4", Grade.A),
    (90, 88, 93, "90.0", Grade.A),
    (93, 84, 88, "89.3", Grade.B),
    (88, 86, 90, "87.8", Grade.B),
    (87, 90, 84, "87.3", Grade.B),
    (85, 88, 89, "86.7", Grade.B),
    (84, 85, 90, "85.5", Grade.B),
    (82, 80, 85, "82.0", Grade.B),
    (78, 82, 80, "79.6", Grade.C),
    (80, 79, 70, "77.7", Grade.C),
    (72, 66, 61, "68.0", Grade.D),
]

scores = st.decimals(0, 100, places=2)
marks_of_all = st.builds(Marks, scores, scores, scores)


@st.composite
def weights_of_one(draw: st.DrawFn) -> Marks:
    first = draw(st.integers(0, 10_000))
    second = draw(st.integers(0, 10_000 - first))
    shares = (first, second, 10_000 - first - second)
    return Marks(*(Decimal(share).scaleb(-4) for share in shares))


def given_marks(*figures: str) -> Marks:
    return Marks(*(Decimal(figure) for figure in figures))


def assessed(marks: Marks, weights: Marks = DEFAULT_WEIGHTS, minimums: Marks = NO_MINIMUMS) -> Assessment:
    found = assess(marks, weights, minimums)
    assert isinstance(found, Assessment)
    return found


def refused(marks: Marks, weights: Marks = DEFAULT_WEIGHTS, minimums: Marks = DEFAULT_MINIMUMS) -> Refusal:
    found = assess(marks, weights, minimums)
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(("quality", "delivery", "credit", "score", "grade"), DEMO)
def test_the_twelve_suppliers_of_the_demo(quality: int, delivery: int, credit: int, score: str, grade: Grade) -> None:
    found = assess(Marks(Decimal(quality), Decimal(delivery), Decimal(credit)))
    assert isinstance(found, Assessment)
    assert (str(found.score), found.grade) == (score, grade)


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "A"), ("90.1", "A"), ("90.0", "A"), ("89.9", "B"), ("80.1", "B"), ("80.0", "B"), ("79.9", "C"),
        ("70.1", "C"), ("70.0", "C"), ("69.9", "D"), ("0", "D"),
    ],
)  # fmt: skip
def test_bands_just_before_at_and_after(score: str, grade: str) -> None:
    assert grade_of(Decimal(score)) == grade


def test_the_published_score_decides_the_grade() -> None:
    # 89.949 is published as 89.9, 89.95 as 90.0: half up, once.
    below, at = assessed(given_marks("89.94", "89.95", "89.96")), assessed(given_marks("89.95", "89.95", "89.95"))
    assert (below.score, below.grade) == (Decimal("89.9"), Grade.B)
    assert (at.score, at.grade) == (Decimal("90.0"), Grade.A)


@given(marks_of_all, weights_of_one())
def test_the_score_lies_between_the_lowest_and_the_highest_mark(marks: Marks, weights: Marks) -> None:
    figures = [mark for _, mark in marks.by_aspect()]
    half = Decimal("0.05")
    assert min(figures) - half <= assessed(marks, weights).score <= max(figures) + half


@given(marks_of_all, weights_of_one(), scores)
def test_a_better_mark_never_lowers_score_or_grade(marks: Marks, weights: Marks, other: Decimal) -> None:
    better = Marks(max(marks.quality, other), marks.delivery, marks.credit)
    before, after = assessed(marks, weights), assessed(better, weights)
    assert after.score >= before.score
    assert after.grade <= before.grade


@given(scores, weights_of_one())
def test_equal_marks_give_that_mark_whatever_the_weights(mark: Decimal, weights: Marks) -> None:
    assert abs(assessed(Marks(mark, mark, mark), weights).score - mark) <= Decimal("0.05")


@given(marks_of_all, weights_of_one())
def test_marks_survive_the_journal(marks: Marks, weights: Marks) -> None:
    assert Marks.from_json(marks.to_json()) == marks
    assert Marks.from_json(weights.to_json()) == weights


@given(marks_of_all, marks_of_all)
def test_below_any_minimum_is_refused_and_else_assessed(marks: Marks, minimums: Marks) -> None:
    pairs = zip(marks.by_aspect(), minimums.by_aspect(), strict=True)
    below = [aspect for (aspect, mark), (_, minimum) in pairs if mark < minimum]
    found = assess(marks, DEFAULT_WEIGHTS, minimums)
    if below:
        assert isinstance(found, Refusal)
        assert (found.code, found.detail["field"]) == (Code.BELOW_MINIMUM, below[0])
    else:
        assert isinstance(found, Assessment)


@pytest.mark.parametrize(("credit", "passes"), [("59.99", False), ("60", True), ("60.01", True)])
def test_a_minimum_just_below_at_and_above(credit: str, passes: bool) -> None:
    assert isinstance(assess(given_marks("90", "90", credit)), Assessment) is passes


@pytest.mark.parametrize("mark", ["-0.01", "100.01", "90.001", "NaN", "Infinity", "1E+30", "sNaN"])
def test_marks_outside_the_scale_are_refused(mark: str) -> None:
    found = refused(given_marks("90", mark, "90"))
    assert (found.code, found.detail["field"]) == (Code.OUT_OF_RANGE, Aspect.DELIVERY)


@pytest.mark.parametrize(
    "weights",
    [
        ("0.5", "0.3", "0.1999"), ("0.5", "0.3", "0.2001"), ("50", "30", "20"), ("1.1", "-0.1", "0"),
        ("NaN", "0.5", "0.5"),
        ("0.33333", "0.33333", "0.33334"), ("0", "0", "0"), ("Infinity", "0", "0"),
    ],
)  # fmt: skip
def test_weights_that_do_not_sum_to_one_are_refused(weights: tuple[str, str, str]) -> None:
    assert refused(given_marks("90", "90", "90"), given_marks(*weights)).code is Code.WEIGHTS_NOT_100


@pytest.mark.parametrize(
    ("valid_until", "code"),
    [
        (NOW - TICK, Code.OUT_OF_RANGE),
        (NOW, Code.OUT_OF_RANGE),
        (NOW + TICK, None),
        (NOW + LONGEST_VALIDITY, None),
        (NOW + LONGEST_VALIDITY + TICK, Code.OUT_OF_RANGE),
    ],
)
def test_validity_just_before_at_and_after(valid_until: datetime, code: Code | None) -> None:
    found = check_validity(NOW, valid_until)
    assert (found.code if found else None) == code


CATEGORY = "compressors"


def a_certificate(*, grade: Grade = Grade.B, until: datetime = NOW + timedelta(days=365)) -> Certificate:
    return Certificate(score=Decimal("85.5"), grade=grade, valid_from=NOW - timedelta(days=1), valid_until=until)


def a_record(certificate: Certificate | None = None, *, suspended: bool = False, category: str = CATEGORY) -> Record:
    return Record(categories=frozenset({category}), certificate=certificate, is_suspended=suspended)


def around(at: datetime, certificate: Certificate) -> list[str]:
    """The states just before, at and just after an instant."""
    return [standing(a_record(certificate), CATEGORY, at + delta).state.value for delta in (-TICK, timedelta(0), TICK)]


def test_validity_ends_at_its_instant_and_not_a_millisecond_later() -> None:
    certificate = a_certificate(until=NOW)
    assert around(NOW, certificate) == ["expiring", "expired", "expired"]


def test_expiring_begins_thirty_days_before_the_end() -> None:
    certificate = a_certificate(until=NOW + EXPIRING_WITHIN)
    assert around(NOW, certificate) == ["certified", "expiring", "expiring"]


def test_a_certificate_counts_from_its_approval() -> None:
    certificate = a_certificate()
    assert around(certificate.valid_from, certificate) == ["not_certified", "certified", "certified"]


@pytest.mark.parametrize(
    ("record", "state", "code"),
    [
        (a_record(a_certificate()), StandingState.CERTIFIED, None),
        (a_record(a_certificate(until=NOW + timedelta(days=3))), StandingState.EXPIRING, None),
        (a_record(None), StandingState.NOT_CERTIFIED, Code.NOT_CERTIFIED),
        (a_record(a_certificate(until=NOW)), StandingState.EXPIRED, Code.CERTIFICATION_EXPIRED),
        (a_record(a_certificate(), suspended=True), StandingState.SUSPENDED, Code.SUPPLIER_SUSPENDED),
        (a_record(a_certificate(until=NOW), suspended=True), StandingState.SUSPENDED, Code.SUPPLIER_SUSPENDED),
        (a_record(a_certificate(), category="cartons"), StandingState.WRONG_CATEGORY, Code.WRONG_CATEGORY),
    ],
)
def test_each_standing_and_its_refusal(record: Record, state: StandingState, code: Code | None) -> None:
    found = standing(record, CATEGORY, NOW)
    assert found.state is state
    assert (found.refusal.code if found.refusal else None) == code
    assert may_be_invited(found) is (code is None)


@pytest.mark.parametrize(
    ("grade", "lowest", "code"),
    [(Grade.A, Grade.B, None), (Grade.B, Grade.B, None), (Grade.C, Grade.B, Code.BELOW_MINIMUM), (Grade.D, None, None)],
)
def test_a_tender_may_ask_for_a_grade(grade: Grade, lowest: Grade | None, code: Code | None) -> None:
    found = decide_invitation(standing(a_record(a_certificate(grade=grade)), CATEGORY, NOW), lowest)
    assert (found.code if found else None) == code


def test_the_bar_of_standing_comes_before_the_grade() -> None:
    found = decide_invitation(standing(a_record(a_certificate(grade=Grade.D), suspended=True), CATEGORY, NOW), Grade.A)
    assert found is not None
    assert found.code is Code.SUPPLIER_SUSPENDED


@given(
    has_certificate=st.booleans(),
    suspended=st.booleans(),
    in_category=st.booleans(),
    left=st.integers(-(10**9), 10**9),
    grade=st.sampled_from(Grade),
    lowest=st.none() | st.sampled_from(Grade),
)
def test_invited_exactly_if_certified_unexpired_unsuspended_in_category_and_good_enough(
    *, has_certificate: bool, suspended: bool, in_category: bool, left: int, grade: Grade, lowest: Grade | None
) -> None:
    certificate = a_certificate(grade=grade, until=NOW + timedelta(milliseconds=left)) if has_certificate else None
    record = a_record(certificate, suspended=suspended, category=CATEGORY if in_category else "cartons")
    good_enough = lowest is None or grade.value <= lowest.value
    expected = has_certificate and not suspended and in_category and left > 0 and good_enough
    assert may_be_invited(standing(record, CATEGORY, NOW), lowest) is expected
