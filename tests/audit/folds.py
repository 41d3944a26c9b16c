"""The comparison of a tender's chain with its tables, as `bidroom verify --database` makes it, without a bundle."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection, text

from app.audit.table_facts import TenderFacts
from app.domain.entries import Entry
from app.infra.world import World
from tests.fences import tear_down_fence


class _UndoneError(Exception):
    """Ends the transaction without a trace."""


async def differences(world: World, tender_id: str, entries: Sequence[Entry], *changes: str) -> set[str]:
    """What the tables say otherwise after statements of somebody with the database, which are undone again."""
    facts = TenderFacts(tender_id)
    for entry in entries:
        facts.take({"kind": entry.kind.value, "seq": entry.seq, "data": dict(entry.data)}, "")

    def compare(connection: Connection) -> set[str]:
        return {told for _, told in facts.differences(lambda query: connection.execute(query).all())}

    found: set[str] = set()
    with suppress(_UndoneError):
        async with world.db.transaction() as tx:
            if changes:
                await tear_down_fence(tx)
            for change in changes:
                assert (await tx.execute(text(change))).rowcount > 0, change
            found = await tx.run_sync(compare)
            raise _UndoneError
    return found
