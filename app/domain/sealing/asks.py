"""What an opening still wants of one bidder after the close. SEALING.md sections 6.3 and 6.4.

Its own copy of a package whose stored bytes are not the receipted ones; the secrets of its due envelopes, where the
committee has lost too many keys.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AskKind(StrEnum):
    """What is wanted."""

    COPY = "copy"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something wanted, and the instant from which it is too late (UTC)."""

    kind: AskKind
    until: datetime


def asks_of(*, now: datetime, copy_until: datetime | None, help_until: datetime | None) -> tuple[Ask, ...]:
    """What still can be given, the one that is over first before the other.

    `copy_until` and `help_until`: None where nothing of the kind is wanted of this bidder.
    """
    wanted = ((AskKind.COPY, copy_until), (AskKind.HELP, help_until))
    running = [Ask(kind, until) for kind, until in wanted if until is not None and now < until]
    return tuple(sorted(running, key=lambda ask: ask.until))
