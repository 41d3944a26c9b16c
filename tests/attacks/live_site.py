"""What attacks on a live round share: a witness who only wants to bid, and sockets and requests made by hand."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

from app.live_rounds import store
from tests.live_rounds.servers import Live, Seat
from tests.live_rounds.test_faults import _handshake as handshake
from tests.live_rounds.test_faults import _masked as masked

WITNESS = 4


class Witness:
    """Somebody who only wants to bid."""

    def __init__(self, live: Live, seat: Seat) -> None:
        self.live, self.seat = live, seat

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Well before and after."""
        await self.is_well()
        yield
        await self.is_well()

    async def is_well(self) -> None:
        """A bid is answered by its rules, ticks come on, the socket is open."""
        async with self.live.world.db.snapshot() as tx:
            bids = await store.list_accepted_bids(tx, self.live.stage.lots[0])
        own = [bid.amount for bid in bids if bid.tag == self.live.stage.tag(WITNESS)]
        amount = "280.00" if not own else f"{own[-1] - 2:.2f}"
        # Not how fast: whoever is kept from bidding is kept for good. Beside other tests an answer may take seconds.
        async with asyncio.timeout(30):
            answer = await self.seat.bid(self.live.stage.lots[0], amount)
            assert answer["type"] == "receipt", answer
            await self.seat.next_tick()
        assert not self.seat.is_closed
        ticks = [state["tick"] for state in self.seat.states()]
        assert all(before < after for before, after in pairwise(ticks))


@asynccontextmanager
async def raw(live: Live, *, hello: bool = True) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A socket by hand: whatever bytes one likes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    try:
        writer.write(handshake(live))
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        if hello:
            writer.write(masked(json.dumps({"type": "hello", "ticket": await live.ticket(live.stage.rep(0))})))
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def frame(opcode: int, body: bytes = b"", *, is_last: bool = True) -> bytes:
    """A client's frame; short bodies only."""
    assert len(body) < 126
    return bytes(((0x80 if is_last else 0) | opcode, 0x80 | len(body))) + b"\0\0\0\0" + body


async def closed_with(reader: asyncio.StreamReader) -> int:
    """The code in the close frame that ends what the server sent."""
    async with asyncio.timeout(20):
        while True:
            head = await reader.readexactly(2)
            size = head[1] & 0x7F
            if size == 126:
                size = int.from_bytes(await reader.readexactly(2), "big")
            body = await reader.readexactly(size)
            if head[0] & 0x0F == 8:
                return int.from_bytes(body[:2], "big")


async def sent_slowly(live: Live, data: bytes, *, seconds: float = 10) -> bytes:
    """What the server says to these bytes and then nothing more; empty where it closes at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    try:
        writer.write(data)
        await writer.drain()
        return await asyncio.wait_for(reader.read(200), seconds)
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def ended(writer: asyncio.StreamWriter) -> bool:
    """Whether the server has ended it."""
    async with asyncio.timeout(10):
        while not writer.is_closing():
            with suppress(ConnectionError):
                writer.write(frame(9, b"?"))
                await writer.drain()
            await asyncio.sleep(0.05)
    return True
