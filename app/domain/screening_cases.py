"""What becomes of a lead: looked at, explained, looked at a second time by somebody else, opened again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.vault_policy import SHORTEST_REASON

LONGEST_NOTE: Final = 1000


class LookState(StrEnum):
    """What a look said."""

    # Somebody has seen it and goes on looking.
    LOOKED = "looked"
    # An explanation was found, which the note names.
    EXPLAINED = "explained"
    # A second auditor has looked and agrees with the explanation.
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Look:
    """One look, in its order."""

    state: LookState
    by: str


def decide_look(state: LookState, note: str, by: str, before: Sequence[Look]) -> Refusal | None:
    """Whether this may be said of a lead now.

    Refuses REASON_MISSING for an explanation or a reopening without ten characters of note; ALREADY_DECIDED for one
    that stands as it is; NOT_ALLOWED_HERE for a second look where nothing is explained, or reopening where nothing is
    settled; SAME_PERSON for a second look by whoever explained it.
    """
    last = before[-1] if before else None
    settled = last is not None and last.state in {LookState.EXPLAINED, LookState.CONFIRMED}
    if state is not LookState.REOPENED and last is not None and last.state is LookState.CONFIRMED:
        return Refusal(Code.ALREADY_DECIDED)
    if state is LookState.CONFIRMED:
        if last is None or last.state is not LookState.EXPLAINED:
            return Refusal(Code.NOT_ALLOWED_HERE)
        return Refusal(Code.SAME_PERSON) if last.by == by else None
    if state is LookState.REOPENED and not settled:
        return Refusal(Code.NOT_ALLOWED_HERE)
    if state is LookState.LOOKED and settled:
        return Refusal(Code.ALREADY_DECIDED)
    if state is not LookState.LOOKED and len(note.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    return None
