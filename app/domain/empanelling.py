"""The evaluation panel: who may sit on it, declarations of conflict, recusal, the chair, and when the panel is through.

Serves SCREENS.md EV-01 (declare, then start), ACCESS.md section 2 (evaluator and approver exclude each other) and
VISIBILITY.md d10. A declared conflict recuses at once: the seat counts no more and its holder sees nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal

MOST_SEATS: Final = 25


@dataclass(frozen=True, slots=True)
class Member:
    """One evaluator of one tender, in the order of naming. `seat` is drawn at the submission and names no person."""

    account_id: str
    position: int
    declared_at: datetime | None = None
    has_conflict: bool = False
    statement: str = ""
    seat: str | None = None
    submitted_at: datetime | None = None

    @property
    def has_declared(self) -> bool:
        """Has said whether there is a conflict."""
        return self.declared_at is not None

    @property
    def has_submitted(self) -> bool:
        """Has submitted the own sheet."""
        return self.submitted_at is not None


class MemberState(StrEnum):
    """Where an evaluator stands in a tender (WORDS.md section 3, score, from the evaluator's side)."""

    INVITED = "invited"
    RECUSED = "recused"
    WAITING = "waiting"
    MARKING = "marking"
    SUBMITTED = "submitted"
    CONSENSUS = "consensus"
    LOCKED = "locked"


def counting(members: Sequence[Member]) -> list[Member]:
    """Those whose marks count, in the order of naming: everyone who has not declared a conflict."""
    return sorted((each for each in members if not each.has_conflict), key=lambda each: each.position)


def find_member(members: Sequence[Member], account_id: str) -> Member | None:
    """A member who is not recused."""
    return next((each for each in counting(members) if each.account_id == account_id), None)


def chair_of(members: Sequence[Member]) -> str | None:
    """The chair locks the scores: the first-named evaluator who is not recused."""
    seated = counting(members)
    return seated[0].account_id if seated else None


def is_through(members: Sequence[Member]) -> bool:
    """All who count have submitted their sheets, and there is somebody who counts: the consensus opens."""
    seated = counting(members)
    return bool(seated) and all(each.has_submitted for each in seated)


def state_of(member: Member, members: Sequence[Member], *, is_open: bool, is_locked: bool) -> MemberState:
    """Where a member stands. `is_open`: the technical parts are open and their aliases drawn."""
    if member.has_conflict:
        return MemberState.RECUSED
    if not member.has_declared:
        return MemberState.INVITED
    if is_locked:
        return MemberState.LOCKED
    if not is_open:
        return MemberState.WAITING
    if is_through(members):
        return MemberState.CONSENSUS
    return MemberState.SUBMITTED if member.has_submitted else MemberState.MARKING


def decide_panel(
    members: Sequence[Member], accounts: Sequence[str], *, eligible: Collection[str], is_locked: bool
) -> Refusal | None:
    """Whether the purchaser may name this panel, in this order: until the first sheet of it is submitted; evaluators
    only, each once; nobody who has declared a conflict."""
    if is_locked:
        return Refusal(Code.LOCKED)
    if any(each.has_submitted for each in counting(members)):
        return Refusal(Code.TOO_LATE, {"rule": "first_sheet"})
    if not 1 <= len(accounts) <= MOST_SEATS or len(set(accounts)) != len(accounts):
        return Refusal(Code.OUT_OF_RANGE, {"low": "1", "high": str(MOST_SEATS)})
    if {each.account_id for each in members if each.has_conflict} & set(accounts):
        return Refusal(Code.RECUSED)
    return None if set(accounts) <= set(eligible) else Refusal(Code.NOT_ALLOWED_HERE, {"rule": "evaluators_only"})


def decide_declaration(*, is_locked: bool) -> Refusal | None:
    """A conflict may be declared, also after "none", until the scores are locked: then they stand."""
    return Refusal(Code.LOCKED) if is_locked else None


def decide_marking(member: Member, *, is_open: bool, is_locked: bool) -> Refusal | None:
    """Whether a member may mark: declared, technical parts open, own sheet not submitted, scores not locked."""
    if is_locked or member.has_submitted:
        return Refusal(Code.LOCKED)
    if not member.has_declared:
        return Refusal(Code.NOT_DECLARED)
    return None if is_open else Refusal(Code.TOO_EARLY)


def decide_consensus(members: Sequence[Member], *, is_open: bool, is_locked: bool) -> Refusal | None:
    """Whether values may be agreed on: all sheets that count are in, and nothing is locked."""
    if is_locked:
        return Refusal(Code.LOCKED)
    if not is_open:
        return Refusal(Code.TOO_EARLY)
    seated = counting(members)
    waiting = sum(not each.has_submitted for each in seated)
    return None if is_through(members) else Refusal(Code.MARKS_MISSING, {"sheets": str(waiting)})


def decide_lock(
    members: Sequence[Member], account_id: str, *, shown: str, current: str, is_open: bool, is_locked: bool
) -> Refusal | None:
    """Whether this member may lock what was shown: the chair, with all sheets in, on the very scores on the screen."""
    refusal = decide_consensus(members, is_open=is_open, is_locked=is_locked)
    if refusal is not None:
        return refusal
    if chair_of(members) != account_id:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "chair"})
    return None if shown == current else Refusal(Code.CHANGED_SINCE, {"digest": current})
