"""SQL of the saved queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.tables import saved_query
from app.infra.db import row_mapping


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A search that was kept; ``filters`` by the names the timeline takes."""

    id: str
    owner: str
    name: str
    filters: Mapping[str, Any]
    is_shared: bool
    saved_at: datetime


async def insert_query(tx: AsyncConnection, new: SavedQuery) -> None:
    """Keep a search."""
    await tx.execute(insert(saved_query).values({name: getattr(new, name) for name in SavedQuery.__slots__}))


async def list_queries(tx: AsyncConnection, owner: str) -> list[SavedQuery]:
    """One's own searches and those that others share, by name."""
    query = select(saved_query).where(or_(saved_query.c.owner == owner, saved_query.c.is_shared))
    rows = await tx.execute(query.order_by(saved_query.c.name, saved_query.c.id))
    return [SavedQuery(**{name: row_mapping(row)[name] for name in SavedQuery.__slots__}) for row in rows]


async def delete_query(tx: AsyncConnection, query_id: str, owner: str) -> bool:
    """Drop one's own search; False where there is none of one's own with this id."""
    gone = await tx.execute(delete(saved_query).where(saved_query.c.id == query_id, saved_query.c.owner == owner))
    return gone.rowcount > 0
