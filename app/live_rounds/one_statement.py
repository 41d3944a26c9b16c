"""A batch of bids on PostgreSQL in one statement: one round trip and one commit, whatever it writes (PERFORMANCE.md 4).

The batch is decided on what the last one has left (`at_hand.py`). The statement locks the lots, in the order of their
ids, and holds all of it against the record: the rows' own marks (xmin), the heads of the chains, the pens. An id or a
number that is there already refuses its row. Whatever does not hold undoes the whole; the batch goes the usual path.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from asyncpg.exceptions import (
    DeadlockDetectedError,
    DivisionByZeroError,
    LockNotAvailableError,
    SerializationError,
    UniqueViolationError,
)
from sqlalchemy import Column, Text, select
from sqlalchemy import text as sql_text
from sqlalchemy.dialects import postgresql

from app.domain.entries import to_milliseconds
from app.domain.penning import Pen
from app.infra.at_hand import AtHand, NotAtHandError
from app.infra.db import Database
from app.journal.ledger import Head
from app.journal.tables import chain_head, entry
from app.live_rounds.courses import course_json, moves_at
from app.live_rounds.store import Floor, read_floor, timetable_values
from app.live_rounds.tables import bid, clock_mark, floor, pen

T = TypeVar("T")
# What did not hold, or could not be looked at soon: the usual path decides anew.
_PASSING = (
    DivisionByZeroError,
    UniqueViolationError,
    LockNotAvailableError,
    DeadlockDetectedError,
    SerializationError,
)
# So many batches of a lot go the usual path after one that did not hold: others bid there too.
SHY = 8
# Bidders whose pens are kept at hand; then it begins anew.
MOST_PENS = 20_000
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy ships no annotation for it
_SET_ON_FLOOR = (
    *("status", "opens_at", "closes_at", "hard_stop_at", "extensions", "left_ms", "paused_at", "resume_at"),
    *("course", "moves_at", "attempts", "accepted", "version", "auto_at"),
)
_MARKED = select(floor, sql_text("floor.xmin::text AS mark"))


class _Arrays:
    """The parameters of the statement: one array a column."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, *columns: Column[Any]) -> "_Rows":
        """Rows of these columns."""
        first, self._count = self._count + 1, self._count + len(columns)
        return _Rows(first, columns)


class _Rows:
    """Rows as arrays, ready for the driver."""

    def __init__(self, first: int, columns: Sequence[Column[Any]]) -> None:
        kinds = [column.type.dialect_impl(_DIALECT) for column in columns]
        self._makers = [
            (column.name, kind.bind_processor(_DIALECT)) for column, kind in zip(columns, kinds, strict=True)
        ]
        names = [f"${first + at}::{column.type.compile(_DIALECT)}[]" for at, column in enumerate(columns)]
        self.named = f"({', '.join(column.name for column in columns)})"
        self.sql = f"unnest({', '.join(names)})"
        self.count = f"cardinality({names[0]})"

    def arrays(self, rows: Sequence[Any]) -> list[list[Any]]:
        """One array a column; what a row does not name is null. Rows in the order of the columns are ready."""
        if rows and isinstance(rows[0], tuple):
            return [list(column) for column in zip(*rows, strict=True)]
        return [
            [row.get(name) for row in rows] if make is None else [make(row.get(name)) for row in rows]
            for name, make in self._makers
        ]


_ARRAYS = _Arrays()
_FLOORS = _ARRAYS.of(floor.c.lot_id, *(floor.c[name] for name in _SET_ON_FLOOR), Column("mark", Text))
_HEADS = _ARRAYS.of(*chain_head.c, Column("was", Text))
_PENS = _ARRAYS.of(pen.c.place, pen.c.seat, pen.c.since)
_NEW = {table.name: _ARRAYS.of(*table.c) for table in (bid, entry, clock_mark)}
_INSERTS = ", ".join(
    f"new_{name} AS (INSERT INTO {name} {rows.named} SELECT * FROM {rows.sql})"  # noqa: S608 - names of our own tables
    for name, rows in _NEW.items()
)
# Where the counts differ the division fails, and with it everything. The heads come after the lots: who has the lot's
# lock has its chain.
STATEMENT = f"""
WITH now AS MATERIALIZED (SELECT * FROM {_FLOORS.sql} AS now{_FLOORS.named}),
held AS MATERIALIZED (
  SELECT f.lot_id FROM floor f JOIN now ON now.lot_id = f.lot_id
  WHERE f.xmin::text = now.mark ORDER BY f.lot_id FOR UPDATE OF f),
lots AS (
  UPDATE floor f SET {", ".join(f"{name} = now.{name}" for name in _SET_ON_FLOOR)}
  FROM now JOIN held ON held.lot_id = now.lot_id WHERE f.lot_id = now.lot_id RETURNING f.lot_id, f.xmin::text AS mark),
locked AS MATERIALIZED (SELECT count(*) AS lots FROM held),
heads AS (
  UPDATE chain_head c SET seq = now.seq, hash = now.hash, at_ms = now.at_ms
  FROM {_HEADS.sql} AS now{_HEADS.named}, locked
  WHERE locked.lots > 0 AND c.chain = now.chain AND c.hash = now.was RETURNING c.chain),
{_INSERTS}
SELECT ARRAY(SELECT lot_id || ' ' || mark FROM lots) AS marks, 1 / (
  (SELECT count(*) FROM lots) = {_FLOORS.count} AND (SELECT count(*) FROM heads) = {_HEADS.count}
  AND {_PENS.count} = (
    SELECT count(*) FROM {_PENS.sql} AS was{_PENS.named} JOIN pen p ON p.place = was.place
    WHERE p.seat IS NOT DISTINCT FROM was.seat AND p.since = was.since))::int AS held
"""  # noqa: S608 - names of our own tables and columns


