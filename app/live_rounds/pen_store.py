"""The pen and the windows of a bidder as rows. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.penning import Seated
from app.infra.world import World
from app.live_rounds.tables import pen, pulse, room_seat


@dataclass(frozen=True, slots=True)
class RoomSeat:
    """A window of a bidder, and who sits at it."""

    seat: str
    socket: str
    process: str
    account: str
    name: str
    joined_at: datetime
    left_at: datetime | None


def place_of(world: World, round_id: str, tag: str) -> str:
    """What a bidder in a round is called in these tables: no reader of the database can make it from a tag."""
    return world.keys.lookup(f"pen|{round_id}|{tag}")


async def lock_pen(tx: AsyncConnection, place: str, now: datetime) -> str | None:
    """The seat that has the pen, its row locked until the transaction ends; made on first use."""
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgres
    await tx.execute(make(pen).values(place=place, seat=None, since=now).on_conflict_do_nothing())
    row = (await tx.execute(select(pen).where(pen.c.place == place).with_for_update())).one()
    return str(row.seat) if row.seat else None


async def find_holder(tx: AsyncConnection, place: str) -> str | None:
    """The seat that has the pen, as it is now."""
    found = await tx.scalar(select(pen.c.seat).where(pen.c.place == place))
    return str(found) if found else None


async def set_pen(tx: AsyncConnection, place: str, seat: str | None, now: datetime) -> None:
    """Write who has the pen from now on; who had it is kept beside."""
    await tx.execute(update(pen).where(pen.c.place == place).values(seat=seat, before=pen.c.seat, since=now))


async def list_seats(world: World, tx: AsyncConnection, place: str) -> list[RoomSeat]:
    """The windows of a bidder, the oldest first."""
    rows = await tx.execute(select(room_seat).where(room_seat.c.place == place).order_by(room_seat.c.joined_at))
    seats = []
    for row in rows:
        who = orjson.loads(world.keys.unseal("vault", row.person_sealed, row.seat.encode()))
        seats.append(
            RoomSeat(row.seat, row.socket, row.process, who["account"], who["name"], row.joined_at, row.left_at)
        )
    return seats


async def put_seat(world: World, tx: AsyncConnection, place: str, one: RoomSeat) -> None:
    """Write a window; one that comes back takes its old row over."""
    person = orjson.dumps({"account": one.account, "name": one.name})
    values = {
        "place": place,
        "socket": one.socket,
        "process": one.process,
        "person_sealed": world.keys.seal("vault", person, one.seat.encode()),
        "left_at": None,
    }
    done = await tx.execute(update(room_seat).where(room_seat.c.seat == one.seat).values(**values))
    if done.rowcount == 0:
        await tx.execute(insert(room_seat).values(seat=one.seat, joined_at=one.joined_at, **values))


async def set_left(tx: AsyncConnection, seat: str, at: datetime) -> None:
    """Note that a window's connection broke."""
    await tx.execute(update(room_seat).where(room_seat.c.seat == seat).values(left_at=at))


async def delete_seats(tx: AsyncConnection, seats: Sequence[str]) -> None:
    """Forget windows that are gone."""
    if seats:
        await tx.execute(delete(room_seat).where(room_seat.c.seat.in_(seats)))


async def list_signs(tx: AsyncConnection, *, but: str) -> Mapping[str, datetime]:
    """The last sign of life of every other process."""
    rows = await tx.execute(select(pulse).where(pulse.c.process != but))
    return {row.process: row.at for row in rows}


def seated(one: RoomSeat, signs: Mapping[str, datetime], *, here: str) -> Seated:
    """A window as the rule wants it. A process that left no sign is as old as the window."""
    seen_at = None if one.process == here else signs.get(one.process, one.joined_at)
    return Seated(one.seat, one.left_at, seen_at)
