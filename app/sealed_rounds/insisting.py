"""Trying again when somebody else held the lock: an answer may come late, a package in time is never lost by that."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from app.infra.world import World

T = TypeVar("T")
# Each waits up to the database's own limit (5 s on SQLite).
MOST_TRIES = 8
PAUSE_SECONDS = 0.05
# PostgreSQL's lock_not_available, deadlock_detected, serialization_failure.
PASSING_STATES = frozenset({"55P03", "40P01", "40001"})


async def insist(world: World, act: Callable[[], Awaitable[T]]) -> T:
    """What the act gives, tried again while the database says that somebody was in between."""
    for left in reversed(range(MOST_TRIES)):
        try:
            return await act()
        except DBAPIError as error:
            if not left or not _is_passing(error):
                raise
        await world.clock.sleep(PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def _is_passing(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return state in PASSING_STATES or "database is locked" in str(error.orig)
