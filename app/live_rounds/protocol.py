"""uvicorn's websocket protocol, with two things a fair room needs: when a frame was complete, and who stopped reading.

Named in the server's start: `ws="app.live_rounds.protocol:LiveProtocol"`. Without it everything works as well, only
frames are stamped when their task runs, and one who stops reading is noticed when the pipe is full.
"""

from typing import Any, Final, TypedDict

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Of the time a reader may stand still: a ping goes out after this share, the rest is for its answer.
PING_SHARE: Final = 0.3
CLOSE_SLOW: Final = 4008
# A reader that does not even take the close frame holds its buffers no longer than this.
ABORT_SECONDS: Final = 5.0


class LiveProtocol(WebSocketsSansIOProtocol):
    """LIVE.md section 2: rule 1 (stamped before parsing) and rule 5 (a slow reader is closed with 4008)."""

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


class PingSettings(TypedDict):
    """The names are uvicorn's."""

    ws_ping_interval: float
    ws_ping_timeout: float


def ping_settings(slow_reader_seconds: int) -> PingSettings:
    """uvicorn's ping settings by which one who stops reading is closed within `slow_reader_seconds`."""
    interval = slow_reader_seconds * PING_SHARE
    return {"ws_ping_interval": interval, "ws_ping_timeout": slow_reader_seconds - interval}
