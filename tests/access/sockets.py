"""A websocket client inside this process: speaks ASGI to the application, keeps every frame it was sent."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

# Longer than a commit on a busy machine, shorter than the test's own timeout.
PATIENCE_SECONDS = 10.0


class Socket:
    """One side of a connection; `frames` holds the texts as they came."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.close_code: int | None = None
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._came = asyncio.Event()

    async def send(self, **frame: Any) -> None:
        """Send one frame of the protocol."""
        await self._to_app.put({"type": "websocket.receive", "text": json.dumps(frame)})

    async def expect(self, *kinds: str, **members: Any) -> dict[str, Any]:
        """Wait for a frame of one of the types, with these members, not handed out before."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for text in self.frames[self._read :]:
                    self._read += 1
                    frame: dict[str, Any] = json.loads(text)
                    if frame["type"] in kinds and members.items() <= frame.items():
                        return frame
                if self.close_code is not None:
                    raise ConnectionError(f"closed with {self.close_code} while waiting for {kinds}")
                self._came.clear()
                await self._came.wait()

    _read = 0

    async def receive(self) -> dict[str, Any]:
        """What the application reads."""
        return await self._to_app.get()

    async def take(self, message: MutableMapping[str, Any]) -> None:
        """What the application writes."""
        if message["type"] == "websocket.send":
            self.frames.append(message.get("text") or message["bytes"].decode())
        elif message["type"] == "websocket.close":
            self.close_code = message.get("code", 1000)
        elif message["type"] == "websocket.http.response.start":
            self.close_code = message["status"]
        self._came.set()

    async def leave(self) -> None:
        """Go away, as a browser does."""
        await self._to_app.put({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def connected(app: FastAPI, path: str, *, cookies: dict[str, str], origin: str) -> AsyncIterator[Socket]:
    """An open connection to a path of the application; the handshake is a browser's."""
    socket = Socket()
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"origin", origin.encode()), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 40000),
        "server": ("testserver", 80),
        "subprotocols": [],
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }
    await socket._to_app.put({"type": "websocket.connect"})
    task = asyncio.create_task(app(scope, socket.receive, socket.take))
    try:
        yield socket
    finally:
        await socket.leave()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await task
