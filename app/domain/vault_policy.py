"""Who may read what the identity vault keeps, when, and with whom (VISIBILITY.md section 2 and mode `2` of section 6).

The auditor asks for one exact reading of one tender, with a reason; a second person approves exactly that; then the
auditor who asked, and nobody else, reads it for half an hour. Unlike what was shown once, a right to ask does not stay:
it is the cell of the phase the tender is in.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.domain.approving import ProposalState
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Datum, Mode, Phase, Role, mode

# From the approval on.
READ_WITHIN: Final = timedelta(minutes=30)
SHORTEST_REASON: Final = 10


class Reading(StrEnum):
    """What of the vault a person can ask to read."""

    CONTACTS = "contacts"
    RESPONSES = "responses"
    TRACES = "traces"
    LINK = "link"
    ORIGINALS = "originals"
    ASKER = "asker"
    ACTOR = "actor"
    # Not asked for: the names that an emergency unsealing has opened.
    NAMES = "names"


# The row of the matrix that rules over a reading. Of a link nobody knows before it is read whether it lies in the scope
# of an unsealing; what does is shown to the auditor without asking.
DATUM_OF: Final[Mapping[Reading, Datum]] = MappingProxyType(
    {
        Reading.CONTACTS: Datum.SUPPLIER_CONTACTS,
        Reading.RESPONSES: Datum.RESPONSES,
        Reading.TRACES: Datum.LOGIN_TRACES,
        Reading.LINK: Datum.LINK_OF_OTHERS,
        Reading.ORIGINALS: Datum.ORIGINAL_FILES,
        Reading.ASKER: Datum.ASKER,
        Reading.ACTOR: Datum.SUPPLIER_ENTRIES_OPENED,
        Reading.NAMES: Datum.LINK_OF_OTHERS,
    }
)
_ASKABLE: Final = frozenset({Mode.SECOND_PERSON, Mode.FULL})


def may_ask(reading: Reading, phase: Phase) -> bool:
    """Whether an auditor may ask for this reading of a tender in this phase, or could see it anyhow."""
    return mode(Role.AUDITOR, phase, DATUM_OF[reading]) in _ASKABLE


def decide_asking(reading: Reading, phase: Phase, reason: str) -> Refusal | None:
    """Refuses NOT_ALLOWED_HERE where the matrix has no such reading in the phase, REASON_MISSING without a reason of
    ten characters."""
    if reading is Reading.NAMES or not may_ask(reading, phase):
        return Refusal(Code.NOT_ALLOWED_HERE, {"phase": phase.value})
    return decide_reason(reason)


def decide_reason(reason: str) -> Refusal | None:
    """Refuses REASON_MISSING below ten characters."""
    is_short = len(reason.strip()) < SHORTEST_REASON
    return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)}) if is_short else None


def reading_change(tender: str, reading: Reading, subject: str, reason: str) -> dict[str, Any]:
    """The exact request that the second person approves."""
    return {"tender": tender, "reading": reading.value, "subject": subject, "reason": reason}


def readable_until(decided_at: datetime) -> datetime:
    """Until when an approved reading may be read."""
    return decided_at + READ_WITHIN


def decide_reading(
    reading: Reading, phase: Phase, *, state: ProposalState, decided_at: datetime | None, at: datetime
) -> Refusal | None:
    """Whether an approved request may be read now. Refuses NEEDS_SECOND_PERSON while nobody has approved it, EXPIRED
    half an hour after the approval, NOT_ALLOWED_HERE where the tender has moved into a phase without this reading."""
    if state is not ProposalState.APPROVED or decided_at is None:
        return Refusal(Code.NEEDS_SECOND_PERSON, {"state": state.value})
    if at >= readable_until(decided_at):
        return Refusal(Code.EXPIRED)
    return None if may_ask(reading, phase) else Refusal(Code.NOT_ALLOWED_HERE, {"phase": phase.value})


def may_investigate(phase: Phase, *, is_cancelled: bool) -> bool:
    """Emergency unsealing only after the close, never while a lot runs; of a cancelled tender nothing more is shown."""
    return not is_cancelled and mode(Role.AUDITOR, phase, Datum.LINK_OF_OTHERS) is Mode.SECOND_PERSON


def decide_emergency(
    phase: Phase, reason: str, *, is_cancelled: bool, is_pending: bool = False, is_done: bool = False
) -> Refusal | None:
    """Whether the names of all bidders of a tender may be unsealed for an investigation: auditor and approver, with a
    reason (VISIBILITY.md section 2). Refuses NOT_ALLOWED_HERE, PENDING, ALREADY_DECIDED, REASON_MISSING."""
    if not may_investigate(phase, is_cancelled=is_cancelled):
        return Refusal(Code.NOT_ALLOWED_HERE, {"phase": phase.value})
    if is_done:
        return Refusal(Code.ALREADY_DECIDED)
    return Refusal(Code.PENDING) if is_pending else decide_reason(reason)


def emergency_change(tender: str, reason: str) -> dict[str, Any]:
    """What the approver approves: the names of everybody who bid in this tender, for this reason."""
    return {"tender": tender, "scope": "bidders", "reason": reason}
