"""Calls that have arrived whole and are not answered yet: a close waits for those that came in time.

SEALING.md section 4, "a short drain for calls already received"; attacks.md R03: what a lock does to an answer does not
change whether the package was in time.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from weakref import WeakKeyDictionary

from app.infra.db import Database
from app.infra.world import World

_ARRIVALS: WeakKeyDictionary[Database, "Arrivals"] = WeakKeyDictionary()


class Arrivals:
    """The open calls of this process."""

    def __init__(self) -> None:
        self._open: dict[object, datetime] = {}
        self._changed = asyncio.Event()

    @contextmanager
    def arrived(self, received_at: datetime) -> Iterator[None]:
        """Hold a call from the stamp of its last byte until its answer is made."""
        token = object()
        self._open[token] = received_at
        try:
            yield
        finally:
            del self._open[token]
            self._changed.set()

    async def settled(self, before: datetime) -> None:
        """Wait until every call that was complete before an instant has been answered."""
        waiting = {token for token, at in self._open.items() if at < before}
        while waiting & self._open.keys():
            self._changed.clear()
            await self._changed.wait()


def arrivals_of(world: World) -> Arrivals:
    """The arrivals of this process for a World's database."""
    held = _ARRIVALS.get(world.db)
    if held is None:
        held = _ARRIVALS[world.db] = Arrivals()
    return held
