"""The SQL of a batch of bids: sync Core on the committer's connection. Decides nothing, never commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.domain.closing import Timetable
from app.domain.formats.play import Course
from app.domain.penning import Pen
from app.infra.db import COMMITTER_BUSY_MS, insert_rows
from app.live_rounds.courses import course_json
from app.live_rounds.round_store import ClockMark, mark_values
from app.live_rounds.store import (
    AcceptedBid,
    Attempt,
    Floor,
    accepted_query,
    read_accepted,
    read_attempt,
    read_floor,
    timetable_values,
)
from app.live_rounds.tables import bid, clock_mark, floor, pen

_LOCK = select(floor).where(floor.c.lot_id.in_(bindparam("lots", expanding=True))).order_by(floor.c.lot_id)
_FIND = select(bid).where(bid.c.bid_id.in_(bindparam("ids", expanding=True)))
_PENS = select(pen).where(pen.c.place.in_(bindparam("places", expanding=True)))
_COUNT = (
    update(floor)
    .where(floor.c.lot_id == bindparam("lot"))
    .values(
        attempts=bindparam("attempts"),
        accepted=bindparam("accepted"),
        version=bindparam("version"),
        auto_at=bindparam("auto_at"),
    )
)


def set_lock_timeout(connection: Connection) -> None:
    """A wait for a lot's row is shorter than the drain of a closing lot (on SQLite: the busy timeout)."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {COMMITTER_BUSY_MS}")


def lock_floors(connection: Connection, lot_ids: Collection[str]) -> dict[str, Floor]:
    """The floors of a batch, locked in the order of their ids, so that two batches never wait for each other."""
    rows = connection.execute(_LOCK.with_for_update(), {"lots": sorted(lot_ids)})
    return {row.lot_id: read_floor(row) for row in rows}


def find_attempts(connection: Connection, bid_ids: Collection[str]) -> dict[tuple[str, str], Attempt]:
    """Earlier answers to any of these ids, by tag and id."""
    rows = connection.execute(_FIND, {"ids": list(bid_ids)})
    return {(row.tag, row.bid_id): read_attempt(row) for row in rows}


def list_pens(connection: Connection, places: Collection[str]) -> dict[str, Pen]:
    """Which window has the pen, by bidder and round."""
    if not places:
        return {}
    return {
        row.place: Pen(row.seat, row.before, row.since) for row in connection.execute(_PENS, {"places": list(places)})
    }


def list_accepted(connection: Connection, lot_id: str, after: int) -> list[AcceptedBid]:
    """Accepted bids of a lot after a number."""
    return [read_accepted(row) for row in connection.execute(accepted_query(lot_id, after))]


def has_seed(connection: Connection, lot_id: str, tag: str) -> bool:
    """Whether a bidder began on a lot with its price of the sealed round, voided since or not."""
    found = select(bid.c.n).where(bid.c.lot_id == lot_id, bid.c.tag == tag, bid.c.is_seeded.is_(True))
    return connection.execute(found.limit(1)).first() is not None


def insert_bids(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write the answered bids of a batch."""
    insert_rows(connection, bid, rows)


def set_counters(connection: Connection, floors: Sequence[Floor]) -> None:
    """Write attempts, accepted and version of the floors of a batch."""
    rows = [
        {
            "lot": one.lot_id,
            "attempts": one.attempts,
            "accepted": one.accepted,
            "version": one.version,
            "auto_at": one.auto_at,
        }
        for one in floors
    ]
    if rows:
        connection.execute(_COUNT, rows)


def set_moved(
    connection: Connection, lot_id: str, table: Timetable, course: Course | None, moves_at: datetime | None
) -> None:
    """Write the timetable of a lot that a bid has moved, and where its format stands."""
    values = {**timetable_values(table), "course": course_json(course), "moves_at": moves_at}
    connection.execute(update(floor).where(floor.c.lot_id == lot_id).values(**values))


def insert_marks(connection: Connection, marks: Sequence[ClockMark]) -> None:
    """Write the marks of extensions for the chart."""
    if marks:
        connection.execute(insert(clock_mark), [mark_values(mark) for mark in marks])
