"""The instants of a session: sealed, and in the clear to the hour alone (VISIBILITY.md section 2).

A row that told when somebody came and went would stand beside the times of bids.
"""

import json
from datetime import datetime

from app.domain.entries import from_milliseconds, to_milliseconds
from app.infra.world import World

# Two instants and their brackets, in one length.
TIMES_BYTES = 32


def to_hour(at: datetime) -> datetime:
    """As exact as a time may be that stands in the clear on a row about a person."""
    return at.replace(minute=0, second=0, microsecond=0)


def seal_times(world: World, id_hash: str, what: str, *times: datetime | None) -> bytes:
    """The exact instants, bound to the session and to what they tell of it."""
    plain = json.dumps([0 if each is None else to_milliseconds(each) for each in times]).encode().ljust(TIMES_BYTES)
    return world.keys.seal("vault", plain, f"{what}|{id_hash}".encode())


def open_times(world: World, id_hash: str, what: str, sealed: bytes) -> list[datetime | None]:
    """The instants as they were sealed."""
    plain = json.loads(world.keys.unseal("vault", sealed, f"{what}|{id_hash}".encode()))
    return [from_milliseconds(each) if each else None for each in plain]
