"""The SQL of a batch of bids: sync Core on the committer's connection. Decides nothing, never commits.

A batch asks once (`read_batch`) and writes once (`write_batch`); between the two it is decided in memory.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.domain.entries import to_milliseconds
from app.domain.penning import Pen
from app.infra.at_hand import AtHand
from app.infra.db import COMMITTER_BUSY_MS, insert_ready, insert_rows
from app.journal.ledger import Head
from app.journal.store import lock_head
from app.journal.tables import chain_head, entry
from app.live_rounds.courses import course_json, moves_at
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
_MOVE_HEAD = (
    update(chain_head)
    .where(chain_head.c.chain == bindparam("of"))
    .values(seq=bindparam("last"), hash=bindparam("told"), at_ms=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a batch is decided from. Attempts by tag and id, pens by place, heads by lot."""

    floors: Mapping[str, Floor]
    attempts: Mapping[tuple[str, str], Attempt]
    pens: Mapping[str, Pen]
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch leaves. Rows are in the order of their table's columns, each value as the driver takes it."""

    # The lots after it; of those in `moved` a bid or the time has changed more than the counters.
    floors: Sequence[Floor]
    moved: Sequence[Floor]
    # By chain: the hash it was linked to, and its new head.
    heads: Mapping[str, tuple[str, Head]]
    entries: Sequence[tuple[Any, ...]]
    bids: Sequence[tuple[Any, ...]]
    marks: Sequence[ClockMark]


class Hand(ABC):
    """A connection that remembers what it left: asked and written to by itself. `connection`: for everything else."""

    @property
    @abstractmethod
    def connection(self) -> Connection:
        """For the seldom questions of a batch."""

    @abstractmethod
    def read(self, lots: Collection[str], bid_ids: Collection[str], places: Collection[str]) -> Found:
        """As `read_batch`."""

    @abstractmethod
    def write(self, written: Written) -> None:
        """As `write_batch`."""


Way = Connection | AtHand | Hand


def read_batch(connection: Way, lots: Collection[str], bid_ids: Collection[str], places: Collection[str]) -> Found:
    """All that a batch on these lots is decided from, locked until the transaction ends: the lots in the order of their
    ids, so that two batches never wait for each other, then their chains."""
    if isinstance(connection, Hand):
        return connection.read(lots, bid_ids, places)
    set_lock_timeout(connection)
    floors = lock_floors(connection, lots)
    heads = {lot_id: Head(*lock_head(connection, one.chain)) for lot_id, one in floors.items()}
    return Found(floors, find_attempts(connection, bid_ids), list_pens(connection, places), heads)


def write_batch(connection: Way, written: Written) -> None:
    """Write all that a batch leaves."""
    if isinstance(connection, Hand):
        connection.write(written)
        return
    insert_ready(connection, entry, written.entries)
    insert_ready(connection, bid, written.bids)
    insert_rows(connection, clock_mark, [mark_values(mark) for mark in written.marks])
    if isinstance(connection, AtHand):
        connection.set["floor"] |= {one.lot_id: one for one in written.floors}
        connection.set["head"] |= written.heads
        return
    for one in written.moved:
        set_moved(connection, one)
    set_counters(connection, written.floors)
    heads = [
        {"of": chain, "last": head.seq, "told": head.hash, "at": to_milliseconds(head.at)}
        for chain, (_, head) in written.heads.items()
    ]
    if heads:
        connection.execute(_MOVE_HEAD, heads)


def set_lock_timeout(connection: Connection | AtHand) -> None:
    """A wait for a lot's row is shorter than the drain of a closing lot (on SQLite: the busy timeout)."""
    if not isinstance(connection, AtHand) and connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {COMMITTER_BUSY_MS}")


def lock_floors(connection: Connection | AtHand, lot_ids: Collection[str]) -> dict[str, Floor]:
    """The floors of a batch, locked in the order of their ids, so that two batches never wait for each other."""
    if isinstance(connection, AtHand):
        return {lot_id: connection.find("floor", lot_id)[1] for lot_id in sorted(lot_ids)}
    rows = connection.execute(_LOCK.with_for_update(), {"lots": sorted(lot_ids)})
    return {row.lot_id: read_floor(row) for row in rows}


def find_attempts(connection: Connection | AtHand, bid_ids: Collection[str]) -> dict[tuple[str, str], Attempt]:
    """Earlier answers to any of these ids, by tag and id; at hand there are none: an id that is there refuses its row
    when it is written."""
    if isinstance(connection, AtHand):
        return {}
    rows = connection.execute(_FIND, {"ids": list(bid_ids)})
    return {(row.tag, row.bid_id): read_attempt(row) for row in rows}


def list_pens(connection: Connection | AtHand, places: Collection[str]) -> dict[str, Pen]:
    """Which window has the pen, by bidder and round."""
    if isinstance(connection, AtHand):
        return {place: connection.find("pen", place) for place in places}
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


def set_moved(connection: Connection, one: Floor) -> None:
    """Write the timetable of a lot that a bid or the time has moved, and where its format stands."""
    due_at = moves_at(one.rules, one.timetable, one.course)
    values = {**timetable_values(one.timetable), "course": course_json(one.course), "moves_at": due_at}
    connection.execute(update(floor).where(floor.c.lot_id == one.lot_id).values(**values))
