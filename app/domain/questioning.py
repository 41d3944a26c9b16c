"""Questions of suppliers and answers to all: the frozen rule, the fixed times, who may do what, in which state.

VISIBILITY.md section 5, SCREENS.md AN-07 and PL-08, ACCESS.md section 3. Nobody asks the buyer and nobody answers one
supplier: a question goes through a filter or the desk, an answer goes to all at a fixed time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.tendering import AMENDABLE_STATES, TenderState
from app.domain.visibility import Role

LONGEST_QUESTION: Final = 1000
LONGEST_ANSWER: Final = 4000
# Of one supplier that nobody has answered yet: a flood would bury the questions of the others.
MOST_WAITING: Final = 20
# Longer than this before the deadline, nobody could ask at all.
LONGEST_CLOSE: Final = timedelta(days=30)
MOST_TIMES: Final = 12
_HOUR: Final = timedelta(hours=1)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class Profile(StrEnum):
    """Who relays (ACCESS.md section 3): `lean` the filter by itself, `strict` the desk, and two persons answer."""

    LEAN = "lean"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class QuestionRules:
    """How questions are asked and answered in a tender; frozen at publication.

    Questions close `close` before the response deadline; `times` are the local times of the batches, in order.
    """

    profile: Profile = Profile.LEAN
    close: timedelta = timedelta(hours=24)
    times: tuple[str, ...] = ("10:00", "16:00")

    def closes_at(self, due_at: datetime) -> datetime:
        """The last instant before which a question may be asked, by the response deadline as it stands."""
        return due_at - self.close


# What a document frozen before there was a rule reads as.
DEFAULT: Final = QuestionRules()


def rules_json(rules: QuestionRules) -> dict[str, Any]:
    """The member `questions` of a published document."""
    return {"profile": rules.profile.value, "close_s": rules.close // timedelta(seconds=1), "times": [*rules.times]}


def rules_of(document: Mapping[str, Any]) -> QuestionRules:
    """The rule of a published document; one that was frozen before there was a rule reads as the default."""
    found = document.get("questions")
    if found is None:
        return DEFAULT
    return QuestionRules(Profile(found["profile"]), timedelta(seconds=found["close_s"]), tuple(found["times"]))


def is_time(text: str) -> bool:
    """Whether a text is a local time of a day, as 09:30."""
    return _TIME.fullmatch(text) is not None


def next_batch(rules: QuestionRules, zone: ZoneInfo, after: datetime) -> datetime:
    """The first fixed time after an instant, in the tender's zone."""
    day = after.astimezone(zone).date()
    batches = (
        datetime.combine(day + timedelta(days=ahead), time.fromisoformat(text), zone).astimezone(UTC)
        for ahead in range(-1, 3)
        for text in rules.times
    )
    return min(at for at in batches if at > after)


def is_batch(rules: QuestionRules, zone: ZoneInfo, at: datetime) -> bool:
    """Whether an instant is one of the fixed times."""
    return next_batch(rules, zone, at - timedelta(milliseconds=1)) == at


class QuestionState(StrEnum):
    """Where a question stands. `waiting`: for the next batch; `held`: for a person; `cleared`: for the batch after."""

    WAITING = "waiting"
    HELD = "held"
    CLEARED = "cleared"
    RETURNED = "returned"
    MERGED = "merged"
    RELEASED = "released"
    ANSWERED = "answered"


class OwnState(StrEnum):
    """What its asker is told of a question: neutral until it is with the buyer, whatever the reason."""

    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"


_OWN: Final[Mapping[QuestionState, OwnState]] = {
    QuestionState.WAITING: OwnState.UNDER_REVIEW,
    QuestionState.HELD: OwnState.UNDER_REVIEW,
    QuestionState.CLEARED: OwnState.UNDER_REVIEW,
    QuestionState.RETURNED: OwnState.RETURNED,
    QuestionState.RELEASED: OwnState.PASSED_ON,
    QuestionState.ANSWERED: OwnState.ANSWERED,
}


def own_state(state: QuestionState, merged_into: QuestionState | None = None) -> OwnState:
    """What the asker is told; of a merged question what became of the one it went into."""
    return _OWN[merged_into or QuestionState.HELD] if state is QuestionState.MERGED else _OWN[state]


class ReturnReason(StrEnum):
    """Why the relay passes a question on to nobody; the words tell nothing about the finds."""

    NOT_ABOUT_THE_TENDER = "not_about_the_tender"
    ALREADY_PUBLISHED = "already_published"
    ASK_WITHOUT_NAMES = "ask_without_names"


class AnswerState(StrEnum):
    """Life of an answer: `draft`, `pending` for the second person, `ready` for the batch, `published` to all."""

    DRAFT = "draft"
    PENDING = "pending"
    READY = "ready"
    PUBLISHED = "published"


def decide_asking(state: TenderState, rules: QuestionRules, *, due_at: datetime, now: datetime) -> Refusal | None:
    """Refuse a question after they closed (TOO_LATE), and of a tender that takes none (NOT_ALLOWED_HERE)."""
    if state not in AMENDABLE_STATES:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    closes_at = rules.closes_at(due_at)
    if now >= closes_at:
        return Refusal(Code.TOO_LATE, {"questions_close_at": closes_at.isoformat(timespec="milliseconds")})
    return None


