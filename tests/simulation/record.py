"""The database of a simulation: one file for all replicas, in the same thread, so that the seed decides every order.

A statement answers at once. Writers come in one at a time; before each statement, and before and after each commit, the
process may die, and a commit may fail or be done without anybody hearing of it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, cast

from sqlalchemy import Connection, QueuePool, Select, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from app.infra.db import Database

# A transaction is on its way for so long at most.
LONGEST_WAY = 0.02


class _File:
    """Which file the engines of this process open: they are made once, because they keep their compiled statements."""

    path = Path()


def _connect() -> sqlite3.Connection:
    made = sqlite3.connect(_File.path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "busy_timeout=0"):
        made.execute(f"PRAGMA {pragma}")
    return made


def _engine(begin: str) -> Any:
    made = create_engine("sqlite://", creator=_connect, poolclass=QueuePool, pool_size=20, max_overflow=100)
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql(begin))
    return made


_WRITER, _READER = _engine("BEGIN IMMEDIATE"), _engine("BEGIN")


class Record:
    """The database server: its file, and the one writer it lets in at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turn = asyncio.Lock()
        _WRITER.dispose()
        _READER.dispose()
        _File.path = path

    def peek(self, query: Select[Any]) -> list[Any]:
        """Rows as they are now, beside everything that happens."""
        with _READER.connect() as connection, connection.begin():
            return list(connection.execute(query))

    def close(self) -> None:
        """Let go of the file, and throw it away."""
        _WRITER.dispose()
        _READER.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


class Trouble:
    """What may go wrong on the way to the record, by the seed."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        # Of so many transactions each: no lock, a failed commit, a commit nobody hears of.
        self.locked = self.failed = self.unheard = 0.0
        # Out of reach until then, by the loop's time.
        self.down_until = 0.0

    def strikes(self, rate: float) -> bool:
        """Whether it happens now."""
        return rate > 0 and self.chance.random() < rate


def _broken(what: str) -> OperationalError:
    return OperationalError("simulated", {}, sqlite3.OperationalError(what))


class _Statements:
    """What stores ask of an AsyncConnection; each statement is a moment at which the process may die."""

    def __init__(self, connection: Connection, beat: Callable[[], None]) -> None:
        self._connection = connection
        self._beat = beat
        self.dialect = connection.dialect

    async def execute(self, *words: Any) -> Any:
        self._beat()
        return self._connection.execute(*words)

    async def scalar(self, *words: Any) -> Any:
        self._beat()
        return self._connection.scalar(*words)

    async def run_sync(self, act: Callable[..., Any], *words: Any, **named: Any) -> Any:
        self._beat()
        return act(self._connection, *words, **named)


class SimDatabase(Database):
    """One replica's way to the record."""

    def __init__(
        self, record: Record, *, trouble: Trouble | None = None, beat: Callable[[], None] | None = None
    ) -> None:
        self.url = f"sqlite+aiosqlite:///{record.path}"
        # As on PostgreSQL: there are other replicas, and no thread of its own for the committer.
        self.is_sqlite = False
        self.sync_engine = self.sync_writer = self.sync_reader = None
        self._record = record
        self._trouble = trouble
        self._beat = beat or (lambda: None)

    async def _go(self) -> None:
        self._beat()
        trouble = self._trouble
        await asyncio.sleep(0 if trouble is None else trouble.chance.random() ** 3 * LONGEST_WAY)
        self._beat()
        if trouble is not None and asyncio.get_running_loop().time() < trouble.down_until:
            raise _broken("the server is down")

    def _may(self, name: str) -> bool:
        return self._trouble is not None and self._trouble.strikes(getattr(self._trouble, name))

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._record.turn:
            await self._go()
            if self._may("locked"):
                raise _broken("database is locked")
            with _WRITER.connect() as connection, connection.begin() as held:
                yield cast("AsyncConnection", _Statements(connection, self._beat))
                await self._go()
                if self._may("failed"):
                    raise _broken("the commit failed")
                held.commit()
            # The process may die between the commit and its first word about it.
            self._beat()
            if self._may("unheard"):
                raise _broken("the connection was lost after the commit")

    @override
    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        await self._go()
        with _READER.connect() as connection, connection.begin():
            yield cast("AsyncConnection", _Statements(connection, self._beat))

    @override
    async def dispose(self) -> None:
        """The record closes its own engines."""
