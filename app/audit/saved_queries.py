"""Saved queries of the timeline: an auditor's own, and those that colleagues share (SCREENS.md AU-02).

A search is a habit of its reader, not an act of the procurement: it is not journaled. Reading with it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.audit import query_store
from app.audit.query_store import SavedQuery
from app.domain.refusals import Code, Refusal
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World

# More would not be found again in a list.
MOST_QUERIES = 100


async def save_query(
    world: World, actor: Actor, name: str, filters: Mapping[str, Any], *, is_shared: bool
) -> str | Refusal:
    """Keep a search; returns its id. Refuses QUOTA_REACHED."""
    async with world.db.transaction() as tx:
        own = [one for one in await query_store.list_queries(tx, actor.account_id) if one.owner == actor.account_id]
        if len(own) >= MOST_QUERIES:
            return Refusal(Code.QUOTA_REACHED, {"most": str(MOST_QUERIES)})
        fresh = SavedQuery(world.ids.new(), actor.account_id, name, filters, is_shared, world.clock.now())
        await query_store.insert_query(tx, fresh)
    return fresh.id


async def list_queries(world: World, actor: Actor) -> tuple[Sequence[SavedQuery], Mapping[str, str]]:
    """One's own searches and the shared ones, and the names of their owners."""
    async with world.db.snapshot() as tx:
        found = await query_store.list_queries(tx, actor.account_id)
        staff = await identity_store.list_accounts(world, tx, kind="staff")
    return found, {person.id: person.name for person in staff}


async def drop_query(world: World, actor: Actor, query_id: str) -> None:
    """Drop one's own search; the one 404 for everything else."""
    async with world.db.transaction() as tx:
        if not await query_store.delete_query(tx, query_id, actor.account_id):
            raise not_found()
