"""The life of a tender: its states, the acts that move it, and the phase letters of what may be seen.

Serves WORDS.md section 3 (states), DESIGN.md section 3 ("What a role has seen it keeps seeing"; too few bidders)
and VISIBILITY.md section 6 (phases). Nothing here knows a clock: instants are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping


class TenderState(StrEnum):
    """The values of WORDS.md section 3, row tender."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    RESPONDING = "responding"
    RESPONSE_CLOSED = "response_closed"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What may be done to a tender as a whole."""

    APPROVE = "approve"
    PUBLISH = "publish"
    OPEN_RESPONSES = "open_responses"
    REOPEN_RESPONSES = "reopen_responses"
    CLOSE_RESPONSES = "close_responses"
    EVALUATE = "evaluate"
    AWARD = "award"
    FAIL = "fail"
    CANCEL = "cancel"
    REOPEN_DECISION = "reopen_decision"


_S = TenderState

# A tender that failed never lives again: the buyer copies it into a new one. One that was awarded does only where
# three persons reopen its decision (decision_reopening.py).
FINAL_STATES: Final = frozenset({_S.AWARDED, _S.UNSUCCESSFUL, _S.CANCELLED})

# Between publication and the opening of the live round: suppliers hold a published document that can still be amended.
AMENDABLE_STATES: Final = frozenset({_S.PUBLISHED, _S.RESPONDING, _S.RESPONSE_CLOSED})

_MOVES: Final[Mapping[tuple[TenderState, Act], TenderState]] = MappingProxyType(
    {
        (_S.DRAFT, Act.APPROVE): _S.APPROVED,
        (_S.APPROVED, Act.PUBLISH): _S.PUBLISHED,
        (_S.PUBLISHED, Act.OPEN_RESPONSES): _S.RESPONDING,
        (_S.RESPONDING, Act.CLOSE_RESPONSES): _S.RESPONSE_CLOSED,
        # An amendment after the deadline gives a new deadline, for everyone must acknowledge it.
        (_S.RESPONSE_CLOSED, Act.REOPEN_RESPONSES): _S.RESPONDING,
        (_S.RESPONSE_CLOSED, Act.EVALUATE): _S.EVALUATION,
        (_S.RESPONSE_CLOSED, Act.FAIL): _S.UNSUCCESSFUL,
        (_S.EVALUATION, Act.FAIL): _S.UNSUCCESSFUL,
        (_S.EVALUATION, Act.AWARD): _S.AWARDED,
        (_S.AWARDED, Act.REOPEN_DECISION): _S.EVALUATION,
    }
    | {(state, Act.CANCEL): _S.CANCELLED for state in _S if state not in FINAL_STATES}
)

# `Phase` lists its letters in the order a tender visits them; a tender skips those it does not use.
PHASE_ORDER: Final = tuple(Phase)


def decide_move(state: TenderState, act: Act) -> TenderState | Refusal:
    """Give the state after `act`, or refuse it. WORDS.md section 3: only the listed moves exist."""
    after = _MOVES.get((state, act))
    if after is not None:
        return after
    return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value, "act": act.value})


def decide_evaluating(state: TenderState) -> Refusal | None:
    """Refuse (NOT_ALLOWED_HERE) what belongs to the evaluation in any other state. WORDS.md section 3."""
    return None if state is TenderState.EVALUATION else Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})


def decide_running(state: TenderState) -> Refusal | None:
    """Refuse (NOT_ALLOWED_HERE) what nobody does in a tender that has ended."""
    return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value}) if is_final(state) else None


def may_become(state: TenderState, after: TenderState) -> bool:
    """Tell whether some act leads from one state to the other; standing still always may."""
    return state is after or any(at is state and to is after for (at, _), to in _MOVES.items())


def legal_acts(state: TenderState) -> frozenset[Act]:
    """List the acts open in `state`; a final state has none but to reopen the decision."""
    return frozenset(act for (at, act) in _MOVES if at is state)


def is_final(state: TenderState) -> bool:
    """Tell whether the tender's life is over."""
    return state in FINAL_STATES


