"""uvicorn's websocket protocol, with three things a fair and quick room needs: when a frame was complete, who stopped
reading, and writing to one who reads without a turn of the loop.

Named in the server's start: `ws="app.live_rounds.protocol:LiveProtocol"`. Without it everything works as well, only
frames are stamped when their task runs, one who stops reading is noticed when the pipe is full, and each frame costs
the turn of a task.
"""

from collections.abc import Callable
from typing import Any, Final, TypedDict, cast

from starlette.types import Scope
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

# Of the time a reader may stand still: a ping goes out after this share, the rest is for its answer.
PING_SHARE: Final = 0.3
CLOSE_SLOW: Final = 4008
# A reader that does not even take the close frame holds its buffers no longer than this.
ABORT_SECONDS: Final = 5.0
# The name of the room's own extension in an ASGI scope.
EXTENSION: Final = "bidroom.write_now"
# RFC 6455 section 5.2: a whole text frame; lengths above 125 follow in two or eight bytes.
TEXT_HEAD: Final = 0x81
SHORT, TWO_BYTES, EIGHT_BYTES = 125, b"\x81\x7e", b"\x81\x7f"


class LiveProtocol(WebSocketsSansIOProtocol):
    """LIVE.md section 2: rule 1 (stamped before parsing) and rule 5 (a slow reader is closed with 4008)."""

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application's task starts with the next turn of the loop, so it finds this.
            self.scope["extensions"][EXTENSION] = {"write": self.write_now}

    def write_now(self, text: str) -> bool:
        """Write a text frame, all at once; False, and nothing done, where the caller has to wait or it is over."""
        is_ready = (
            self.writable.is_set()
            and self.handshake_complete
            and not (self.close_sent or self.disconnected or self.conn.extensions)
            and self.conn.state is OPEN
            and not self.transport.is_closing()
        )
        if is_ready:
            self.transport.write(text_frame(text.encode()))
        return is_ready

    @override
    def send_receive_event_to_app(self) -> None:
        held = self.queue.qsize()
        super().send_receive_event_to_app()
        if self.queue.qsize() > held:
            newest: Any = self.queue._queue[-1]  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio.Queue shows no tail
            newest["loop_time"] = self.loop.time()

    @override
    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(CLOSE_SLOW, "slow reader")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CLOSE_SLOW, "reason": ""})
        self.transport.close()
        self.loop.call_later(ABORT_SECONDS, self.transport.abort)


def text_frame(data: bytes) -> bytes:
    """A server's text frame, unmasked and uncompressed."""
    size = len(data)
    if size <= SHORT:
        return bytes((TEXT_HEAD, size)) + data
    return (TWO_BYTES + size.to_bytes(2, "big") if size < 2**16 else EIGHT_BYTES + size.to_bytes(8, "big")) + data


def writer_of(scope: Scope) -> Callable[[str], bool] | None:
    """`write_now` of a socket's protocol; None under any other protocol."""
    offered = scope.get("extensions", {}).get(EXTENSION)
    return None if offered is None else cast("Callable[[str], bool]", offered["write"])


class PingSettings(TypedDict):
    """The names are uvicorn's."""

    ws_ping_interval: float
    ws_ping_timeout: float


def ping_settings(slow_reader_seconds: int) -> PingSettings:
    """uvicorn's ping settings by which one who stops reading is closed within `slow_reader_seconds`."""
    interval = slow_reader_seconds * PING_SHARE
    return {"ws_ping_interval": interval, "ws_ping_timeout": slow_reader_seconds - interval}
