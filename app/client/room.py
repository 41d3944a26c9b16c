"""A bidder's websocket: ticket, hello, frames; bids with client-made ids and their answers."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.client.caller import Caller

ANSWER_SECONDS = 30.0


class Room:
    """An open socket of one round. ``lots`` is the newest state of each lot; ``changed`` is set at each frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.lots: dict[str, dict[str, Any]] = {}
        self.welcome: dict[str, Any] = {}
        self.notices: list[dict[str, Any]] = []
        # Another window of the same supplier is open: one of them has the pen.
        self.has_company = False
        self.changed = asyncio.Event()
        self.is_closed = False

    async def say(self, frame: dict[str, Any]) -> None:
        """Send one frame."""
        await self._connection.send(json.dumps(frame))

    async def bid(self, lot_id: str, amount: str, *, bid_id: str | None = None) -> dict[str, Any]:
        """Place a bid and wait for its receipt or refusal (the whole frame). Raises TimeoutError or
        ConnectionClosed."""
        name = bid_id or str(uuid.uuid4())
        answer = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        await self.say({"type": "place_bid", "bid_id": name, "lot_id": lot_id, "amount": amount})
        async with asyncio.timeout(ANSWER_SECONDS):
            made: dict[str, Any] = await answer
        return made

    async def read(self) -> None:
        """Take in frames until the socket closes."""
        try:
            async for text in self._connection:
                self._take(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self.is_closed = True
            self.changed.set()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the socket closed before the answer"))

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind in ("welcome", "state"):
            if kind == "welcome":
                self.welcome = frame
            self.lots.update({lot["lot_id"]: lot for lot in frame["lots"]})
        elif kind == "pen":
            self.has_company = bool(frame["peers"])
        elif kind == "notice":
            self.notices.append(frame)
        elif (answer := self._answers.pop(frame.get("bid_id") or "", None)) is not None and not answer.done():
            answer.set_result(frame)
        self.changed.set()

    async def next_frame(self) -> None:
        """Wait for any frame (or the close of the socket)."""
        self.changed.clear()
        await self.changed.wait()


@asynccontextmanager
async def enter_room(caller: Caller, round_id: str) -> AsyncIterator[Room]:
    """Open the round's socket as the caller, say hello with a one-time ticket, wait for the welcome."""
    ticket = (await caller.post("/ws-tickets", {"round_id": round_id}))["ticket"]
    address = caller.base_url.replace("http", "ws", 1) + f"/ws/rounds/{round_id}"
    async with connect(address, origin=caller.base_url, compression=None, proxy=None) as connection:  # type: ignore[arg-type]  # an Origin is a str
        room = Room(connection)
        await room.say({"type": "hello", "ticket": ticket})
        reader = asyncio.create_task(room.read())
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while not room.welcome and not room.is_closed:
                    await room.next_frame()
            yield room
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
