"""How many: what other rooms ask of the bids of a lot without reading them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.live_rounds.tables import bid, floor


async def list_voids(tx: AsyncConnection, lot_ids: Sequence[str]) -> dict[str, int]:
    """How many bids of each lot were voided: a ranking made before is out of date when the number has risen."""
    rows = await tx.execute(select(floor.c.lot_id, floor.c.voids).where(floor.c.lot_id.in_(lot_ids)))
    return {row.lot_id: row.voids for row in rows}


async def count_refused(tx: AsyncConnection, lot_id: str) -> int:
    """The number of refused attempts on a lot (VISIBILITY.md d15, an aggregate from the unsealing on)."""
    query = select(func.count()).select_from(bid).where(bid.c.lot_id == lot_id, bid.c.verdict == "refused")
    return int(await tx.scalar(query) or 0)
