"""How far an opening under way has come, as a row that every replica reads: for the page alone.

Nothing is decided by it. Any replica may open, two may do so at once, and one that was killed is followed by another:
the number only grows, until the opening is over.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.world import World
from app.sealed_rounds.committee_tables import opening_progress

# So often a large opening says how far it is: each word is a transaction.
WORDS = 50


class Count:
    """Counts the packages that one opening has read; `of` so many."""

    def __init__(self, world: World, round_id: str, envelope: str, of: int) -> None:
        self._world, self._round, self._envelope, self._of = world, round_id, envelope, of
        self._done = 0

    async def note(self) -> None:
        """One more package has been read."""
        self._done += 1
        step = max(1, self._of // WORDS)
        if self._done % step and self._done < self._of:
            return
        async with self._world.db.transaction() as tx:
            await _set_done(tx, self._round, self._envelope, self._done)


async def _set_done(tx: AsyncConnection, round_id: str, envelope: str, done: int) -> None:
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgres
    values = {"round_id": round_id, "envelope": envelope, "done": done}
    await tx.execute(make(opening_progress).values(values).on_conflict_do_nothing())
    is_behind = (opening_progress.c.round_id == round_id) & (opening_progress.c.envelope == envelope)
    await tx.execute(update(opening_progress).where(is_behind, opening_progress.c.done < done).values(done=done))


async def find_done(tx: AsyncConnection, round_id: str, envelope: str) -> int:
    """How many packages have been read of the opening under way."""
    query = select(opening_progress.c.done).where(
        opening_progress.c.round_id == round_id, opening_progress.c.envelope == envelope
    )
    return int((await tx.execute(query)).scalar() or 0)


async def forget(tx: AsyncConnection, round_id: str, envelope: str) -> None:
    """The opening is over, or waits and begins anew."""
    await tx.execute(
        delete(opening_progress).where(opening_progress.c.round_id == round_id, opening_progress.c.envelope == envelope)
    )
