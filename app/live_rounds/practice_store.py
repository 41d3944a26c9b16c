"""Who has passed the practice room, as rows. Decides nothing, never commits.

The buyer's side is told how many bidders are ready, never who (SCREENS.md SP-05); that number is a part of those who
joined, so it is told where that one is (VISIBILITY.md d12).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.live_rounds.tables import practice_pass


async def put_pass(tx: AsyncConnection, *, account_id: str, supplier_id: str, at: datetime) -> None:
    """Write that somebody has passed all drills; the time is cut to the hour (VISIBILITY.md section 2)."""
    values: dict[str, Any] = {"passed_at": at.replace(minute=0, second=0, microsecond=0)}
    done = await tx.execute(update(practice_pass).where(practice_pass.c.account_id == account_id).values(**values))
    if done.rowcount == 0:
        await tx.execute(insert(practice_pass).values(account_id=account_id, supplier_id=supplier_id, **values))


async def find_pass(tx: AsyncConnection, account_id: str) -> datetime | None:
    """When somebody last passed all drills."""
    query = select(practice_pass.c.passed_at).where(practice_pass.c.account_id == account_id)
    passed: datetime | None = await tx.scalar(query)
    return passed
