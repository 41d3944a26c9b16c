"""The acts of the decision room as rows. Decides nothing, never commits; an act is never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.tables import room_act
from app.domain.confirming import Act, ActKind
from app.infra.world import World


async def list_acts(tx: AsyncConnection, tender_id: str) -> list[Act]:
    """The acts of a tender, oldest first."""
    query = select(room_act).where(room_act.c.tender_id == tender_id).order_by(room_act.c.number)
    return [Act(ActKind(row.kind), row.account_id, row.at, row.digest, row.data) for row in await tx.execute(query)]


async def insert_act(
    world: World, tx: AsyncConnection, tender_id: str, *, kind: ActKind, by: str, digest: str, data: Mapping[str, Any]
) -> datetime:
    """Store an act as the tender's next. Precondition: the caller holds the tender's lock."""
    last = await tx.scalar(select(func.max(room_act.c.number)).where(room_act.c.tender_id == tender_id))
    now = world.clock.now()
    values = {"id": world.ids.new(), "tender_id": tender_id, "number": (last or 0) + 1, "kind": kind.value}
    values |= {"account_id": by, "digest": digest, "data": dict(data), "at": now}
    await tx.execute(insert(room_act).values(values))
    return now
