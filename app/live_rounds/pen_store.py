"""The pen and the windows of a bidder as rows. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from sqlalchemy import Insert, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgres
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.penning import Seated
from app.infra.world import World
from app.live_rounds.tables import pen, pulse, room_seat

# Names and their padding: what is sealed has one length, whoever sits there.
PERSON_BYTES = 512


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


async def lock_pens(tx: AsyncConnection, places: Sequence[str], now: datetime) -> dict[str, str | None]:
    """The seats that have the pens, by place, their rows locked in one order until the transaction ends; made on first
    use."""
    query = select(pen.c.place, pen.c.seat).where(pen.c.place.in_(places)).order_by(pen.c.place).with_for_update()
    held = {row.place: row.seat or None for row in await tx.execute(query)}
    if len(held) < len(places):
        make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgres
        fresh = [{"place": place, "seat": None, "since": now} for place in sorted(places) if place not in held]
        await tx.execute(make(pen).values(fresh).on_conflict_do_nothing())
        held = {row.place: row.seat or None for row in await tx.execute(query)}
    return held


async def find_holder(tx: AsyncConnection, place: str) -> str | None:
    """The seat that has the pen, as it is now."""
    found = await tx.scalar(select(pen.c.seat).where(pen.c.place == place))
    return str(found) if found else None


async def set_pens(tx: AsyncConnection, given: Mapping[str, str | None], now: datetime) -> None:
    """Write who has these pens from now on, by place; who had one is kept beside."""
    if given:
        query = (
            update(pen).where(pen.c.place == bindparam("of")).values(seat=bindparam("to"), before=pen.c.seat, since=now)
        )
        await tx.execute(query, [{"of": place, "to": seat} for place, seat in given.items()])


async def list_seats(world: World, tx: AsyncConnection, places: Sequence[str]) -> dict[str, list[RoomSeat]]:
    """The windows of some bidders, by place, the oldest first."""
    rows = await tx.execute(select(room_seat).where(room_seat.c.place.in_(places)).order_by(room_seat.c.joined_at))
    seats: dict[str, list[RoomSeat]] = {place: [] for place in places}
    for row in rows:
        who = orjson.loads(world.keys.unseal("vault", row.person_sealed, row.seat.encode()))
        seats[row.place].append(
            RoomSeat(row.seat, row.socket, row.process, who["account"], who["name"], row.joined_at, row.left_at)
        )
    return seats


async def put_seats(world: World, tx: AsyncConnection, seats: Sequence[tuple[str, RoomSeat]]) -> None:
    """Write windows, each with its place; one that is there already takes its old row over."""
    rows = [
        {
            "seat": one.seat,
            "place": place,
            "socket": one.socket,
            "process": one.process,
            "person_sealed": world.keys.seal("vault", _person(one), one.seat.encode()),
            "joined_at": one.joined_at,
            "left_at": one.left_at,
        }
        for place, one in seats
    ]
    if rows:
        # The statement is built once, for any number of rows.
        await tx.execute(_put_seat(tx.dialect.name), rows)


def _person(one: RoomSeat) -> bytes:
    return orjson.dumps({"account": one.account, "name": one.name}).ljust(PERSON_BYTES)


@lru_cache
def _put_seat(dialect: str) -> Insert:
    new = (insert_sqlite if dialect == "sqlite" else insert_postgres)(room_seat)
    taken_over = {name: new.excluded[name] for name in ("place", "socket", "process", "person_sealed", "left_at")}
    return new.on_conflict_do_update(index_elements=["seat"], set_=taken_over)


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


async def has_lost(tx: AsyncConnection, since: datetime, until: datetime) -> bool:
    """Whether any window of anybody, or a process with its windows, was lost between two instants."""
    lost = select(room_seat.c.left_at).where(room_seat.c.left_at.between(since, until))
    gone = select(pulse.c.at).where(pulse.c.at.between(since, until))
    return (await tx.execute(lost.union_all(gone).limit(1))).first() is not None


async def list_lines(tx: AsyncConnection, places: Sequence[str], *, here: str) -> list[list[Seated]]:
    """The windows of each of these bidders that has any, without opening who sits there."""
    signs = await list_signs(tx, but=here)
    lines: dict[str, list[Seated]] = {}
    for row in await tx.execute(select(room_seat).where(room_seat.c.place.in_(places))):
        one = RoomSeat(row.seat, row.socket, row.process, "", "", row.joined_at, row.left_at)
        lines.setdefault(row.place, []).append(seated(one, signs, here=here))
    return list(lines.values())
