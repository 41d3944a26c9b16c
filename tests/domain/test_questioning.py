"""The rule of questions: fixed times, the close before the deadline, who relays, what an asker is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.questioning import (
    DEFAULT,
    AnswerState,
    OwnState,
    Profile,
    QuestionRules,
    QuestionState,
    answer_digest,
    commitment,
    decide_answering,
    decide_asking,
    decide_merging,
    is_batch,
    next_batch,
    own_state,
    question_sentences,
    rules_json,
    rules_of,
    suggests_amendment,
    take_in,
)
from app.domain.refusals import Code
from app.domain.tendering import TenderState
from app.domain.timetable import load_zone

SHANGHAI, NEW_YORK = load_zone("Asia/Shanghai"), load_zone("America/New_York")
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TIMES = st.lists(st.times().map(lambda at: f"{at:%H:%M}"), min_size=1, max_size=6, unique=True)


@given(TIMES, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from([SHANGHAI, NEW_YORK]))  # noqa: DTZ001 - made aware below
def test_the_next_batch_is_the_first_fixed_time_after(times: list[str], naive: datetime, zone) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a zone
    rules, after = QuestionRules(times=tuple(sorted(times))), naive.replace(tzinfo=UTC, microsecond=0)
    found = next_batch(rules, zone, after)
    assert after < found <= after + timedelta(hours=26)
    assert is_batch(rules, zone, found)
    assert not any(is_batch(rules, zone, after + (found - after) * part / 7) for part in range(1, 7))


def test_twice_a_day_in_the_zone_of_the_tender() -> None:
    assert SHANGHAI is not None
    first = next_batch(DEFAULT, SHANGHAI, NOON)
    assert (first, next_batch(DEFAULT, SHANGHAI, first)) == (NOON + timedelta(hours=4), NOON + timedelta(hours=22))


def test_an_older_document_reads_as_lean() -> None:
    assert rules_of({}) == DEFAULT
    strict = QuestionRules(Profile.STRICT, timedelta(hours=2), ("09:30",))
    assert rules_of({"questions": rules_json(strict)}) == strict
    assert question_sentences({}, "en") == []
    assert "The neutral desk relays" in question_sentences({"questions": rules_json(strict)}, "en")[0]
    assert "双人" not in "".join(question_sentences({"questions": rules_json(DEFAULT)}, "zh"))


@pytest.mark.parametrize(
    ("state", "before", "code"),
    [
        (TenderState.RESPONDING, timedelta(hours=24, milliseconds=1), None),
        (TenderState.RESPONDING, timedelta(hours=24), Code.TOO_LATE),
        (TenderState.RESPONSE_CLOSED, timedelta(hours=-1), Code.TOO_LATE),
        (TenderState.EVALUATION, timedelta(hours=48), Code.NOT_ALLOWED_HERE),
        (TenderState.CANCELLED, timedelta(hours=48), Code.NOT_ALLOWED_HERE),
    ],
)
def test_questions_close_before_the_deadline(state: TenderState, before: timedelta, code: Code | None) -> None:
    refusal = decide_asking(state, DEFAULT, due_at=NOON, now=NOON - before)
    assert (None if refusal is None else refusal.code) is code


def test_only_the_clean_of_lean_go_on_by_themselves() -> None:
    went = {(profile, clean): take_in(profile, is_clean=clean) for profile in Profile for clean in (True, False)}
    assert [key for key, state in went.items() if state is QuestionState.RELEASED] == [(Profile.LEAN, True)]


def test_the_asker_is_told_nothing_before_it_is_with_the_buyer() -> None:
    neutral = {
        state
        for state in QuestionState
        if state is not QuestionState.MERGED and own_state(state) is OwnState.UNDER_REVIEW
    }
    assert neutral == {QuestionState.WAITING, QuestionState.HELD, QuestionState.CLEARED}
    assert own_state(QuestionState.MERGED, QuestionState.ANSWERED) is OwnState.ANSWERED
    assert own_state(QuestionState.MERGED) is OwnState.UNDER_REVIEW


def test_answers_are_written_over_what_was_read_and_never_after_publication() -> None:
    on, released = TenderState.RESPONDING, QuestionState.RELEASED
    assert decide_answering(on, released, None, versions=(0, 0)) is None
    assert decide_answering(on, released, AnswerState.READY, versions=(2, 2)) is None
    for refused, code in [
        (decide_answering(on, released, AnswerState.DRAFT, versions=(1, 2)), Code.CHANGED_SINCE),
        (decide_answering(on, QuestionState.ANSWERED, AnswerState.PUBLISHED, versions=(2, 2)), Code.ALREADY_DECIDED),
        (decide_answering(TenderState.EVALUATION, released, None, versions=(0, 0)), Code.NOT_ALLOWED_HERE),
        (decide_merging(QuestionState.HELD, is_same=False), Code.NOT_ALLOWED_HERE),
        (decide_merging(QuestionState.RELEASED, is_same=True), Code.NOT_ALLOWED_HERE),
    ]:
        assert refused is not None
        assert refused.code is code


def test_digests_bind_the_exact_texts() -> None:
    one = answer_digest("q", text="t", zh="甲", en="a")
    assert one == answer_digest("q", text="t", zh="甲", en="a")
    assert len({one, answer_digest("q", text="t", zh="甲", en="b"), answer_digest("r", text="t", zh="甲", en="a")}) == 3
    assert commitment("a", "text") != commitment("b", "text")


@pytest.mark.parametrize(
    ("zh", "en", "hint"),
    [
        ("交货期改为45天。", "See the drawing.", True),
        ("见图纸。", "The deadline is postponed by a week.", True),
        ("见图纸。", "Item 3 is no longer required.", True),
        ("公差为 0.1 毫米。", "The tolerance is 0.1 mm.", False),
    ],
)
def test_an_answer_that_changes_the_terms_hints_at_an_amendment(zh: str, en: str, hint: bool) -> None:
    assert suggests_amendment(zh, en) is hint
