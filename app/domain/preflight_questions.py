"""The pre-flight of the rule of questions: who relays, until when one may ask, when answers go out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.domain.drafting import default_questions
from app.domain.questioning import DEFAULT, LONGEST_CLOSE, MOST_TIMES, Profile, QuestionRules, is_time

if TYPE_CHECKING:
    from app.domain.drafting import Draft
    from app.domain.fault_list import FaultList


def read_questions(draft: Draft, found: FaultList) -> QuestionRules:
    """Read the rule; whatever is at fault is named and reads as the default."""
    typed: dict[str, Any] = default_questions() | dict(draft.questions)
    before = len(found.items)
    found.one_of("questions.profile", str(typed["profile"]), frozenset(Profile))
    hours = int(typed["close_hours"])
    found.between("questions.close_hours", hours, 0, LONGEST_CLOSE // timedelta(hours=1))
    times = [str(text).strip() for text in typed["times"] if str(text).strip()]
    if not times:
        found.add("questions.times", "MISSING_VALUE")
    if len(times) > MOST_TIMES:
        found.add("questions.times", "TOO_LARGE", most=str(MOST_TIMES))
    if not all(map(is_time, times)):
        found.add("questions.times", "NOT_A_TIME_OF_DAY")
    if len(found.items) > before:
        return DEFAULT
    return QuestionRules(Profile(typed["profile"]), timedelta(hours=hours), tuple(sorted(set(times))))
