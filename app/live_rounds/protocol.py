"""uvicorn's websocket protocol, with four things a fair and quick room needs: when a frame was complete, who stopped
reading, and writing to one who reads, and taking a short frame from him, without a turn of the loop.

Named in the server's start: `ws="app.live_rounds.protocol:LiveProtocol"`. Without it everything works as well, only
frames are stamped when their task runs, one who stops reading is noticed when the pipe is full, and each frame, either
way, costs the turn of a task.
"""

from collections.abc import Callable
from typing import Any, Final, TypedDict, cast

from starlette.types import Scope
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.utils import apply_mask

from app.live_rounds.limits import Bucket

# Of the time a reader may stand still: a ping goes out after this share, the rest is for its answer.
PING_SHARE: Final = 0.3
CLOSE_SLOW: Final = 4008
CLOSE_FLOOD: Final = 4429
BAD_HANDSHAKE: Final = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
# Pings, pongs and pieces of frames: a browser sends one in some seconds, a proxy cuts a large frame into a few dozen.
SMALL_FRAMES_PER_SECOND: Final = 50.0
SMALL_FRAMES_BURST: Final = 500.0
# A reader that does not even take the close frame holds its buffers no longer than this.
ABORT_SECONDS: Final = 5.0
# The name of the room's own extension in an ASGI scope.
EXTENSION: Final = "bidroom.write_now"
# RFC 6455 section 5.2: a whole text frame; lengths above 125 follow in two or eight bytes.
TEXT_HEAD: Final = 0x81
FINAL, MASKED, SIZE, MASK_BYTES = 0x80, 0x80, 0x7F, 4
# A frame with one letter; and the longest that is worth taking at once: a bid has some 130.
SHORTEST, LONGEST_TAKEN = 2 + MASK_BYTES + 1, 512
HEAD_END: Final = b"\r\n\r\n"
# Given a text as soon as it is complete; false where it was not taken.
Taker = Callable[[str], bool]
SHORT, TWO_BYTES, EIGHT_BYTES = 125, b"\x81\x7e", b"\x81\x7f"


