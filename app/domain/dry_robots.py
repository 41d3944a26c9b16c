"""The bidders of a finished lot as robots for a dry run (`dry_running`): what the record shows of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.money import EXACT

# More than half of its bids in the last quarter: a bidder that waits.
LATE_FROM: Final = 0.75
# A robot looks no more often than this.
QUICKEST: Final = timedelta(seconds=2)


class Persona(StrEnum):
    """How a recorded bidder went about it."""

    SINGLE = "single"
    STEADY = "steady"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A bid of the record that counted: so long after the opening."""

    tag: str
    amount: Decimal
    after: timedelta
    is_seeded: bool = False


@dataclass(frozen=True, slots=True)
class Robot:
    """What the record shows of a bidder. `stride`: the part of its last bid that it took off at a time."""

    tag: str
    persona: Persona
    enters_after: timedelta
    first: Decimal
    floor: Decimal
    gap: timedelta
    stride: Decimal


def robots_of(record: Sequence[Recorded], length: timedelta) -> list[Robot]:
    """A robot for every recorded bidder. Precondition: bids in their order; `length` is that of the recorded lot."""
    own: dict[str, list[Recorded]] = {}
    for bid in record:
        own.setdefault(bid.tag, []).append(bid)
    return [_robot(tag, bids, length) for tag, bids in own.items()]


def _robot(tag: str, bids: Sequence[Recorded], length: timedelta) -> Robot:
    first, last = bids[0], bids[-1]
    steps = len(bids) - 1
    late = sum(bid.after > length * LATE_FROM for bid in bids)
    persona = Persona.SINGLE if not steps else Persona.LATE if late * 2 > len(bids) else Persona.STEADY
    gap = (last.after - first.after) / steps if steps else length / 4
    fallen = EXACT.divide(EXACT.subtract(first.amount, last.amount), first.amount)
    stride = EXACT.divide(fallen, Decimal(steps)) if steps else fallen
    return Robot(tag, persona, first.after, first.amount, last.amount, max(gap, QUICKEST), stride)
