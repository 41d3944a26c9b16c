"""Having checkpoints stamped by a time-stamping authority, where the deployment names one (JOURNAL.md section 2).

Off by default. Every `stamp_hours` the newest checkpoint gets a stamp, in the background and never in the way of
anything: without an answer it is tried again. The authority learns a hash and nothing else.
"""

import logging
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import from_milliseconds
from app.infra.time_stamps import SECONDS, Stamp, StampError, fetch_stamp, read_roots
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.checkpoint_tables import checkpoint_stamp

log = logging.getLogger("bidroom.stamps")
LOOK_SECONDS = 60
# An authority's clock that is further off says nothing of use.
CLOCKS_APART = timedelta(minutes=5)


async def keep_stamps(world: World) -> None:
    """Have a checkpoint stamped when it is time, until cancelled; without an authority there is nothing to do."""
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        while True:
            if world.settings.stamp_url:
                try:
                    await stamp_due(world, client)
                except (StampError, OSError) as error:
                    log.warning("no time stamp: %s", error)
            await world.clock.sleep(LOOK_SECONDS)


async def stamp_due(world: World, client: httpx.AsyncClient) -> int | None:
    """Have the newest checkpoint stamped if the last stamp is old enough; its number, None where nothing was due.

    Raises StampError where no good stamp came, OSError where the file of roots cannot be read.
    """
    settings = world.settings
    async with world.db.snapshot() as tx:
        last, stamped = await checkpoint_store.find_last(tx), await find_last_stamped(tx)
    every = timedelta(hours=settings.stamp_hours)
    if last is None or (stamped is not None and from_milliseconds(last.at_ms) - from_milliseconds(stamped) < every):
        return None
    roots = read_roots(b"" if settings.stamp_roots is None else settings.stamp_roots.read_bytes())
    stamp = await fetch_stamp(client, settings.stamp_url, last.message(), roots)
    if abs(stamp.at - world.clock.now()) > CLOCKS_APART:
        raise StampError(f"the authority's clock says {stamp.at:%Y-%m-%dT%H:%M:%SZ}")
    try:
        async with world.db.transaction() as tx:
            await insert_stamp(tx, last.n, stamp)
    except IntegrityError:
        # Another replica was faster.
        return None
    return last.n


async def find_last_stamped(tx: AsyncConnection) -> int | None:
    """The time (UTC ms) of the newest checkpoint that has a stamp."""
    newest = select(checkpoint_stamp.c.n).order_by(checkpoint_stamp.c.n.desc()).limit(1)
    n = (await tx.execute(newest)).scalar()
    held = None if n is None else await checkpoint_store.find_checkpoint(tx, n)
    return None if held is None else held.statement.at_ms


async def insert_stamp(tx: AsyncConnection, n: int, stamp: Stamp) -> None:
    """Keep a stamp. The number is the fence."""
    await tx.execute(insert(checkpoint_stamp).values(n=n, answer=stamp.answer, stamped_at=stamp.at))


async def list_stamps(tx: AsyncConnection, *, first: int, last: int) -> list[Any]:
    """The stamps (n, answer, stamped_at) of the checkpoints from ``first`` to ``last``, in order."""
    query = select(checkpoint_stamp).where(checkpoint_stamp.c.n.between(first, last)).order_by(checkpoint_stamp.c.n)
    return list(await tx.execute(query))
