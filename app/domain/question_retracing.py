"""Retracing questions and answers: what was published had been relayed, answered and, in `strict`, approved.

Pure, one entry of the tender's chain at a time (JOURNAL.md section 4). That the approval was another person's is
`countersigning`'s to see.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, instant_of, text_of
from app.domain.kinds import Kind
from app.domain.questioning import (
    Profile,
    QuestionRules,
    QuestionState,
    Told,
    answer_digest,
    is_batch,
    relay_of,
    rules_of,
)
from app.domain.timetable import load_zone

KINDS: Final = frozenset(
    {
        Kind.QUESTION_ASKED,
        Kind.QUESTION_CLEARED,
        Kind.QUESTION_RETURNED,
        Kind.QUESTION_MERGED,
        Kind.QUESTION_RELEASED,
        Kind.ANSWER_DRAFTED,
        Kind.ANSWER_APPROVED,
        Kind.ANSWER_PUBLISHED,
    }
)
_S = QuestionState


class QuestionRetrace:
    """Folds the questions of one tender."""

    def __init__(self) -> None:
        self._asked: dict[str, Told] = {}

    def take(self, entry: Entry, document: Mapping[str, Any]) -> Fault | None:
        """What is wrong with this entry after those before it. Raises BadDataError."""
        named, rules = text_of(entry.data, "question"), rules_of(document)
        if entry.kind is Kind.QUESTION_ASKED:
            if named in self._asked:
                return Fault(Why.STATE, "asked a second time")
            self._asked[named] = Told(is_held=entry.data.get("held") is True)
            return None
        found = self._asked.get(named)
        if found is None:
            return Fault(Why.STATE, "it is about a question that nobody asked")
        match entry.kind:
            case Kind.QUESTION_CLEARED | Kind.QUESTION_RETURNED | Kind.QUESTION_MERGED:
                return self._relayed(entry, found, rules)
            case Kind.QUESTION_RELEASED:
                return _released(entry, found, rules) or _batch_fault(entry, rules, document)
            case Kind.ANSWER_DRAFTED:
                found.drafted = text_of(entry.data, "digest")
                return None if found.state is _S.RELEASED else Fault(Why.STATE, "answered before it was relayed")
            case Kind.ANSWER_APPROVED:
                found.approved.add(text_of(entry.data, "digest"))
                return None
            case _:
                return _published(entry, found, rules) or _batch_fault(entry, rules, document)

    def _relayed(self, entry: Entry, found: Told, rules: QuestionRules) -> Fault | None:
        relay = relay_of(rules.profile)
        if entry.actor_role != relay.value:
            return Fault(Why.STATE, f"decided by {entry.actor_role}; by the rules {relay.value} relays")
        if found.state is not _S.WAITING or (rules.profile is Profile.LEAN and not found.is_held):
            return Fault(Why.STATE, "decided on what was not held, or a second time")
        if entry.kind is Kind.QUESTION_CLEARED:
            found.state, found.cleared = _S.CLEARED, text_of(entry.data, "digest")
        elif entry.kind is Kind.QUESTION_RETURNED:
            found.state = _S.RETURNED
        elif text_of(entry.data, "into") not in self._asked:
            return Fault(Why.STATE, "merged into a question that nobody asked")
        else:
            found.state = _S.MERGED
        return None


def _released(entry: Entry, found: Told, rules: QuestionRules) -> Fault | None:
    text = text_of(entry.data, "text")
    if found.state is _S.CLEARED:
        is_right = answer_digest(text_of(entry.data, "question"), text=text, zh="", en="") == found.cleared
        fault = None if is_right else Fault(Why.DIGEST, "released with another text than the relay's")
    elif found.state is _S.WAITING and not found.is_held and rules.profile is Profile.LEAN:
        fault = None
    else:
        fault = Fault(Why.STATE, "released without the relay")
    found.state, found.text = _S.RELEASED, text
    return fault


def _published(entry: Entry, found: Told, rules: QuestionRules) -> Fault | None:
    data = entry.data
    if found.state is not _S.RELEASED:
        return Fault(Why.STATE, "an answer to a question that was not relayed, or a second one")
    question, text = text_of(data, "question"), text_of(data, "text")
    digest = answer_digest(question, text=text, zh=text_of(data, "zh"), en=text_of(data, "en"))
    found.state = _S.ANSWERED
    if text != found.text or digest != found.drafted or digest != data.get("digest"):
        return Fault(Why.DIGEST, "published with another text than the one relayed or drafted")
    if rules.profile is Profile.STRICT and digest not in found.approved:
        return Fault(Why.APPROVAL, "published without a second person's approval of this text")
    return None


def _batch_fault(entry: Entry, rules: QuestionRules, document: Mapping[str, Any]) -> Fault | None:
    zone, at = load_zone(text_of(document, "time_zone")), instant_of(entry.data, "batch")
    if zone is None:
        raise BadDataError("a time zone is none")
    return None if is_batch(rules, zone, at) and at <= entry.at else Fault(Why.STATE, "not at one of the fixed times")
