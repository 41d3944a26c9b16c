"""The one pulse of all processes as a row: its gap is the outage. Decides nothing, never commits."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.sealed_rounds.tables import sealed_pulse

PULSE_ID = 1


async def find_pulse(tx: AsyncConnection) -> datetime | None:
    """When the service was last seen alive; None at the very first time."""
    query = select(sealed_pulse.c.at).where(sealed_pulse.c.id == PULSE_ID)
    found: datetime | None = (await tx.execute(query)).scalar()
    return found


async def set_pulse(tx: AsyncConnection, at: datetime) -> None:
    """Say that the service is alive."""
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgres
    await tx.execute(make(sealed_pulse).values(id=PULSE_ID, at=at).on_conflict_do_nothing())
    await tx.execute(update(sealed_pulse).where(sealed_pulse.c.id == PULSE_ID).values(at=at))