class OneStatement:
    """What this process has at hand of the lots it takes bids for, and the connection that writes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, dict[str, Any]] = {"floor": {}, "head": {}, "pen": {}}
        self._shy: dict[str, int] = {}

    async def commit(
        self, lots: Collection[str], places: Collection[str], decide: Callable[[AtHand], T], *, is_aside: bool = False
    ) -> T | None:
        """What `decide` makes of a batch on these lots, written; None, and nothing written, where it has to go the
        usual path. `is_aside`: decided in a thread, because it may have to wait for a signer outside."""
        if self._is_shy(lots):
            return None
        await self._look(lots, places)
        hand = AtHand(self._known)
        try:
            done = await asyncio.to_thread(decide, hand) if is_aside else decide(hand)
            if hand.rows:
                await self._write(hand, places)
        except NotAtHandError:
            return None
        except _PASSING:
            self.forget(lots, places)
            self._shy |= dict.fromkeys(lots, SHY)
            return None
        except BaseException:
            # Whether it was written nobody knows.
            self.forget(lots, places)
            raise
        return done if hand.rows else None

    def forget(self, lots: Collection[str], places: Collection[str] = ()) -> None:
        """Read these again when they are needed: something else has written, or may have."""
        for lot_id in lots:
            self._known["floor"].pop(lot_id, None)
            self._known["head"].pop(_chain_of(lot_id), None)
        for place in places:
            self._known["pen"].pop(place, None)

    def _is_shy(self, lots: Collection[str]) -> bool:
        shy = [lot_id for lot_id in lots if lot_id in self._shy]
        for lot_id in shy:
            self._shy[lot_id] -= 1
            if not self._shy[lot_id]:
                del self._shy[lot_id]
        return bool(shy)

    async def _look(self, lots: Collection[str], places: Collection[str]) -> None:
        """Take to hand what is not there yet: each of it is held against the record when the batch is written."""
        known = self._known
        lots = [lot_id for lot_id in lots if lot_id not in known["floor"]]
        places = [place for place in places if place not in known["pen"]]
        if len(known["pen"]) + len(places) > MOST_PENS:
            known["pen"].clear()
        if lots or places:
            async with self._db.engine.connect() as tx:
                for row in await tx.execute(_MARKED.where(floor.c.lot_id.in_(lots))) if lots else ():
                    known["floor"][row.lot_id] = (row.mark, read_floor(row))
                heads = select(chain_head).where(chain_head.c.chain.in_([_chain_of(lot_id) for lot_id in lots]))
                for row in await tx.execute(heads) if lots else ():
                    known["head"][row.chain] = (row.seq, row.hash, row.at_ms)
                for row in await tx.execute(select(pen).where(pen.c.place.in_(places))) if places else ():
                    known["pen"][row.place] = Pen(row.seat, row.before, row.since)

    async def _write(self, hand: AtHand, places: Collection[str]) -> None:
        known = self._known
        floors: dict[str, Floor] = hand.set["floor"]
        heads = hand.set["head"]
        pens = [{"place": place, "seat": (one := known["pen"][place]).seat, "since": one.since} for place in places]
        words = [
            *_FLOORS.arrays([_floor_values(one, known["floor"][lot_id][0]) for lot_id, one in floors.items()]),
            *_HEADS.arrays([_head_values(chain, *moved) for chain, moved in heads.items()]),
            *_PENS.arrays(pens),
        ]
        for name, rows in _NEW.items():
            words += rows.arrays(hand.rows.get(name, ()))
        marks = await self._db.run_prepared(STATEMENT, words)
        for told in marks:
            lot_id, _, mark = told.partition(" ")
            known["floor"][lot_id] = (mark, floors[lot_id])
        for chain, (_, now) in heads.items():
            known["head"][chain] = (now.seq, now.hash, to_milliseconds(now.at))


def _chain_of(lot_id: str) -> str:
    return f"lot:{lot_id}"


def _head_values(chain: str, was: str, now: Head) -> dict[str, Any]:
    return {"chain": chain, "seq": now.seq, "hash": now.hash, "at_ms": to_milliseconds(now.at), "was": was}


def _floor_values(one: Floor, mark: str) -> dict[str, Any]:
    counters = {name: getattr(one, name) for name in ("lot_id", "attempts", "accepted", "version", "auto_at")}
    due_at = moves_at(one.rules, one.timetable, one.course)
    course = course_json(one.course)
    return {**counters, **timetable_values(one.timetable), "course": course, "moves_at": due_at, "mark": mark}