def decide_quota(waiting: int) -> Refusal | None:
    """Refuse more than twenty unanswered questions of one supplier."""
    return Refusal(Code.QUOTA_REACHED, {"most": str(MOST_WAITING)}) if waiting >= MOST_WAITING else None


def take_in(profile: Profile, *, is_clean: bool) -> QuestionState:
    """Where a question goes at the batch after it was asked: only a clean one, in `lean`, goes on by itself."""
    return QuestionState.RELEASED if is_clean and profile is Profile.LEAN else QuestionState.HELD


def relay_of(profile: Profile) -> Role:
    """Whose hands held questions are in: the desk's in its relay seat; in `lean`, which may have no desk, the
    approver's, who works on the blacked-out text."""
    return Role.DESK_RELAY if profile is Profile.STRICT else Role.APPROVER


def decide_relaying(state: TenderState, question: QuestionState) -> Refusal | None:
    """Refuse to decide on what is not held, or in a tender where nobody could answer any more."""
    if state not in AMENDABLE_STATES:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    return None if question is QuestionState.HELD else Refusal(Code.ALREADY_DECIDED, {"state": question.value})


def decide_merging(into: QuestionState | None, *, is_same: bool) -> Refusal | None:
    """Refuse to merge a question into itself, or into one that goes nowhere."""
    lives = {QuestionState.CLEARED, QuestionState.RELEASED, QuestionState.ANSWERED}
    return Refusal(Code.NOT_ALLOWED_HERE, {"field": "into"}) if is_same or into not in lives else None


def decide_answering(
    state: TenderState, question: QuestionState, answer: AnswerState | None, *, versions: tuple[int, int]
) -> Refusal | None:
    """Refuse to write an answer nobody may give any more, or over another's text; `versions`: the one read, the one
    stored. What waits for the second person or the batch may be rewritten: it is a draft again."""
    if state not in AMENDABLE_STATES:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if question is not QuestionState.RELEASED or answer is AnswerState.PUBLISHED:
        return Refusal(Code.ALREADY_DECIDED, {"state": question.value})
    read, stored = versions
    return None if read == stored else Refusal(Code.CHANGED_SINCE, {"version": str(stored)})


def finished(profile: Profile) -> AnswerState:
    """What a finished draft becomes: in `strict` a second person reads the exact text first."""
    return AnswerState.PENDING if profile is Profile.STRICT else AnswerState.READY


def answer_digest(question: str, *, text: str, zh: str, en: str) -> str:
    """What an approval is bound to: the question as published and both texts."""
    return digest_of({"question": question, "text": text, "zh": zh, "en": en})


def commitment(salt: str, text: str) -> str:
    """The digest that the journal holds of a question as asked; salted, because questions are guessable."""
    return digest_of({"salt": salt, "text": text})


# Words of an answer that says something else than the published document does.
_CHANGES: Final = re.compile(
    r"改为|变更|调整|修改|更正|延期|推迟|延长|提前|取消|增加|补充|替换|放宽|不再(?:要求|适用)|以本(?:答复|回复)为准"
    r"|\b(?:chang|amend|modif|revis|postpon|extend|replac|correct|reliev|relax)\w*|\binstead\s+of\b|\bno\s+longer\b"
    r"|\b(?:new|later)\s+(?:deadline|date|quantity|requirement)\b|\bis\s+(?:added|removed|withdrawn)\b",
    re.IGNORECASE,
)


def suggests_amendment(zh: str, en: str) -> bool:
    """Whether an answer reads as if it changed the terms: then an amendment must be made, which all acknowledge."""
    return _CHANGES.search(zh) is not None or _CHANGES.search(en) is not None


@dataclass(slots=True)
class Told:
    """A question as a chain tells it; for retracing."""

    is_held: bool
    state: QuestionState = QuestionState.WAITING
    cleared: str | None = None
    text: str | None = None
    drafted: str | None = None
    approved: set[str] = field(default_factory=set)


def question_sentences(document: Mapping[str, Any], lang: str) -> list[str]:
    """The rule in words, from a document that has one."""
    if "questions" not in document:
        return []
    rules = rules_of(document)
    hours = rules.close / _HOUR
    if lang == "zh":
        relay = "由中立服务台转交" if rules.profile is Profile.STRICT else "经联系方式过滤后转交"
        second = "，须经第二人复核" if rules.profile is Profile.STRICT else ""
        at = "、".join(rules.times)
        return [
            f"可在响应截止前{hours:g}小时之前提问；提问{relay}，采购人不知道由谁、何时提出。",
            f"答复于每日{at}同时向全体发布{second}；没有单独答复，也没有其他联系途径。",
        ]
    relay = "The neutral desk relays" if rules.profile is Profile.STRICT else "A contact filter relays"
    second = " once a second person has approved them" if rules.profile is Profile.STRICT else ""
    at = " and ".join(rules.times) if len(rules.times) < 3 else ", ".join(rules.times)
    return [
        f"Questions may be asked until {hours:g} h before the response deadline. {relay} them; "
        "the buyer learns neither who asked nor when.",
        f"Answers go to all at once, at {at}{second}. Nobody is answered alone; there is no other way to the buyer.",
    ]
