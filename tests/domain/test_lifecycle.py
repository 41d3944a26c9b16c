"""Duplicates of applicants, reminders, conditions, appeals and the way to a better grade, as pure rules."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.applying import ApplicationState, Firm, Likeness, decide_admission, find_duplicates, name_key
from app.domain.certification import DEFAULT_WEIGHTS, HIGHEST, Aspect, Assessment, Grade, Marks, assess
from app.domain.improving import (
    ActionState,
    AppealState,
    Due,
    Result,
    decide_closing,
    decide_conditions,
    decide_finding,
    decide_report,
    improvements,
)
from app.domain.refusals import Code, Refusal
from app.domain.renewing import AHEAD, days_left, reminder_due
from app.domain.review_appealing import decide_deciding

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 22)
MARK = st.decimals(min_value=60, max_value=100, places=2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("岚川压缩机有限公司", "岚川压缩机股份有限公司"),
        ("Lanchuan Compressor Co., Ltd.", "ＬＡＮＣＨＵＡＮ  compressor"),
        ("Lan-Chuan Compressor Inc.", "Lan Chuan Compressor Limited"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != name_key("青禾机电")


@given(st.text(max_size=30))
def test_a_key_is_found_whatever_is_typed_and_never_of_another_case(name: str) -> None:
    assert name_key(name.upper()) == name_key(name.upper().casefold())
    assert bool(name_key(name)) == bool(name_key(name + "，"))


def test_the_holder_of_the_code_comes_first_and_nobody_is_like_itself() -> None:
    applicant = Firm("a", "C1", "岚川有限公司", "")
    others = [applicant, Firm("b", "C2", "岚川", ""), Firm("c", "C1", "青禾", ""), Firm("d", "C3", "海纳", "")]
    found = find_duplicates(applicant, others)
    assert [(each.id, each.likeness) for each in found] == [("c", (Likeness.CREDIT_CODE,)), ("b", (Likeness.NAME,))]


@pytest.mark.parametrize(
    ("holder", "into", "code"),
    [
        (None, None, None),
        ("b", "b", None),
        ("b", None, Code.ALREADY_EXISTS),
        ("b", "c", Code.NOT_ALLOWED_HERE),
        (None, "c", Code.NOT_ALLOWED_HERE),
    ],
)
def test_a_code_is_one_legal_person(holder: str | None, into: str | None, code: Code | None) -> None:
    refusal = decide_admission(ApplicationState.APPLIED, holder, into)
    assert (refusal and refusal.code) == code
    for state in set(ApplicationState) - {ApplicationState.APPLIED}:
        assert decide_admission(state, holder, into) == Refusal(Code.ALREADY_DECIDED)


@given(st.integers(-5, 120), st.sampled_from([None, *AHEAD]))
def test_a_reminder_is_owed_once_and_the_nearest_alone(left: int, told: int | None) -> None:
    owed = reminder_due(left, told)
    if owed is None:
        return
    assert 0 <= left <= owed
    assert told is None or owed < told
    assert not [ahead for ahead in AHEAD if left <= ahead < owed]
    assert reminder_due(left, owed) is None


@given(st.integers(1, 200))
def test_day_by_day_each_reminder_goes_out_exactly_once(ahead: int) -> None:
    told: int | None = None
    sent = []
    for left in range(ahead, -3, -1):
        owed = reminder_due(left, told)
        if owed is not None:
            sent.append(owed)
            told = owed
    assert sent == [each for each in AHEAD if ahead >= each or each == min(one for one in AHEAD if ahead <= one)]


def test_days_are_counted_to_the_last_valid_day_of_the_zone() -> None:
    # Midnight in Shanghai: the last valid day is the 30th.
    until = datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert days_left(until, datetime(2026, 11, 29, 15, 59, tzinfo=UTC), SHANGHAI) == 1
    assert days_left(until, datetime(2026, 11, 29, 16, tzinfo=UTC), SHANGHAI) == 0
    assert days_left(until, until, SHANGHAI) == -1


@pytest.mark.parametrize(
    ("result", "held_on", "due", "code"),
    [
        (Result.PASSED, TODAY, [], None),
        (Result.CONDITIONAL, TODAY, [TODAY + timedelta(1)], None),
        (Result.FAILED, TODAY, [], None),
        (Result.PASSED, TODAY + timedelta(1), [], Code.OUT_OF_RANGE),
        (Result.PASSED, TODAY, [TODAY + timedelta(1)], Code.NOT_ALLOWED_HERE),
        (Result.CONDITIONAL, TODAY, [], Code.INCOMPLETE),
        (Result.CONDITIONAL, TODAY, [TODAY], Code.OUT_OF_RANGE),
    ],
)
def test_what_may_be_recorded(result: Result, held_on: date, due: list[date], code: Code | None) -> None:
    refusal = decide_finding(result, held_on, due, TODAY)
    assert (refusal and refusal.code) == code


@given(st.lists(st.builds(Due, st.sampled_from(ActionState), st.dates(TODAY, TODAY + timedelta(400))), max_size=5))
def test_a_certification_on_conditions_ends_with_the_last_of_them(actions: list[Due]) -> None:
    owed = [each.due_on for each in actions if each.state in (ActionState.OPEN, ActionState.REPORTED)]
    far = datetime(2028, 1, 1, tzinfo=UTC)
    if not owed:
        assert decide_conditions(actions, far, SHANGHAI) is None
        return
    end = datetime.combine(max(owed) + timedelta(1), datetime.min.time(), SHANGHAI).astimezone(UTC)
    assert decide_conditions(actions, end, SHANGHAI) is None
    refusal = decide_conditions(actions, end + timedelta(milliseconds=1), SHANGHAI)
    assert refusal is not None
    assert refusal.detail["because"] == "corrective_actions"


def test_an_action_goes_round_until_it_is_seen_to_be_done() -> None:
    assert decide_closing(ActionState.REPORTED, accept=True) is ActionState.CLOSED
    assert decide_closing(ActionState.REPORTED, accept=False) is ActionState.OPEN
    assert decide_closing(ActionState.OPEN, accept=True) == Refusal(Code.NOT_ALLOWED_HERE, {"field": "state"})
    assert decide_report(ActionState.OPEN) is decide_report(ActionState.REPORTED) is None
    for state in (ActionState.CLOSED, ActionState.ANNULLED):
        assert decide_report(state) == Refusal(Code.ALREADY_DECIDED)
        assert isinstance(decide_closing(state, accept=True), Refusal)


def test_whoever_assessed_decides_no_appeal() -> None:
    assert decide_deciding(AppealState.OPEN, {"a"}, "b") is None
    assert decide_deciding(AppealState.OPEN, {"a"}, "a") == Refusal(Code.SAME_PERSON)
    assert decide_deciding(AppealState.UPHELD, {"a"}, "b") == Refusal(Code.ALREADY_DECIDED)


@given(MARK, MARK, MARK)
def test_the_mark_named_reaches_the_next_grade_and_no_lower_one_does(
    quality: Decimal, delivery: Decimal, credit: Decimal
) -> None:
    marks = Marks(quality, delivery, credit)
    given_now = assess(marks)
    assert isinstance(given_now, Assessment)
    ways = improvements(marks, DEFAULT_WEIGHTS, given_now.score)
    assert bool(ways) == (given_now.grade is not Grade.A)
    for way in ways:
        figures = dict(marks.by_aspect())
        if way.needed is None:
            assert _grade_with(figures | {way.aspect: HIGHEST}) == given_now.grade
            continue
        assert _grade_with(figures | {way.aspect: way.needed}) < given_now.grade
        assert _grade_with(figures | {way.aspect: way.needed - Decimal("0.01")}) == given_now.grade


def _grade_with(figures: dict[Aspect, Decimal]) -> Grade:
    made = assess(Marks(*figures.values()))
    assert isinstance(made, Assessment)
    return made.grade
