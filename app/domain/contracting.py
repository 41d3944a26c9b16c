"""The life of a contract: drafted, approved by a second person, signed by both sides once the standstill is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.negotiating import OVER, Side, TalkState
from app.domain.refusals import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.domain.holidays import Calendar


class ContractState(StrEnum):
    """WORDS.md section 3 has `pending` and `active`; before them it is the buyer's own paper."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PENDING = "pending"
    ACTIVE = "active"


# What the other side may see.
SHOWN = frozenset({ContractState.PENDING, ContractState.ACTIVE})


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
    *, state: ContractState | None, is_waiting: bool, signed: Collection[Side], talks: TalkState | None
) -> Refusal | None:
    """Whether a contract may be written, or written anew. Refuses while its approval or the talks go on (PENDING), and
    once a side has signed (ALREADY_DECIDED)."""
    if signed or state is ContractState.ACTIVE:
        return Refusal(Code.ALREADY_DECIDED)
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
) -> Refusal | None:
    """Refuse before the approval (NOT_DECIDED), a second signature of a side (ALREADY_DECIDED), another text
    (CHANGED_SINCE), while the standstill runs (TOO_EARLY), and without a name (INCOMPLETE)."""
    if signing.side in signed or state is ContractState.ACTIVE:
        return Refusal(Code.ALREADY_DECIDED)
    if state is not ContractState.PENDING:
        return Refusal(Code.NOT_DECIDED)
    if signing.digest != digest:
        return Refusal(Code.CHANGED_SINCE)
    if now < ends_at:
        return Refusal(Code.TOO_EARLY, {"rule": "standstill"})
    return None if signing.signatory.strip() else Refusal(Code.INCOMPLETE, {"field": "signatory"})
