"""Who has passed the practice room, as rows. Decides nothing, never commits.

The buyer's side is told how many bidders are ready, never who (SCREENS.md SP-05); that number is a part of those who
joined, so it is told where that one is (VISIBILITY.md d12).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.world import World
from app.live_rounds.tables import practice_pass


def account_key(world: World, account_id: str) -> str:
    """What stands for an account."""
    return world.keys.lookup("practice|" + account_id)


def supplier_key(world: World, supplier_id: str) -> str:
    """What stands for a supplier."""
    return world.keys.lookup("practice-of|" + supplier_id)


async def put_pass(world: World, tx: AsyncConnection, *, account_id: str, supplier_id: str, at: datetime) -> None:
    """Write that somebody has passed all drills; the time is cut to the hour (VISIBILITY.md section 2)."""
    values: dict[str, Any] = {"passed_at": at.replace(minute=0, second=0, microsecond=0)}
    key = account_key(world, account_id)
    done = await tx.execute(update(practice_pass).where(practice_pass.c.account_key == key).values(**values))
    if done.rowcount == 0:
        keys = {"account_key": key, "supplier_key": supplier_key(world, supplier_id)}
        await tx.execute(insert(practice_pass).values(**keys, **values))


async def find_pass(world: World, tx: AsyncConnection, account_id: str) -> datetime | None:
    """When somebody last passed all drills."""
    query = select(practice_pass.c.passed_at).where(practice_pass.c.account_key == account_key(world, account_id))
    passed: datetime | None = await tx.scalar(query)
    return passed


async def count_practised(world: World, tx: AsyncConnection, supplier_ids: Sequence[str], since: datetime) -> int:
    """How many of these suppliers have somebody who passed the practice since an instant."""
    passed = func.count(practice_pass.c.supplier_key.distinct())
    keys = [supplier_key(world, each) for each in supplier_ids]
    query = select(passed).where(practice_pass.c.supplier_key.in_(keys), practice_pass.c.passed_at >= since)
    return int(await tx.scalar(query) or 0)
