"""Questionnaires of a category: what a supplier answers before it is assessed, and until when an answer counts.

Serves issue 7 ("questionnaires per category") and SCREENS.md SP-02. A questionnaire never changes: a change is its next
version, and asks everybody again. Answers are texts as typed, checked here. Knows no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.certification import plain
from app.domain.contact_filtering import decide_title
from app.domain.refusals import Code, Refusal

MOST_QUESTIONS: Final = 60
MOST_CHOICES: Final = 20
LONGEST_TITLE: Final = 300
LONGEST_ANSWER: Final = 2000
# Shorter asks before the answer is read; longer outlives every certification.
VALID_DAYS: Final = (30, 1098)
# Digits before and behind the point of an answered number.
_DIGITS: Final = (12, 4)
_YES_NO: Final = ("yes", "no")


class QuestionKind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


class ReplyState(StrEnum):
    """Where a supplier stands with the questionnaire in force."""

    OPEN = "open"
    DRAFT = "draft"
    ANSWERED = "answered"
    # A later version asks again; what was answered stays readable.
    OUTDATED = "outdated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    @property
    def is_whole(self) -> bool:
        """Whether both languages say something."""
        return bool(self.zh.strip() and self.en.strip())


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``unit`` belongs to numbers, ``choices`` to choices. A choice is answered by its place from 0."""

    id: str
    kind: QuestionKind
    title: Words
    is_must: bool
    unit: str = ""
    choices: tuple[Words, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As stored and journalled."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "title_zh": self.title.zh,
            "title_en": self.title.en,
            "is_must": self.is_must,
            "unit": self.unit,
            "choices": [{"zh": each.zh, "en": each.en} for each in self.choices],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Question":
        """Precondition: written by `to_json`."""
        return cls(
            id=stored["id"],
            kind=QuestionKind(stored["kind"]),
            title=Words(stored["title_zh"], stored["title_en"]),
            is_must=stored["is_must"],
            unit=stored["unit"],
            choices=tuple(Words(each["zh"], each["en"]) for each in stored["choices"]),
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """The last submitted reply of a supplier, as the rules see it: to which version, and until when it counts."""

    version: int
    valid_until: datetime


def check_questions(questions: Sequence[Question], valid_days: int) -> Refusal | None:
    """Whether these may be asked. No question at all ends the asking in the category.

    Refuses TOO_LARGE, OUT_OF_RANGE (days), INCOMPLETE (detail: the number of each faulty question with its fault).
    """
    if len(questions) > MOST_QUESTIONS:
        return Refusal(Code.TOO_LARGE, {"field": "questions", "most": str(MOST_QUESTIONS)})
    least, most = VALID_DAYS
    if not least <= valid_days <= most:
        return Refusal(Code.OUT_OF_RANGE, {"field": "valid_days", "low": str(least), "high": str(most)})
    faults = {str(at): fault for at, one in enumerate(questions) if (fault := _question_fault(one)) is not None}
    return Refusal(Code.INCOMPLETE, faults) if faults else None


def check_answers(
    questions: Sequence[Question], answers: Mapping[str, str], *, is_final: bool
) -> dict[str, str] | Refusal:
    """The answers in their one spelling, blank ones left out. A draft may miss some; a submission misses no must.

    Refuses INCOMPLETE (detail: each question with its fault) and LEAK (a way to reach somebody in a text).
    """
    known = {one.id: one for one in questions}
    faults = {name: "UNKNOWN_QUESTION" for name in answers if name not in known}
    kept: dict[str, str] = {}
    for one in questions:
        typed = answers.get(one.id, "").strip()
        fault = _answer_fault(one, typed) if typed else None
        if fault is not None:
            faults[one.id] = fault
        elif typed:
            kept[one.id] = plain(Decimal(typed)) if one.kind is QuestionKind.NUMBER else typed
        elif is_final and one.is_must:
            faults[one.id] = "MISSING_VALUE"
    if faults:
        return Refusal(Code.INCOMPLETE, faults)
    for one in questions:
        leak = decide_title(kept[one.id]) if is_final and one.kind is QuestionKind.TEXT and one.id in kept else None
        if leak is not None:
            return Refusal(leak.code, {**leak.detail, "question": one.id})
    return kept


def carried(questions: Sequence[Question], before: Mapping[str, str]) -> dict[str, str]:
    """What may stand in a new reply from an earlier one: answers to questions that are asked still and fit them."""
    asked = [one for one in questions if before.get(one.id)]
    return {one.id: before[one.id] for one in asked if _answer_fault(one, before[one.id]) is None}


def valid_until(submitted_at: datetime, valid_days: int) -> datetime:
    """The instant from which an answer counts no more."""
    return submitted_at + timedelta(days=valid_days)


def reply_state(version: int, last: Answered | None, at: datetime, *, has_draft: bool) -> ReplyState:
    """Where a supplier stands with version ``version`` of a questionnaire. An answer to it that still counts settles
    it, whatever draft lies beside it; otherwise a begun draft is named before the reason for asking again."""
    if last is not None and last.version == version and at < last.valid_until:
        return ReplyState.ANSWERED
    if has_draft:
        return ReplyState.DRAFT
    if last is None:
        return ReplyState.OPEN
    return ReplyState.OUTDATED if last.version < version else ReplyState.EXPIRED


def _question_fault(one: Question) -> str | None:
    texts = (one.title.zh, one.title.en, one.unit, *(text for each in one.choices for text in (each.zh, each.en)))
    if not one.title.is_whole:
        return "TITLE_MISSING"
    if any(len(text) > LONGEST_TITLE for text in texts):
        return "TOO_LONG"
    if one.kind is QuestionKind.CHOICE:
        is_right = 2 <= len(one.choices) <= MOST_CHOICES and all(each.is_whole for each in one.choices)
        return None if is_right else "CHOICES_MISSING"
    if one.choices:
        return "CHOICES_NOT_ASKED"
    if one.kind is QuestionKind.NUMBER:
        return None if one.unit.strip() else "UNIT_MISSING"
    return "UNIT_NOT_ASKED" if one.unit else None


def _answer_fault(one: Question, typed: str) -> str | None:
    if one.kind is QuestionKind.YES_NO:
        return None if typed in _YES_NO else "NOT_A_CHOICE"
    if one.kind is QuestionKind.CHOICE:
        return None if typed in {str(place) for place in range(len(one.choices))} else "NOT_A_CHOICE"
    if one.kind is QuestionKind.NUMBER:
        return None if _is_number(typed) else "NOT_A_NUMBER"
    return "TOO_LONG" if len(typed) > LONGEST_ANSWER else None


def _is_number(typed: str) -> bool:
    whole, _, rest = typed.removeprefix("-").partition(".")
    before, behind = _DIGITS
    is_whole = typed.isascii() and whole.isdecimal() and len(whole) <= before
    return is_whole and (rest.isdecimal() and len(rest) <= behind if "." in typed else not rest)