class LiveProtocol(WebSocketsSansIOProtocol):
    """LIVE.md section 2: rule 1 (stamped before parsing) and rule 5 (a slow reader is closed with 4008)."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._taker: Taker | None = None
        self._border = Border()

    def take_by(self, taker: Taker) -> None:
        """Offer short text frames to the application as they come; what it does not take goes the usual way."""
        self._taker = taker
        # The person is known and seated: nobody asks for the handshake again, and it is a tenth of the memory.
        self.scope["headers"] = []
        del self.request, self.response

    def _is_taken(self, data: bytes) -> bool:
        """Whether this was one whole text frame, and the application has taken it at once: never in front of another
        that waits."""
        is_free = self._taker is not None and self._border.left == 0 and self.queue.empty() and not self.close_sent
        text = whole_text(data) if is_free and self.conn.state is OPEN else None
        return text is not None and self._taker is not None and self._taker(text)

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_taken(data):
            return
        if self.handshake_initiated:
            self._border.pass_over(data)
        elif HEAD_END in data and not data.endswith(HEAD_END):
            # Frames right behind the handshake: where they end is not looked for.
            self._border.left = None
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.transport.is_closing():
            # The library has given the request up and says nothing of it: the connection would stay for ever.
            self.transport.write(BAD_HANDSHAKE)
            self.transport.close()

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application's task starts with the next turn of the loop, so it finds this.
            self.scope["extensions"][EXTENSION] = {"write": self.write_now, "take_by": self.take_by}

    def write_now(self, text: str | bytes) -> bool:
        """Write a text, or a frame that is ready, all at once; False, and nothing done, where the caller has to wait or
        it is over."""
        is_ready = (
            self.writable.is_set()
            and self.handshake_complete
            and not (self.close_sent or self.disconnected or self.conn.extensions)
            and self.conn.state is OPEN
            and not self.transport.is_closing()
        )
        if is_ready:
            self.transport.write(text_frame(text.encode()) if isinstance(text, str) else text)
        return is_ready

    @override
    def send_receive_event_to_app(self) -> None:
        held = self.queue.qsize()
        super().send_receive_event_to_app()
        if self.queue.qsize() > held:
            newest: Any = self.queue._queue[-1]  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio.Queue shows no tail
            newest["loop_time"] = self.loop.time()

    @override
    def handle_ping(self) -> None:
        if self._is_bearable():
            super().handle_ping()

    @override
    def handle_pong(self, event: Frame) -> None:
        if self._is_bearable():
            super().handle_pong(event)

    @override
    def handle_cont(self, event: Frame) -> None:
        if self._is_bearable():
            super().handle_cont(event)

    def _is_bearable(self) -> bool:
        """Whether one more frame that says nothing may come: pings, and pieces of a frame, of which none has a size."""
        bucket: Bucket | None = getattr(self, "small_frames", None)
        if bucket is None:
            bucket = self.small_frames = Bucket(SMALL_FRAMES_PER_SECOND, SMALL_FRAMES_BURST)
        is_bearable = bucket.take(self.loop.time())
        if not is_bearable:
            self.frames = []
            self._end(CLOSE_FLOOD, "flood")
        return is_bearable

    @override
    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        self._end(CLOSE_SLOW, "slow reader")

    def _end(self, code: int, reason: str) -> None:
        """Close from here, whatever the application does meanwhile."""
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.transport.close()
        self.loop.call_later(ABORT_SECONDS, self.transport.abort)


class Border:
    """Where the next frame of a client begins, as far as it is easy to tell: `left` bytes from here, None: unknown."""

    def __init__(self) -> None:
        self.left: int | None = 0

    def pass_over(self, data: bytes) -> None:
        """Take in what the client sent next. A message in pieces, or a head cut in two, ends the looking for good."""
        at = self.left
        while at is not None and at < len(data):
            found = head_of(data, at)
            at = None if found is None or not data[at] & FINAL else at + sum(found)
        self.left = None if at is None else at - len(data)


def head_of(data: bytes, at: int) -> tuple[int, int] | None:
    """How long head and body of a masked frame are; None where the head is not whole, or not a client's."""
    if len(data) < at + 2 or not data[at + 1] & MASKED:
        return None
    size = data[at + 1] & SIZE
    wide = {126: 2, 127: 8}.get(size, 0)
    if len(data) < at + 2 + wide:
        return None
    return 2 + wide + MASK_BYTES, int.from_bytes(data[at + 2 : at + 2 + wide], "big") if wide else size


def whole_text(data: bytes) -> str | None:
    """The text of a client's frame, if these bytes are one whole short text frame and nothing else."""
    if len(data) < SHORTEST or data[0] != TEXT_HEAD:
        return None
    found = head_of(data, 0)
    if found is None or sum(found) != len(data) or len(data) > LONGEST_TAKEN:
        return None
    start = found[0]
    try:
        return apply_mask(data[start:], data[start - MASK_BYTES : start]).decode()
    except UnicodeDecodeError:
        return None


def text_frame(data: bytes) -> bytes:
    """A server's text frame, unmasked and uncompressed."""
    size = len(data)
    if size <= SHORT:
        return bytes((TEXT_HEAD, size)) + data
    return (TWO_BYTES + size.to_bytes(2, "big") if size < 2**16 else EIGHT_BYTES + size.to_bytes(8, "big")) + data


# Writes a text, or a frame that is ready, at once; false where it has to wait.
Writer = Callable[[str | bytes], bool]


def writer_of(scope: Scope) -> Writer | None:
    """`write_now` of a socket's protocol; None under any other protocol."""
    offered = scope.get("extensions", {}).get(EXTENSION)
    return None if offered is None else cast("Writer", offered["write"])


def offer_taker(scope: Scope, taker: Taker) -> None:
    """Let a socket's protocol hand short texts over as they come; under any other protocol nothing happens."""
    offered = scope.get("extensions", {}).get(EXTENSION)
    if offered is not None:
        offered["take_by"](taker)


class PingSettings(TypedDict):
    """The names are uvicorn's."""

    ws_ping_interval: float
    ws_ping_timeout: float


def ping_settings(slow_reader_seconds: int) -> PingSettings:
    """uvicorn's ping settings by which one who stops reading is closed within `slow_reader_seconds`."""
    interval = slow_reader_seconds * PING_SHARE
    return {"ws_ping_interval": interval, "ws_ping_timeout": slow_reader_seconds - interval}
