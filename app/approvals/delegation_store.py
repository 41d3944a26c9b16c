"""Tasks handed over, as rows. Decides nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.tables import delegation
from app.domain.delegating import Delegation
from app.domain.visibility import Role
from app.infra.errors import not_found


async def insert_delegation(tx: AsyncConnection, new: Delegation) -> None:
    """Write a new one."""
    await tx.execute(
        insert(delegation).values(
            id=new.id,
            giver_id=new.giver,
            taker_id=new.taker,
            duty=new.duty.value,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            made_at=new.made_at,
        )
    )


async def lock_delegation(tx: AsyncConnection, delegation_id: str) -> Delegation:
    """One by id, its row locked until the transaction ends; the one 404 where absent."""
    row = (await tx.execute(select(delegation).where(delegation.c.id == delegation_id).with_for_update())).first()
    if row is None:
        raise not_found()
    return _delegation(row)


async def list_delegations(tx: AsyncConnection, *accounts: str) -> list[Delegation]:
    """Everything these people have given or taken, the newest first."""
    is_theirs = or_(delegation.c.giver_id.in_(accounts), delegation.c.taker_id.in_(accounts))
    rows = await tx.execute(select(delegation).where(is_theirs).order_by(delegation.c.made_at.desc(), delegation.c.id))
    return [_delegation(row) for row in rows]


async def set_ended(tx: AsyncConnection, delegation_id: str, at: datetime) -> None:
    """Write that it was taken back."""
    await tx.execute(update(delegation).where(delegation.c.id == delegation_id).values(ended_at=at))


def _delegation(row: Any) -> Delegation:
    return Delegation(
        row.id, row.giver_id, row.taker_id, Role(row.duty), row.starts_on, row.ends_on, row.made_at, row.ended_at
    )
