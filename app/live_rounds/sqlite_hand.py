"""The committer's own connection to SQLite: past SQLAlchemy where a batch of bids comes by, with what it left at hand.

Nobody else writes between `BEGIN IMMEDIATE` and the commit, and SQLite tells by `data_version` whether anybody else has
written since the last batch. Where nobody has, the lots, chains and pens of that batch are what the tables hold, and
nothing is asked but whether an id was there before. What is at hand counts only once its transaction has committed.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import Connection, Engine
from typing_extensions import override

from app.domain.entries import from_milliseconds, to_milliseconds
from app.domain.penning import Pen
from app.infra.db import insert_rows
from app.journal.ledger import Head
from app.journal.store import lock_head
from app.journal.tables import entry
from app.live_rounds import batch_store
from app.live_rounds.backfill import MOST_PAGES, Backfill
from app.live_rounds.batch_store import Found, Hand, Written
from app.live_rounds.round_store import mark_values
from app.live_rounds.store import Attempt, Floor
from app.live_rounds.tables import bid, clock_mark

T = TypeVar("T")
# Lots and bidders at hand; then it begins anew.
MOST_AT_HAND = 20_000


def _insert(table: Any) -> str:
    names = table.c.keys()
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - ours


_ENTRY, _BID = _insert(entry), _insert(bid)
_HEAD = "UPDATE chain_head SET seq = ?, hash = ?, at_ms = ? WHERE chain = ?"
_COUNT = "UPDATE floor SET attempts = ?, accepted = ?, version = ?, auto_at = ? WHERE lot_id = ?"
_HEADS = "SELECT chain, seq, hash, at_ms FROM chain_head WHERE chain IN (SELECT value FROM json_each(?))"
_PENS = "SELECT place, seat, before, since FROM pen WHERE place IN (SELECT value FROM json_each(?))"
_IS_KNOWN = "SELECT 1 FROM bid WHERE bid_id IN (SELECT value FROM json_each(?)) LIMIT 1"


@dataclass(slots=True)
class _AtHand:
    """The rows of one state of the tables."""

    version: int
    floors: dict[str, Floor] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    # None: nobody has ever had it.
    pens: dict[str, Pen | None] = field(default_factory=dict)


class SqliteHand(Hand):
    """Runs in the committer's thread alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._raw: sqlite3.Connection | None = None
        self._held: _AtHand | None = None
        self._next: _AtHand | None = None
        self._backfill: Backfill | None = None
        self._count = 0

    def run(self, act: Callable[[Hand], T]) -> T:
        """One transaction around an act; its outcome once it is stored."""
        raw = self._raw or self._open()
        self._next = None
        try:
            raw.execute("BEGIN IMMEDIATE")
            done = act(self)
            raw.execute("COMMIT")
        except BaseException:
            # What is on the disk nobody knows: the next batch asks anew, on a new connection.
            self.close()
            raise
        self._held, self._next = self._next, None
        if self._backfill is not None:
            self._backfill.wrote(self._count)
        return done

    def close(self) -> None:
        """Let go of the connection; what was not committed is undone."""
        connection, self._connection, self._raw = self._connection, None, None
        self._held = self._next = None
        if connection is not None:
            connection.close()
        if self._backfill is not None:
            self._backfill.close()
            self._backfill = None

    @property
    @override
    def connection(self) -> Connection:
        assert self._connection is not None, "asked within a transaction"
        return self._connection

    @override
    def read(self, lots: Collection[str], bid_ids: Collection[str], places: Collection[str]) -> Found:
        raw, held = self._raw, self._held
        assert raw is not None, "asked within a transaction"
        (version,) = raw.execute("PRAGMA data_version").fetchone()
        if held is None or held.version != version or len(held.floors) + len(held.pens) > MOST_AT_HAND:
            held = _AtHand(version)
        # Not at hand again before the commit: a batch that fails leaves nothing.
        self._held, self._next = None, held
        floors = self._floors(raw, held, lots)
        heads = {lot_id: held.heads[one.chain] for lot_id, one in floors.items()}
        unknown = [place for place in places if place not in held.pens]
        if unknown:
            rows = raw.execute(_PENS, (_json(unknown),)).fetchall()
            found = {place: Pen(seat, before, from_milliseconds(since)) for place, seat, before, since in rows}
            held.pens |= dict.fromkeys(unknown) | found
        pens = {place: pen for place in places if (pen := held.pens[place]) is not None}
        return Found(floors, self._attempts(raw, bid_ids), pens, heads)

    def _floors(self, raw: sqlite3.Connection, held: _AtHand, lots: Collection[str]) -> dict[str, Floor]:
        unknown = [lot_id for lot_id in lots if lot_id not in held.floors]
        if unknown:
            fresh = batch_store.lock_floors(self.connection, unknown)
            held.floors |= fresh
            chains = {one.chain for one in fresh.values()}
            rows = raw.execute(_HEADS, (_json(chains),)).fetchall()
            held.heads |= {chain: Head(seq, told, from_milliseconds(at_ms)) for chain, seq, told, at_ms in rows}
            held.heads |= {chain: Head(*lock_head(self.connection, chain)) for chain in chains - held.heads.keys()}
        return {lot_id: held.floors[lot_id] for lot_id in lots if lot_id in held.floors}

    def _attempts(self, raw: sqlite3.Connection, bid_ids: Collection[str]) -> dict[tuple[str, str], Attempt]:
        if not bid_ids or raw.execute(_IS_KNOWN, (_json(bid_ids),)).fetchone() is None:
            return {}
        return batch_store.find_attempts(self.connection, bid_ids)

    @override
    def write(self, written: Written) -> None:
        raw, held, self._count = self._raw, self._next, len(written.bids)
        assert raw is not None, "written within a transaction"
        assert held is not None, "what is written was read before"
        _each(raw, _ENTRY, written.entries)
        _each(raw, _BID, written.bids)
        _each(
            raw,
            _HEAD,
            ((head.seq, head.hash, to_milliseconds(head.at), chain) for chain, (_, head) in written.heads.items()),
        )
        _each(raw, _COUNT, (_counters(one) for one in written.floors))
        for one in written.moved:
            batch_store.set_moved(self.connection, one)
        insert_rows(self.connection, clock_mark, [mark_values(mark) for mark in written.marks])
        held.floors |= {one.lot_id: one for one in written.floors}
        held.heads |= {chain: head for chain, (_, head) in written.heads.items()}

    def _open(self) -> sqlite3.Connection:
        # Never back into the pool: closed is closed.
        connection = self._connection = self._engine.connect()
        connection.detach()
        self._raw = raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        raw.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES}")
        self._backfill = Backfill(self._engine.url.database or "")
        return raw


def _each(raw: sqlite3.Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    raw.executemany(statement, rows)


def _json(names: Collection[str]) -> str:
    return orjson.dumps(list(names)).decode()


def _counters(one: Floor) -> tuple[Any, ...]:
    auto_at = None if one.auto_at is None else to_milliseconds(one.auto_at)
    return one.attempts, one.accepted, one.version, auto_at, one.lot_id
