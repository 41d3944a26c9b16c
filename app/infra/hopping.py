"""A transaction on SQLite from the event loop: each statement whole, with all its rows, in one hop to a thread.

A driver of asyncio hands every step of a statement to a thread and back (some ten a statement, and a greenlet around
each): four times the CPU time. Stores see what they ask of an AsyncConnection, and nothing else of it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, NestedTransaction
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

T = TypeVar("T")
# Statements wait in a thread for the disk, or for another process that writes; never for one another.
_THREADS = ThreadPoolExecutor(8, thread_name_prefix="sqlite")


async def hop(act: Callable[..., T], *words: Any) -> T:
    """Do something in a thread, to its end: whoever is cancelled meanwhile waits for that."""
    going = asyncio.get_running_loop().run_in_executor(_THREADS, act, *words)
    try:
        return await asyncio.shield(going)
    except asyncio.CancelledError:
        while not going.done():
            try:
                await asyncio.wait([going])
            except asyncio.CancelledError:
                continue
        if not going.cancelled():
            # Looked at, so that nobody logs it.
            going.exception()
        raise


class Hopping:
    """What stores ask of an AsyncConnection. It begins with its first statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self.dialect = engine.dialect

    async def execute(self, *words: Any) -> Any:
        """Run a statement; its rows are at hand."""
        return await hop(self._execute, *words)

    async def exec_driver_sql(self, *words: Any) -> Any:
        """The same for the driver's own SQL."""
        return await hop(lambda: _filled(self._open().exec_driver_sql(*words)))

    async def scalar(self, *words: Any) -> Any:
        """The first value of the first row."""
        return await hop(lambda: self._open().scalar(*words))

    async def run_sync(self, act: Callable[..., T], *words: Any, **named: Any) -> T:
        """Do something with the connection itself, in the thread."""
        return await hop(lambda: act(self._open(), *words, **named))

    async def begin_nested(self) -> "Savepoint":
        """A savepoint."""
        return Savepoint(await hop(lambda: self._open().begin_nested()))

    async def end(self, *, is_good: bool) -> None:
        """Commit or roll back, and let go of the connection."""
        if self._connection is not None:
            await hop(self._end, self._connection, is_good)

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.begin()
        return self._connection

    def _execute(self, *words: Any) -> Any:
        return _filled(self._open().execute(*words))

    @staticmethod
    def _end(connection: Connection, is_good: bool) -> None:  # noqa: FBT001 - a thread takes its words by place
        with connection:
            if is_good:
                connection.commit()
            else:
                connection.rollback()


class Savepoint:
    """A savepoint within such a transaction."""

    def __init__(self, held: NestedTransaction) -> None:
        self._held = held

    async def commit(self) -> None:
        """Keep what was done since."""
        await hop(self._held.commit)

    async def rollback(self) -> None:
        """Undo what was done since."""
        await hop(self._held.rollback)


def _filled(result: CursorResult[Any]) -> CursorResult[Any]:
    """A result with all its rows read, as an async driver gives it."""
    if result.returns_rows and result.cursor is not None:
        rows = result.cursor.fetchall()
        result.cursor_strategy = FullyBufferedCursorFetchStrategy(result.cursor, None, rows)
    return result
