"""What the year asks of certifications, as rows. Decides nothing, never commits."""

from collections import defaultdict
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Grade
from app.domain.supplier_base import Member
from app.suppliers.tables import certification, supplier, suspension


async def list_members(tx: AsyncConnection, now: datetime, zone: tzinfo) -> list[Member]:
    """Every supplier that was ever certified: its grade while it is, the days it came and left."""
    first: dict[str, datetime] = {}
    current: dict[str, tuple[Grade, datetime]] = {}
    query = select(certification, supplier.c.certification_id).join(supplier)
    for row in await tx.execute(query.where(certification.c.valid_from.is_not(None))):
        first[row.supplier_id] = min(row.valid_from, first.get(row.supplier_id, row.valid_from))
        if row.certification_id == row.id:
            current[row.supplier_id] = Grade(row.grade), row.valid_until
    away: dict[str, list[datetime]] = defaultdict(list)
    for row in await tx.execute(select(suspension).where(suspension.c.lifted_at.is_(None))):
        away[row.supplier_id].append(row.started_at)
    found = []
    for supplier_id, came_at in first.items():
        grade, until = current.get(supplier_id, (None, came_at))
        gone = [each for each in (until, *away[supplier_id]) if each <= now]
        left_on = min(gone).astimezone(zone).date() if gone else None
        found.append(Member(None if gone else grade, came_at.astimezone(zone).date(), left_on))
    return found
