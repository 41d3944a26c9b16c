"""The negotiation of an award's terms in turns: who may say what next (SCREENS.md SP-09, PL-11).

The buyer begins; each side answers the other's last proposal with a counter or takes it. The buyer never proposes or
takes what its mandate does not cover. What was agreed is written down by the buyer and confirmed by the supplier. The
price is no issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.payment_terms import Issues, beyond, check_issues
from app.domain.refusals import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SHORTEST_MINUTES = 10


class Side(StrEnum):
    """The two at the table."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


class TurnAct(StrEnum):
    """What a side does in its turn."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    # The buyer writes the minutes; the supplier confirms them or gives them back.
    MINUTE = "minute"
    CONFIRM = "confirm"
    RETURN = "return"
    # The buyer ends the talks without agreement: the contract says what the template says.
    END = "end"


class TalkState(StrEnum):
    """What a negotiation waits for."""

    OPENED = "opened"
    WITH_SUPPLIER = "with_supplier"
    WITH_BUYER = "with_buyer"
    AGREED = "agreed"
    MINUTED = "minuted"
    CONFIRMED = "confirmed"
    ENDED = "ended"


OVER = frozenset({TalkState.CONFIRMED, TalkState.ENDED})


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it was taken; `issues` of proposals alone."""

    number: int
    act: TurnAct
    side: Side
    issues: Issues | None
    text: str
    at: datetime


def state_of(turns: Sequence[Turn]) -> TalkState:
    """What the negotiation waits for after these turns."""
    if not turns:
        return TalkState.OPENED
    last = turns[-1]
    if last.act is TurnAct.PROPOSE:
        return TalkState.WITH_SUPPLIER if last.side is Side.BUYER else TalkState.WITH_BUYER
    states = {
        TurnAct.ACCEPT: TalkState.AGREED,
        TurnAct.RETURN: TalkState.AGREED,
        TurnAct.MINUTE: TalkState.MINUTED,
        TurnAct.CONFIRM: TalkState.CONFIRMED,
        TurnAct.END: TalkState.ENDED,
    }
    return states[last.act]


_MAY = {
    (TalkState.OPENED, Side.BUYER): {TurnAct.PROPOSE, TurnAct.END},
    (TalkState.WITH_SUPPLIER, Side.SUPPLIER): {TurnAct.PROPOSE, TurnAct.ACCEPT},
    (TalkState.WITH_SUPPLIER, Side.BUYER): {TurnAct.END},
    (TalkState.WITH_BUYER, Side.BUYER): {TurnAct.PROPOSE, TurnAct.ACCEPT, TurnAct.END},
    (TalkState.AGREED, Side.BUYER): {TurnAct.MINUTE},
    (TalkState.MINUTED, Side.SUPPLIER): {TurnAct.CONFIRM, TurnAct.RETURN},
}


def acts_of(state: TalkState, side: Side) -> frozenset[TurnAct]:
    """What a side may do now."""
    return frozenset(_MAY.get((state, side), set()))


def last_issues(turns: Sequence[Turn]) -> Issues | None:
    """The last proposal: what is on the table, or was agreed."""
    return next((each.issues for each in reversed(turns) if each.issues is not None), None)


def agreed_issues(turns: Sequence[Turn]) -> Issues | None:
    """What both sides have confirmed in the minutes; None before, and where the talks ended without agreement."""
    return last_issues(turns) if state_of(turns) is TalkState.CONFIRMED else None


@dataclass(frozen=True, slots=True)
class NewTurn:
    """What a side wants to do; `answers` is the number of the last turn it has seen."""

    act: TurnAct
    side: Side
    answers: int
    issues: Issues | None = None
    text: str = ""


def decide_turn(turns: Sequence[Turn], new: NewTurn, *, limits: Issues | None) -> Refusal | None:
    """Refuse what was written to an older state (CHANGED_SINCE), out of turn (NOT_YOUR_TURN), without a mandate
    (PENDING), beyond it or out of range (OUT_OF_RANGE), and minutes, a return or an end without words
    (REASON_MISSING)."""
    if new.answers != len(turns):
        return Refusal(Code.CHANGED_SINCE, {"version": str(len(turns))})
    if new.act not in acts_of(state_of(turns), new.side):
        return Refusal(Code.NOT_YOUR_TURN)
    if (new.act is TurnAct.PROPOSE) is not (new.issues is not None):
        return Refusal(Code.INCOMPLETE, {"field": "issues"})
    if new.issues is not None and (wrong := check_issues(new.issues)) is not None:
        return wrong
    if new.side is Side.BUYER and new.act in (TurnAct.PROPOSE, TurnAct.ACCEPT):
        if limits is None:
            return Refusal(Code.PENDING, {"rule": "mandate"})
        on_table = new.issues or last_issues(turns)
        past = [] if on_table is None else beyond(on_table, limits)
        if past:
            return Refusal(Code.OUT_OF_RANGE, {"field": past[0], "rule": "mandate"})
    needs_words = new.act in (TurnAct.MINUTE, TurnAct.RETURN, TurnAct.END)
    return Refusal(Code.REASON_MISSING) if needs_words and len(new.text.strip()) < SHORTEST_MINUTES else None
