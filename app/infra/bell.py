"""The bell: "topic T moved", and nothing else. The record is re-read, so a lost ring costs a poll, never a bid.

In one process it is an asyncio.Event per listener; between processes PostgreSQL's LISTEN/NOTIFY carries the same
topics.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable

from asyncpg import connect
from asyncpg.exceptions import InterfaceError, PostgresError
from typing_extensions import override

CHANNEL = "bidroom_bell"
# After a lost connection to PostgreSQL.
RETRY_SECONDS = 1


class Bell:
    """Fan-out of rings inside this process. Rings on one topic that nobody has heard yet are one ring."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Callable[[], None]]] = defaultdict(set)

    async def start(self) -> None:
        """Connect to other processes, where there are any."""

    async def stop(self) -> None:
        """Disconnect."""

    def ring(self, topic: str) -> None:
        """Tell every listener of ``topic`` that the record moved. Call after the commit, never before."""
        self._ring_here(topic)

    def subscribe(self, topic: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` (cheap, on the event loop) at each ring; returns the function that ends it."""
        self._listeners[topic].add(callback)

        def unsubscribe() -> None:
            self._listeners[topic].discard(callback)

        return unsubscribe

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set at each ring; clear it before re-reading the record."""
        event = asyncio.Event()
        unsubscribe = self.subscribe(topic, event.set)
        try:
            yield event
        finally:
            unsubscribe()

    def _ring_here(self, topic: str) -> None:
        for callback in list(self._listeners.get(topic, ())):
            callback()


class PostgresBell(Bell):
    """The same bell, also heard by the other replicas; NOTIFY is conflated per topic and sent outside the bid's
    transaction."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._dsn = dsn
        self._waiting: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @override
    async def start(self) -> None:
        """Begin listening and sending in the background."""
        self._task = asyncio.create_task(self._run())

    @override
    async def stop(self) -> None:
        """End the background task."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @override
    def ring(self, topic: str) -> None:
        """Ring here at once, elsewhere with the next NOTIFY."""
        self._ring_here(topic)
        self._waiting.add(topic)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._serve()
            except (OSError, PostgresError, InterfaceError):
                await asyncio.sleep(RETRY_SECONDS)

    async def _serve(self) -> None:
        connection = await connect(self._dsn)  # type: ignore[no-untyped-call]  # asyncpg ships no annotation for it
        try:
            # A connection that was cut says nothing more: whoever waits for a ring must hear of it.
            connection.add_termination_listener(lambda _connection: self._wake.set())
            await connection.add_listener(CHANNEL, lambda *call: self._ring_here(str(call[3])))
            # What was rung elsewhere meanwhile nobody knows.
            for topic in list(self._listeners):
                self._ring_here(topic)
            while not connection.is_closed():
                for topic in list(self._waiting):
                    self._waiting.discard(topic)
                    try:
                        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, topic)
                    except BaseException:
                        # Not rung: the next connection does it.
                        self._waiting.add(topic)
                        raise
                await self._wake.wait()
                self._wake.clear()
        finally:
            await connection.close()
