"""A transaction in one go: on SQLite in one thread from BEGIN to COMMIT, for batches (PERFORMANCE.md section 4).

An async driver hands every statement to a thread and back; a batch has a dozen of them, and what they cost is the
handing over. Stores stay as they are: their statements find a connection that answers at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database

T = TypeVar("T")
# Of their own: a receipt waits behind nobody's long work in a thread.
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="one-go")
Act = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class _AtOnce:
    """What stores ask of an AsyncConnection, on a sync one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    async def execute(self, *words: Any) -> Any:
        return self._connection.execute(*words)

    async def scalar(self, *words: Any) -> Any:
        return self._connection.scalar(*words)

    async def run_sync(self, act: Callable[..., Any], *words: Any) -> Any:
        return act(self._connection, *words)


async def write_in_one_go(db: Database, act: Act[T]) -> T:
    """One write transaction around an act that waits for nothing but the database."""
    if db.sync_writer is None:
        async with db.transaction() as tx:
            return await act(tx)
    async with db.turn():
        return await _in_thread(db.sync_writer, act)


async def read_in_one_go(db: Database, act: Act[T], *, executor: Executor | None = None) -> T:
    """One consistent read-only view for an act that waits for nothing but the database; ``executor``: a caller's own
    thread for it, on SQLite."""
    if db.sync_reader is None:
        async with db.snapshot() as tx:
            return await act(tx)
    return await _in_thread(db.sync_reader, act, executor)


def _in_thread(engine: Engine, act: Act[T], executor: Executor | None = None) -> Awaitable[T]:
    def run() -> T:
        with engine.connect() as connection, connection.begin():
            return _finish(act(cast("AsyncConnection", _AtOnce(connection))))

    # A cancelled wait would leave the thread committing behind our back.
    return asyncio.shield(asyncio.get_running_loop().run_in_executor(executor or _THREADS, run))


def _finish(act: Coroutine[Any, Any, T]) -> T:
    """Run an act to its end here and now. Raises RuntimeError if it waits for something else than the database."""
    try:
        act.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    act.close()
    raise RuntimeError("an act in one go waits for nothing but the database")