def may_edit(state: TenderState) -> bool:
    """Tell whether the draft may still be written: DESIGN.md section 1, everything is frozen at publication."""
    return state is TenderState.DRAFT


def decide_edit(state: TenderState) -> Refusal | None:
    """Refuse to write a draft that is no draft any more; what changes afterwards is an amendment."""
    return None if may_edit(state) else Refusal(Code.FROZEN, {"state": state.value})


def later_phase(now: Phase, asked: Phase) -> Phase:
    """Give the later of two phases: DESIGN.md section 3, visibility never shrinks across the phases a tender visits."""
    return max(now, asked, key=PHASE_ORDER.index)


# ── responses and too few bidders ──────────────────────────────────────────────────────────────────────────────────


class Continuation(StrEnum):
    """Whether too few accepted, and what was decided about it."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    GRANTED = "granted"


class DeadlineVerdict(StrEnum):
    """What the response deadline brings."""

    WAIT = "wait"
    CLOSE = "close"
    EXTEND = "extend"
    ASK = "ask"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The response deadline as it stands, and what the rules allow about it."""

    due_at: datetime
    opens_at: datetime
    extension: timedelta
    was_extended: bool


@dataclass(frozen=True, slots=True)
class DeadlineDecision:
    """The verdict, and the new deadline where it is `EXTEND`."""

    verdict: DeadlineVerdict
    due_at: datetime | None = None


def is_response_in_time(received_at: datetime, due_at: datetime) -> bool:
    """Tell whether an answer counts: strictly before the deadline, as LIVE.md section 2 rule 1 has it for bids."""
    return received_at < due_at


def decide_response(
    state: TenderState, *, received_at: datetime, due_at: datetime, read_version: int, terms_version: int
) -> Refusal | None:
    """Refuse an answer that is too late, to a tender that asks for none, or to terms that are no longer in force.

    An answer may be changed until the deadline (SCREENS.md SP-03); DESIGN.md section 3: an amendment is acknowledged
    again, so an answer names the version of the terms it was given to.
    """
    if state is TenderState.RESPONSE_CLOSED or (
        state is TenderState.RESPONDING and not is_response_in_time(received_at, due_at)
    ):
        return Refusal(Code.TOO_LATE, {"response_due_at": due_at.isoformat(timespec="milliseconds")})
    if state is not TenderState.RESPONDING:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if read_version != terms_version:
        return Refusal(Code.AMENDED, {"version": str(terms_version)})
    return None


def extended_deadline(deadline: Deadline) -> datetime | None:
    """Give the deadline after the one extension by rule, or None when there is no room before the round opens."""
    if deadline.was_extended:
        return None
    later = min(deadline.due_at + deadline.extension, deadline.opens_at)
    return later if later > deadline.due_at else None


def decide_deadline(deadline: Deadline, *, now: datetime, joined: int, min_bidders: int) -> DeadlineDecision:
    """Decide at the response deadline.

    DESIGN.md section 3: fewer than `min_bidders` → extended once, then unsuccessful, or an approved continuation.
    A continuation can be asked for only where somebody joined and there is time left before the round opens.
    """
    if now < deadline.due_at:
        return DeadlineDecision(DeadlineVerdict.WAIT)
    if joined >= min_bidders:
        return DeadlineDecision(DeadlineVerdict.CLOSE)
    later = extended_deadline(deadline)
    if later is not None and later > now:
        return DeadlineDecision(DeadlineVerdict.EXTEND, later)
    if joined == 0 or now >= deadline.opens_at:
        return DeadlineDecision(DeadlineVerdict.FAIL)
    return DeadlineDecision(DeadlineVerdict.ASK)


def decide_continuation(
    state: TenderState, continuation: Continuation, *, now: datetime, opens_at: datetime
) -> Refusal | None:
    """Refuse to go on with too few unless it is the question of the hour: closed, asked for, not yet opening."""
    if state is not TenderState.RESPONSE_CLOSED or continuation is not Continuation.NEEDED:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value, "continuation": continuation.value})
    if now >= opens_at:
        return Refusal(Code.TOO_LATE, {})
    return None
