"""A socket between a client and a replica: the ASGI side of it, and a line that drops, doubles and reorders."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any

from starlette.websockets import WebSocket

from app.live_rounds.protocol import EXTENSION, Taker
from app.live_rounds.socket import live_socket
from tests.simulation.replica import Replica

NO_STATUS, LOST = 1005, 1006
INSTANT = 1e-6


@dataclass(slots=True)
class Weather:
    """How bad the lines are. Rates of single frames; seconds."""

    dropped: float = 0.0
    doubled: float = 0.0
    # Frames of one line overtake each other.
    is_reordering: bool = False
    slowest: float = 0.02

    def calm(self) -> None:
        """From now on every frame arrives once and in order."""
        self.dropped = self.doubled = 0.0
        self.is_reordering = False
        self.slowest = 0.02


class Line:
    """One open socket. The client gets texts by `hear` and the end by `ended`."""

    def __init__(
        self,
        replica: Replica,
        round_id: str,
        *,
        weather: Weather,
        chance: Random,
        hear: Callable[["Line", str], None],
        ended: Callable[["Line", int], None],
    ) -> None:
        self.replica, self.weather, self.chance = replica, weather, chance
        self._hear, self._ended = hear, ended
        self.is_open = True
        self._taker: Taker | None = None
        # Cleared while the client does not read.
        self.reads = asyncio.Event()
        self.reads.set()
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        # When the last frame each way arrives: the next one never before, unless the line reorders.
        self._last = {"up": 0.0, "down": 0.0}
        self.sent: list[str] = []
        # Some processes run the own protocol, which writes at once; some the stock one.
        extensions = {EXTENSION: {"write": self.write_now, "take_by": self._take_by}} if replica.name % 2 else {}
        scope = {
            "type": "websocket",
            "app": SimpleNamespace(state=SimpleNamespace(world=replica.world)),
            "path": f"/ws/rounds/{round_id}",
            "query_string": b"",
            "headers": [(b"origin", b"http://testserver"), (b"host", b"testserver")],
            "scheme": "ws",
            "server": ("testserver", 80),
            "extensions": extensions,
        }
        replica.run(self._serve(WebSocket(scope, self._receive, self._send), round_id))

    async def _serve(self, websocket: WebSocket, round_id: str) -> None:
        try:
            await live_socket(websocket, round_id)
        finally:
            self._carry("down", self._end, LOST)

    # ── the client's side ────────────────────────────────────────────────────

    def say(self, text: str) -> None:
        """Send a frame to the server."""
        if self.is_open:
            self._carry("up", self._arrive, {"type": "websocket.receive", "text": text})

    def cut(self) -> None:
        """The line is gone: both sides hear of it, each in its time; what was on its way is lost."""
        self._carry("up", self._inbox.put_nowait, {"type": "websocket.disconnect", "code": LOST})
        self._end(LOST)

    def _take_by(self, taker: Taker) -> None:
        self._taker = taker

    def _arrive(self, message: dict[str, Any]) -> None:
        if not self.is_open or not self.replica.is_alive:
            return
        is_taken = self._taker is not None and self._inbox.empty() and self._taker(message["text"])
        if not is_taken:
            self._inbox.put_nowait(message)

    def _end(self, code: int) -> None:
        if self.is_open:
            self.is_open = False
            self.reads.set()
            self._ended(self, code)

    # ── the server's side ────────────────────────────────────────────────────

    async def _receive(self) -> dict[str, Any]:
        return await self._inbox.get()

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "websocket.send":
            self._write(message["text"])
        elif message["type"] == "websocket.close":
            self._carry("down", self._end, message.get("code", NO_STATUS))

    def write_now(self, text: str | bytes) -> bool:
        """What the room's own protocol offers; a frame that is ready has a head of two, four or ten bytes."""
        if not (self.reads.is_set() and self.is_open):
            return False
        self._write(text if isinstance(text, str) else text[{126: 4, 127: 10}.get(text[1], 2) :].decode())
        return True

    def _write(self, text: str) -> None:
        if self.replica.is_alive:
            self.sent.append(text)
            self._carry("down", self._tell, text)

    def _tell(self, text: str) -> None:
        if self.is_open:
            self._hear(self, text)

    # ── the wire ─────────────────────────────────────────────────────────────

    def _carry(self, way: str, deliver: Callable[[Any], None], load: Any) -> None:
        weather, loop = self.weather, asyncio.get_running_loop()
        is_text = deliver == self._tell or (isinstance(load, dict) and "text" in load)
        copies = 1
        if is_text and self.chance.random() < weather.dropped:
            copies = 0
        elif is_text and self.chance.random() < weather.doubled:
            copies = 2
        for _ in range(copies):
            at = loop.time() + self.chance.random() * weather.slowest
            if not (weather.is_reordering and is_text):
                # Of timers due at the same instant nobody knows the order.
                at = self._last[way] = max(at, self._last[way] + INSTANT)
            loop.call_at(at, deliver, load)
