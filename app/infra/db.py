"""The database: SQLAlchemy Core on SQLite (default) or PostgreSQL, with the same tables and the same code.

SQLite runs WAL with synchronous=FULL and BEGIN IMMEDIATE for writers: an acknowledged act survives a power cut.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Engine, MetaData, String, Table, Text, create_engine, event, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from app.domain.entries import from_milliseconds, to_milliseconds

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A random 128-bit id as 32 hex characters.
Id = String(32)
# How long a writer waits for SQLite's lock before its act fails; the committer of bids waits less, within the drain.
BUSY_MS = 5000
COMMITTER_BUSY_MS = 1200


class Utc(TypeDecorator[datetime]):
    """An aware UTC instant, stored as whole milliseconds: sorts and compares alike on both databases."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_milliseconds(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_milliseconds(value)


class Amount(TypeDecorator[Decimal]):
    """An exact decimal with up to four digits after the point, stored as an integer of ten-thousandths.

    More digits than four are a bug of the caller, not rounded away.
    """

    impl = BigInteger
    cache_ok = True
    UNIT = Decimal("0.0001")

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(4)
        if scaled != scaled.to_integral_value():
            raise ValueError("an amount has at most four digits after the point")
        return int(scaled)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) * self.UNIT


class JsonText(TypeDecorator[Any]):
    """JSON as text, the same on both databases. Amounts inside are strings, never numbers."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def _tune_sqlite(connection: Any, busy_ms: int) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN is sent below; the driver must not add one.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={busy_ms}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _tune(engine: Engine, begin: str, busy_ms: int = BUSY_MS) -> None:
    event.listen(engine, "connect", lambda connection, _record: _tune_sqlite(connection, busy_ms))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))


def _sync_sqlite(url: str, begin: str, busy_ms: int) -> Engine:
    made = create_engine(url.replace("+aiosqlite", ""), connect_args={"check_same_thread": False}, pool_size=2)
    _tune(made, begin, busy_ms)
    return made


class Database:
    """The engines of one process. ``transaction`` writes; ``snapshot`` reads one consistent state."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.sync_engine: Engine | None = None
        # For what runs in one go (`one_go.py`): writing and reading.
        self.sync_writer: Engine | None = None
        self.sync_reader: Engine | None = None
        # SQLite lets one writer in and wakes the others in no order: here they queue, first come, first served.
        self._turn = asyncio.Lock()
        if self.is_sqlite:
            self.engine = create_async_engine(url, pool_size=4, max_overflow=8)
            self.reader = create_async_engine(url, pool_size=8, max_overflow=16)
            _tune(self.engine.sync_engine, "BEGIN IMMEDIATE")
            _tune(self.reader.sync_engine, "BEGIN")
            # The committer of live bids writes from its own thread with its own connection.
            self.sync_engine = _sync_sqlite(url, "BEGIN IMMEDIATE", COMMITTER_BUSY_MS)
            self.sync_writer = _sync_sqlite(url, "BEGIN IMMEDIATE", BUSY_MS)
            self.sync_reader = _sync_sqlite(url, "BEGIN", BUSY_MS)
        else:
            self.engine = create_async_engine(url, pool_size=16, max_overflow=16)
            self.reader = self.engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction; commits on leaving the block, rolls back on an exception."""
        async with self.turn(), self.engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The right to write on SQLite, first come, first served; nothing to wait for on PostgreSQL."""
        async with self._turn if self.is_sqlite else nullcontext():
            yield

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One consistent read-only view: SQLite's deferred transaction, PostgreSQL's REPEATABLE READ."""
        async with self.reader.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    async def dispose(self) -> None:
        """Close every connection."""
        for each in self._engines():
            await each.dispose()
        for engine in (self.sync_engine, self.sync_writer, self.sync_reader):
            if engine is not None:
                engine.dispose()

    def _engines(self) -> list[AsyncEngine]:
        return [self.engine] if self.reader is self.engine else [self.engine, self.reader]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that name the same columns: the statement is compiled once, the driver gets ready values. For the hot
    path of live bids, where binding the values of each row anew costs as much as writing it."""
    if rows:
        statement, columns = _insert_of(table, connection.dialect, tuple(rows[0]))
        ready = [tuple([row[name] if to is None else to(row[name]) for name, to in columns]) for row in rows]
        connection.exec_driver_sql(statement, ready)


@lru_cache(maxsize=32)
def _insert_of(
    table: Table, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """The INSERT of these columns in a dialect, and the columns in its order, each with what its type makes of a
    value."""
    columns = [column for column in table.c if column.name in names]
    statement = insert(table).compile(dialect=dialect, column_keys=[column.name for column in columns])
    return str(statement), [(one.name, one.type.dialect_impl(dialect).bind_processor(dialect)) for one in columns]


def row_mapping(row: Any) -> Mapping[str, Any]:
    """A row's columns by name."""
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public accessor, underscored to stay out of the columns' way
