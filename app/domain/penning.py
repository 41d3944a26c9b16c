"""The pen: of several windows, devices and people of one supplier in a round one writes, the others read. LR-36.

Whoever is alone has it without asking. It is decided under the lock of the bidder's row, from who sits there; a seat is
a window of a page, and one whose connection broke keeps the pen for as long as a page takes to come back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# A page comes back within seconds or its owner looks for another device.
GRACE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Seated:
    """One window of a bidder. `seen_at`: the last sign of life of the process that holds its connection, None where
    that is this one; `left_at`: when the connection broke."""

    seat: str
    left_at: datetime | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pen:
    """Which window writes since when, and which one did before; None: nobody."""

    seat: str | None
    before: str | None
    since: datetime


def may_write(pen: Pen | None, seat: str, received_at: datetime) -> bool:
    """Whether a bid that was complete at this instant came from a window that might write then.

    What was sent counts, though the pen passed on before it was decided; while nobody has the pen nobody is in the way.
    """
    if pen is None or pen.seat in (None, seat):
        return True
    return received_at < pen.since and pen.before in (None, seat)


def is_living(one: Seated, now: datetime) -> bool:
    """Whether the window may still be there: connected to a living process, or gone for a moment only."""
    signs = [at for at in (one.left_at, one.seen_at) if at is not None]
    return not signs or now - min(signs) < GRACE


def settle(holder: str | None, living: Collection[str]) -> str | None:
    """Who has the pen now: the holder as long as it lives, then whoever is alone; among several nobody until asked."""
    if holder in living:
        return holder
    return next(iter(living)) if len(living) == 1 else None
