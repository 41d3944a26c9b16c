"""uvicorn's HTTP protocol with a bound on the head of a request: its size, and the time it may take (attacks.md I04).

The library waits for ever for a head that comes a byte at a time, and keeps whatever comes; in front of everything that
could refuse it. Bodies have their own bounds (`web.py`).
"""

import asyncio
from typing import Any, Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A cookie, a token and what browsers say of themselves come to some 2 KiB.
MOST_HEAD_BYTES: Final = 32 * 1024
# A phone on a bad line needs a few seconds for one packet.
HEAD_SECONDS: Final = 20.0


class BoundedHttp(HttpToolsProtocol):
    """Named in the server's start: `http="app.infra.http_edge:BoundedHttp"`."""

    _read = 0
    _timer: asyncio.TimerHandle | None = None
    _is_in_head = True

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._read += len(data)
        if self._is_in_head and self._read > MOST_HEAD_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._is_in_head:
            self._await_head()

    @override
    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._stop()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._is_in_head, self._read = True, 0
        self._stop()
        self._timer = self.loop.call_later(HEAD_SECONDS, self._refuse, b"408 Request Timeout")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        self._stop()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()
