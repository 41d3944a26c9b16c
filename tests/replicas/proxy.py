"""One door for several processes: a TCP proxy that hands each new connection to the next one that listens."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count

CHUNK = 65_536


class Proxy:
    """Round robin over ports; one that refuses is passed over, as a front does it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.port = 0
        self._turns = count()
        self._open: set[asyncio.StreamWriter] = set()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            upstream = await self._connect()
            if upstream is not None:
                await asyncio.gather(_pour(reader, upstream[1]), _pour(upstream[0], writer))
        finally:
            self._open.discard(writer)
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turns)
        for at in range(len(self.ports)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.ports[(first + at) % len(self.ports)])
        return None

    def cut(self) -> None:
        """Drop every connection that goes through."""
        for writer in list(self._open):
            writer.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    # One way is at its end: so is the other.
    writer.close()


@asynccontextmanager
async def proxying(ports: Sequence[int]) -> AsyncIterator[Proxy]:
    """A proxy before these ports."""
    made = Proxy(ports)
    server = await asyncio.start_server(made._take, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.cut()
