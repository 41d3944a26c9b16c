"""The life of a contract: drafted, approved by a second person, signed by both sides once the standstill is over; ended
before its time by the word of two persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.negotiating import OVER, Side, TalkState
from app.domain.refusals import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from app.domain.holidays import Calendar


class ContractState(StrEnum):
    """WORDS.md section 3 has the last four; before them it is the buyer's own paper."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PENDING = "pending"
    ACTIVE = "active"
    # Signed by both, and ended before its time.
    TERMINATED = "terminated"
    # Ended before both had signed.
    CANCELLED = "cancelled"


# What both have signed, in force still or not.
SIGNED = frozenset({ContractState.ACTIVE, ContractState.TERMINATED})
# What the other side may see.
SHOWN = SIGNED | {ContractState.PENDING, ContractState.CANCELLED}
SHORTEST_REASON: Final = 10
# A day further off than this is a slip of the hand.
FARTHEST: Final = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class Standstill:
    """The days between notice and signature: the day of notice is not counted, the last one wholly is, and a day off
    moves it to the next one worked."""

    notice_at: datetime
    days: int
    last_day: date
    ends_at: datetime


def standstill(calendar: Calendar, notice_at: datetime, days: int) -> Standstill:
    """The standstill after a notice; none of 0 days ends with the notice itself."""
    if days == 0:
        return Standstill(notice_at, 0, calendar.day_of(notice_at), notice_at)
    last = calendar.last_day(notice_at, days)
    midnight = datetime.combine(last + timedelta(days=1), time(), calendar.zone)
    return Standstill(notice_at, days, last, midnight.astimezone(UTC))


def decide_drafting(
    *,
    state: ContractState | None,
    is_waiting: bool,
    signed: Collection[Side],
    talks: TalkState | None,
    is_asked: bool = False,
) -> Refusal | None:
    """Whether a contract may be written, or written anew, also after it was cancelled. Refuses while its approval, the
    talks, or a signature asked for go on (PENDING), and once a side has signed (ALREADY_DECIDED)."""
    is_cancelled = state is ContractState.CANCELLED
    if (signed and not is_cancelled) or state in SIGNED:
        return Refusal(Code.ALREADY_DECIDED)
    if is_asked and not is_cancelled:
        return Refusal(Code.PENDING, {"rule": "signature"})
    if state is ContractState.PROPOSED and is_waiting:
        return Refusal(Code.PENDING, {"rule": "approval"})
    return Refusal(Code.PENDING, {"rule": "negotiation"}) if talks is not None and talks not in OVER else None


def decide_submitting(state: ContractState, *, is_waiting: bool) -> Refusal | None:
    """Whether a draft may be put to the approver: also again, once nobody decided in time. Refuses PENDING and what
    was decided (ALREADY_DECIDED)."""
    if state is ContractState.PROPOSED and is_waiting:
        return Refusal(Code.PENDING)
    is_open = state in (ContractState.DRAFT, ContractState.PROPOSED)
    return None if is_open else Refusal(Code.ALREADY_DECIDED, {"state": state.value})


@dataclass(frozen=True, slots=True)
class Signing:
    """A side's signature: under which text, by whom."""

    side: Side
    digest: str
    signatory: str
    title: str


def decide_signing(
    signing: Signing,
    *,
    state: ContractState,
    digest: str,
    signed: Collection[Side],
    now: datetime,
    ends_at: datetime,
    asked: Collection[Side] = (),
) -> Refusal | None:
    """Refuse before the approval (NOT_DECIDED), a second signature of a side and one under what has ended
    (ALREADY_DECIDED), while a provider has the side's signature in hand (PENDING), another text (CHANGED_SINCE), while
    the standstill runs (TOO_EARLY), and without a name (INCOMPLETE)."""
    if signing.side in signed or state in SIGNED or state is ContractState.CANCELLED:
        return Refusal(Code.ALREADY_DECIDED, {"state": state.value})
    if state is not ContractState.PENDING:
        return Refusal(Code.NOT_DECIDED)
    if signing.side in asked:
        return Refusal(Code.PENDING, {"rule": "signature"})
    if signing.digest != digest:
        return Refusal(Code.CHANGED_SINCE)
    if now < ends_at:
        return Refusal(Code.TOO_EARLY, {"rule": "standstill"})
    return None if signing.signatory.strip() else Refusal(Code.INCOMPLETE, {"field": "signatory"})


class EndKind(StrEnum):
    """How a contract ends before its time."""

    TERMINATE = "terminate"
    CANCEL = "cancel"


AFTER: Final = {EndKind.TERMINATE: ContractState.TERMINATED, EndKind.CANCEL: ContractState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Ending:
    """An end that is asked for; `ends_on`: the last day in force, of a contract in force."""

    kind: EndKind
    reason: str
    ends_on: date | None = None

    def to_json(self) -> dict[str, str | None]:
        """The stored form."""
        day = None if self.ends_on is None else self.ends_on.isoformat()
        return {"ending": self.kind.value, "reason": self.reason, "ends_on": day}


def ending_from_json(stored: Mapping[str, Any]) -> Ending:
    """Read the stored form."""
    day = stored["ends_on"]
    return Ending(EndKind(stored["ending"]), stored["reason"], None if day is None else date.fromisoformat(day))


def ending_of(state: ContractState) -> EndKind | None:
    """How a contract in this state may be ended; a paper that the other side has not seen is written anew instead."""
    return {ContractState.PENDING: EndKind.CANCEL, ContractState.ACTIVE: EndKind.TERMINATE}.get(state)


def decide_ending(ending: Ending, *, state: ContractState, is_waiting: bool, today: date) -> Refusal | None:
    """Whether a contract may be ended so. Refuses what has ended (ALREADY_DECIDED), another end than its state has
    (NOT_ALLOWED_HERE), while an end waits for its second person (PENDING), without a reason that the other side can
    read (REASON_MISSING), and a day that is none or past (OUT_OF_RANGE)."""
    if state in (ContractState.TERMINATED, ContractState.CANCELLED):
        return Refusal(Code.ALREADY_DECIDED, {"state": state.value})
    if ending.kind is not ending_of(state):
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if is_waiting:
        return Refusal(Code.PENDING, {"rule": "approval"})
    if len(ending.reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    if ending.kind is EndKind.CANCEL:
        return None if ending.ends_on is None else Refusal(Code.OUT_OF_RANGE, {"field": "ends_on"})
    if ending.ends_on is None or not today <= ending.ends_on <= today + FARTHEST:
        return Refusal(Code.OUT_OF_RANGE, {"field": "ends_on", "least": today.isoformat()})
    return None


def is_in_force(state: ContractState, ends_on: date | None, today: date) -> bool:
    """Whether a contract holds on a day: a terminated one up to and with its last day."""
    if state is ContractState.TERMINATED:
        return ends_on is not None and today <= ends_on
    return state is ContractState.ACTIVE
