"""May sealed rounds go by the wall clock? Set back, it would let a late package in: nothing goes on until it is right.

attacks.md T01. A clock that is set forward is an outage (`extending.py`) and is believed once that has been counted.
"""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app.domain.kinds import Kind
from app.infra.clock_watch import ClockWatch
from app.infra.errors import Problem
from app.infra.world import Clock, World
from app.journal.store import NewEntry, append
from app.sealed_rounds import pulse_store

# A stamp is looked at in the moment after; longer than any wait for a connection.
OLDEST_STAMP = timedelta(minutes=1)
_WATCHES: WeakKeyDictionary[Clock, ClockWatch] = WeakKeyDictionary()


async def watch_of(world: World) -> ClockWatch:
    """The watch of this process. The first look is back at the pulse: was the clock set back while nobody was there?"""
    watch = _WATCHES.get(world.clock)
    if watch is not None:
        return watch
    async with world.db.snapshot() as tx:
        last_seen_at = await pulse_store.find_pulse(tx)
    watch = _WATCHES.setdefault(world.clock, ClockWatch(world))
    if last_seen_at is not None and last_seen_at > world.clock.now():
        watch.trust(last_seen_at)
        if watch.is_behind():
            async with world.db.transaction() as tx:
                await append(world, tx, NewEntry("system", Kind.CLOCK_JUMPED, {"by_ms": watch.jump_ms()}))
    return watch


async def require_sound_clock(world: World, received_at: datetime) -> None:
    """Raise the 503 while the wall clock may not be believed, and for a stamp that another clock has given.

    What was sent then was not seen, and may be sent again.
    """
    age = world.clock.now() - received_at
    if (await watch_of(world)).has_jumped() or abs(age) > OLDEST_STAMP:
        raise Problem(503, "UNAVAILABLE")
