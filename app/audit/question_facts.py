"""What the journal makes the tables of questions and answers hold: states, released texts, answers by their digest.

Part of `folding.py`: of `app` it imports `app.domain` alone. Who asked what is sealed under a key that no auditor's
machine has. A question that waits for its fixed time is in no entry yet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, column, select, table

from app.domain.entries import to_milliseconds
from app.domain.framing import instant_of
from app.domain.kinds import Kind
from app.domain.questioning import AnswerState, Profile, QuestionState, answer_digest, rules_of

QUESTION: Final = table(
    "question", *map(column, ("id", "tender_id", "state", "is_held", "shown", "released_at", "into_id", "reason"))
)
ANSWER: Final = table(
    "answer", *map(column, ("question_id", "tender_id", "zh", "en", "state", "digest", "published_at"))
)
Rows = Callable[[Select[Any]], Sequence[Any]]
Difference = tuple[int | None, str]
_Q, _A = QuestionState, AnswerState


@dataclass(slots=True)
class _Asked:
    """One question as its entries tell it, and the number of the last of them."""

    seq: int
    is_held: bool
    state: QuestionState = _Q.HELD
    # What was released, or of what the relay cleared its digest.
    text: str | None = None
    cleared: str | None = None
    released_at: int | None = None
    into: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class _Answered:
    """One answer as its entries tell it, and in which states it may stand."""

    seq: int
    digest: str
    states: frozenset[AnswerState]
    published_at: int | None = None


@dataclass(slots=True)
class QuestionFacts:
    """The questions and answers of one tender."""

    tender: str
    _asked: dict[str, _Asked] = field(default_factory=dict)
    _answers: dict[str, _Answered] = field(default_factory=dict)
    _profile: Profile = Profile.LEAN

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        kind, seq, data = members["kind"], members["seq"], members["data"]
        if kind in (Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED):
            self._profile = rules_of(data["document"]).profile
        elif kind == Kind.QUESTION_ASKED:
            self._asked[data["question"]] = _Asked(seq, data["held"])
        elif data.get("question") in self._asked:
            self._take_question(kind, seq, data, self._asked[data["question"]])
            self._take_answer(kind, seq, data)

    def _take_question(self, kind: str, seq: int, data: Mapping[str, Any], told: _Asked) -> None:
        match kind:
            case Kind.QUESTION_CLEARED:
                told.state, told.cleared = _Q.CLEARED, data["digest"]
            case Kind.QUESTION_RETURNED:
                told.state, told.reason = _Q.RETURNED, data["reason"]
            case Kind.QUESTION_MERGED:
                told.state, told.into = _Q.MERGED, data["into"]
            case Kind.QUESTION_RELEASED:
                told.state, told.text = _Q.RELEASED, data["text"]
                told.released_at = to_milliseconds(instant_of(data, "batch"))
            case Kind.ANSWER_PUBLISHED:
                told.state = _Q.ANSWERED
            case _:
                return
        told.seq = seq

    def _take_answer(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        match kind:
            case Kind.ANSWER_DRAFTED:
                # A finished text whose approval was refused is a draft again.
                states = {_A.DRAFT} if not data["finished"] else {_A.PENDING, _A.DRAFT}
                if data["finished"] and self._profile is Profile.LEAN:
                    states = {_A.READY}
                self._answers[data["question"]] = _Answered(seq, data["digest"], frozenset(states))
            case Kind.ANSWER_APPROVED:
                self._answers[data["question"]] = _Answered(seq, data["digest"], frozenset({_A.READY}))
            case Kind.ANSWER_PUBLISHED:
                at = to_milliseconds(instant_of(data, "batch"))
                self._answers[data["question"]] = _Answered(seq, data["digest"], frozenset({_A.PUBLISHED}), at)
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        left, shown = dict(self._asked), dict[str, str]()
        for row in rows(select(QUESTION).where(QUESTION.c.tender_id == self.tender)):
            told, shown[row.id] = left.pop(row.id, None), row.shown or ""
            if told is None and row.state != _Q.WAITING:
                yield None, "the table has a question that no entry tells"
            elif told is not None and (name := _differs(row, told)) is not None:
                yield told.seq, f"a question differs in the table: {name}"
        for told in left.values():
            yield told.seq, "the table lacks a question"
        answers = dict(self._answers)
        for row in rows(select(ANSWER).where(ANSWER.c.tender_id == self.tender)):
            answer = answers.pop(row.question_id, None)
            digest = answer_digest(row.question_id, text=shown.get(row.question_id, ""), zh=row.zh, en=row.en)
            if answer is None:
                yield None, "the table has an answer that no entry tells"
            elif {row.digest, digest} != {answer.digest}:
                yield answer.seq, "the answer in the table is not the one that was told"
            elif row.state not in answer.states or row.published_at != answer.published_at:
                yield answer.seq, "the answer in the table stands where no entry has put it"
        for answer in answers.values():
            yield answer.seq, "the table lacks an answer"


def _differs(row: Any, told: _Asked) -> str | None:
    """What of a question's row is not as told, or None."""
    is_cleared = told.state is _Q.CLEARED
    digest = answer_digest(row.id, text=row.shown or "", zh="", en="") if is_cleared else None
    for name, held, should in (
        ("its state", row.state, told.state),
        ("whether the filter held it", bool(row.is_held), told.is_held),
        ("what was let through", digest if is_cleared else row.shown, told.cleared if is_cleared else told.text),
        ("when it was let through", row.released_at, told.released_at),
        ("into what it was merged", row.into_id, told.into),
        ("why it was returned", row.reason, told.reason),
    ):
        if held != should:
            return name
    return None
