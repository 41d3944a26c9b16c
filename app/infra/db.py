"""The database: SQLAlchemy Core on SQLite (default) or PostgreSQL, with the same tables and the same code.

SQLite runs WAL with synchronous=FULL and BEGIN IMMEDIATE for writers: an acknowledged act survives a power cut.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import orjson
from asyncpg import Connection as RawConnection
from asyncpg import connect as connect_raw
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import BigInteger, Connection, Engine, MetaData, String, Table, Text, create_engine, event, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from app.domain.entries import from_milliseconds, to_milliseconds
from app.infra.at_hand import AtHand
from app.infra.hopping import Hopping

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
_ANY_THREAD = {"check_same_thread": False}
# Snapshots of SQLite at once; each is a connection.
MOST_READERS = 24
COMMITTER_BUSY_MS = 1200
# Of a statement that has another way to go.
SHORT_BUSY_MS = 200
# One plan for all sizes of a batch, made once.
_RAW_SETTINGS = {"lock_timeout": str(SHORT_BUSY_MS), "jit": "off", "plan_cache_mode": "force_generic_plan"}


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

    @staticmethod
    def stored(value: Decimal) -> int:
        """The stored form. Raises ValueError where the amount has more than four digits after the point."""
        scaled = value.scaleb(4)
        whole = int(scaled)
        if whole != scaled:
            raise ValueError("an amount has at most four digits after the point")
        return whole

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else self.stored(value)

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
    # What was deleted or replaced is wiped wherever its page is written anyhow: a stolen file has no yesterday in it.
    wiping = "secure_delete=FAST"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={busy_ms}", "foreign_keys=ON", wiping):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _tune(engine: Engine, begin: str | None, busy_ms: int = BUSY_MS) -> None:
    event.listen(engine, "connect", lambda connection, _record: _tune_sqlite(connection, busy_ms))
    if begin is not None:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))


def _sync_sqlite(url: str, begin: str | None, busy_ms: int) -> Engine:
    made = create_engine(
        url.replace("+aiosqlite", ""), connect_args={"check_same_thread": False}, pool_size=8, max_overflow=-1
    )
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
        self._readers = asyncio.Semaphore(MOST_READERS)
        # For `run_prepared`.
        self._raw: RawConnection | None = None
        self._prepared: dict[str, PreparedStatement] = {}
        if self.is_sqlite:
            self.engine = create_async_engine(url, pool_size=4, max_overflow=8)
            _tune(self.engine.sync_engine, "BEGIN IMMEDIATE")
            # The committer of live bids writes from its own thread with its own connection, and begins by itself.
            self.sync_engine = _sync_sqlite(url, None, COMMITTER_BUSY_MS)
            self.sync_writer = _sync_sqlite(url, "BEGIN IMMEDIATE", BUSY_MS)
            self.sync_reader = _sync_sqlite(url, "BEGIN", BUSY_MS)
        else:
            self.engine = create_async_engine(url, pool_size=16, max_overflow=16)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction; commits on leaving the block, rolls back on an exception."""
        if self.sync_writer is not None:
            async with self._turn, _hopping(self.sync_writer) as tx:
                yield tx
        else:
            async with self.engine.connect() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The right to write on SQLite, first come, first served; nothing to wait for on PostgreSQL."""
        async with self._turn if self.is_sqlite else nullcontext():
            yield

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One consistent read-only view: SQLite's deferred transaction, PostgreSQL's REPEATABLE READ."""
        if self.sync_reader is not None:
            async with self._readers, _hopping(self.sync_reader) as tx:
                yield tx
            return
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    async def run_prepared(self, statement: str, words: Sequence[Any]) -> Any:
        """One statement, a transaction of its own, on PostgreSQL and past SQLAlchemy; the first value it gives. One
        caller at a time. Raises asyncpg's exceptions."""
        if self._raw is None or self._raw.is_closed():  # type: ignore[no-untyped-call]  # asyncpg has no annotations
            dsn = self.url.replace("+asyncpg", "")
            self._raw = await connect_raw(dsn, server_settings=_RAW_SETTINGS)  # type: ignore[no-untyped-call]  # as above
            self._prepared = {}
        ready = self._prepared.get(statement)
        if ready is None:
            ready = self._prepared[statement] = await self._raw.prepare(statement)
        return await ready.fetchval(*words)

    async def dispose(self) -> None:
        """Close every connection."""
        if self._raw is not None:
            await self._raw.close()  # type: ignore[no-untyped-call]  # as above
        await self.engine.dispose()
        for engine in (self.sync_engine, self.sync_writer, self.sync_reader):
            if engine is not None:
                engine.dispose()


@asynccontextmanager
async def _hopping(engine: Engine) -> AsyncIterator[AsyncConnection]:
    tx = Hopping(engine)
    try:
        yield cast("AsyncConnection", tx)
    except BaseException:
        await tx.end(is_good=False)
        raise
    await tx.end(is_good=True)


def insert_rows(connection: Connection | AtHand, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that name the same columns: the statement is compiled once, the driver gets ready values. For the hot
    path of live bids, where binding the values of each row anew costs as much as writing it."""
    if isinstance(connection, AtHand):
        connection.insert(table.name, rows)
    elif rows:
        statement, columns = _insert_of(table, connection.dialect, tuple(rows[0]))
        ready = [tuple([row[name] if to is None else to(row[name]) for name, to in columns]) for row in rows]
        connection.exec_driver_sql(statement, ready)


def insert_ready(connection: Connection | AtHand, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows in the order of the table's columns, each value as the driver takes it."""
    if isinstance(connection, AtHand):
        connection.insert(table.name, rows)
    elif rows:
        statement, _ = _insert_of(table, connection.dialect, tuple(table.c.keys()))
        connection.exec_driver_sql(statement, list(rows))


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
