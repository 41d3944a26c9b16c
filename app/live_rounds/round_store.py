"""What belongs to a round beside its bids: broadcasts, marks of the clocks, and the pulse of the running processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.live_rounds.tables import broadcast, clock_mark, pulse


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to all."""

    seq: int
    zh: str
    en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockMark:
    """A turn of a lot's clock, for the chart: pause, resume, extension. `seq` is the floor's version after it."""

    lot_id: str
    seq: int
    kind: str
    at: datetime
    params: Mapping[str, str]


async def insert_broadcast(tx: AsyncConnection, *, round_id: str, zh: str, en: str, at: datetime) -> int:
    """Write a message to all; its number in the round."""
    last = await tx.scalar(select(func.max(broadcast.c.seq)).where(broadcast.c.round_id == round_id))
    seq = int(last or 0) + 1
    await tx.execute(insert(broadcast).values(round_id=round_id, seq=seq, zh=zh, en=en, at=at))
    return seq


async def list_broadcasts(tx: AsyncConnection, round_id: str, after: int = 0) -> list[Broadcast]:
    """The messages of a round after a number, oldest first."""
    query = select(broadcast).where(broadcast.c.round_id == round_id, broadcast.c.seq > after)
    rows = await tx.execute(query.order_by(broadcast.c.seq))
    return [Broadcast(row.seq, row.zh, row.en, row.at) for row in rows]


async def list_clock_marks(tx: AsyncConnection, lot_ids: Sequence[str]) -> list[ClockMark]:
    """Pauses and extensions of some lots, oldest first."""
    query = select(clock_mark).where(clock_mark.c.lot_id.in_(lot_ids)).order_by(clock_mark.c.lot_id, clock_mark.c.seq)
    return [ClockMark(row.lot_id, row.seq, row.kind, row.at, row.params) for row in await tx.execute(query)]


def mark_values(mark: ClockMark) -> dict[str, Any]:
    """The columns of a mark."""
    return {name: getattr(mark, name) for name in ClockMark.__slots__}


async def insert_clock_mark(tx: AsyncConnection, mark: ClockMark) -> None:
    """Write a mark within the act that makes it."""
    await tx.execute(insert(clock_mark).values(**mark_values(mark)))


async def set_pulse(tx: AsyncConnection, process: str, at: datetime) -> None:
    """Say that a process is alive."""
    done = await tx.execute(update(pulse).where(pulse.c.process == process).values(at=at))
    if done.rowcount == 0:
        await tx.execute(insert(pulse).values(process=process, at=at))


async def list_pulses(tx: AsyncConnection) -> dict[str, datetime]:
    """When each process was last alive."""
    return {row.process: row.at for row in await tx.execute(select(pulse))}


async def delete_pulses(tx: AsyncConnection, processes: Sequence[str]) -> None:
    """Forget processes that ended."""
    await tx.execute(delete(pulse).where(pulse.c.process.in_(processes)))
