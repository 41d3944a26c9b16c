"""Questionnaires: what may be asked, what is an answer, and when somebody is asked again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Code, Refusal
from app.domain.surveying import (
    Answered,
    Question,
    QuestionKind,
    ReplyState,
    Words,
    carried,
    check_answers,
    check_questions,
    reply_state,
    valid_until,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
TITLE = Words("产能", "Capacity")
ISO = Question("q1", QuestionKind.YES_NO, TITLE, is_must=True)
TEST = Question("q2", QuestionKind.CHOICE, TITLE, is_must=True, choices=(Words("全检", "All"), Words("抽检", "Some")))
SIZE = Question("q3", QuestionKind.NUMBER, TITLE, is_must=False, unit="pcs")
PLAN = Question("q4", QuestionKind.TEXT, TITLE, is_must=False)
ALL = (ISO, TEST, SIZE, PLAN)


def test_a_question_is_whole_in_both_languages_and_fits_its_kind() -> None:
    assert check_questions(ALL, 365) is None
    assert check_questions((), 365) is None
    faulty = (
        Question("", QuestionKind.TEXT, Words("产能", " "), is_must=True),
        Question("", QuestionKind.CHOICE, TITLE, is_must=True, choices=(Words("一", "One"),)),
        Question("", QuestionKind.NUMBER, TITLE, is_must=True),
        Question("", QuestionKind.TEXT, TITLE, is_must=True, unit="pcs"),
        Question("", QuestionKind.YES_NO, TITLE, is_must=True, choices=TEST.choices),
    )
    faults = ["TITLE_MISSING", "CHOICES_MISSING", "UNIT_MISSING", "UNIT_NOT_ASKED", "CHOICES_NOT_ASKED"]
    assert check_questions(faulty, 365) == Refusal(Code.INCOMPLETE, {str(at): one for at, one in enumerate(faults)})


def test_the_days_have_bounds() -> None:
    found = [check_questions(ALL, days) is None for days in (29, 30, 31, 1097, 1098, 1099)]
    assert found == [False, True, True, True, True, False]
    assert check_questions([ISO] * 61, 365) == Refusal(Code.TOO_LARGE, {"field": "questions", "most": "60"})


def test_a_draft_may_miss_what_a_submission_may_not() -> None:
    assert check_answers(ALL, {"q1": "yes"}, is_final=False) == {"q1": "yes"}
    assert check_answers(ALL, {"q1": "yes"}, is_final=True) == Refusal(Code.INCOMPLETE, {"q2": "MISSING_VALUE"})
    whole = {"q1": "no", "q2": "1", "q3": "42000.50", "q4": " Helium. "}
    assert check_answers(ALL, whole, is_final=True) == {"q1": "no", "q2": "1", "q3": "42000.5", "q4": "Helium."}
    wrong = {"q1": "maybe", "q2": "2", "q3": "1e9", "q4": "x" * 2001, "q9": "yes"}
    assert check_answers(ALL, wrong, is_final=False) == Refusal(
        Code.INCOMPLETE,
        {"q9": "UNKNOWN_QUESTION", "q1": "NOT_A_CHOICE", "q2": "NOT_A_CHOICE", "q3": "NOT_A_NUMBER", "q4": "TOO_LONG"},
    )


def test_a_text_holds_no_way_to_reach_somebody() -> None:
    said = check_answers((PLAN,), {"q4": "Call 13800138000"}, is_final=True)
    assert isinstance(said, Refusal)
    assert (said.code, said.detail["question"]) == (Code.LEAK, "q4")


@given(st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q4", "q5"]), st.text(max_size=12)))
def test_what_was_taken_is_taken_again_and_carried_whole(typed: dict[str, str]) -> None:
    kept = check_answers(ALL, typed, is_final=False)
    if not isinstance(kept, Refusal):
        assert check_answers(ALL, kept, is_final=False) == kept
        assert carried(ALL, kept) == kept


@given(st.sampled_from(ALL))
def test_a_question_is_read_back_as_it_was_written(one: Question) -> None:
    assert Question.from_json(one.to_json()) == one


def test_a_supplier_is_asked_again_when_the_answer_ends_or_the_questions_change() -> None:
    ends = valid_until(NOW, 30)
    last = Answered(2, ends)

    def state(at: datetime, version: int = 2, *, has_draft: bool = False) -> ReplyState:
        return reply_state(version, last, at, has_draft=has_draft)

    assert [state(at) for at in (ends - TICK, ends, ends + TICK)] == [
        ReplyState.ANSWERED, ReplyState.EXPIRED, ReplyState.EXPIRED,
    ]  # fmt: skip
    assert state(NOW, 3) is ReplyState.OUTDATED
    assert state(NOW, 3, has_draft=True) is ReplyState.DRAFT
    assert state(NOW, has_draft=True) is ReplyState.ANSWERED
    assert reply_state(1, None, NOW, has_draft=False) is ReplyState.OPEN
