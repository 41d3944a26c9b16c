"""One open socket: what waits for it, the task that writes, and what is known of the person behind it.

Nobody ever waits for another's socket: a frame goes out at once where the pipe takes it, else it is put down here and
written by the socket's own task. Of the state only the latest waits; a reader that stands still for 10 s is closed with
4008. LIVE.md section 2 rules 4 and 5.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.websockets import WebSocketDisconnect

from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds.answers import PenClaim
from app.live_rounds.limits import MOST_WAITING, Bucket

CLOSE_SLOW = 4008
# A close frame cannot overtake what fills the pipe: a reader that wakes up still learns why, later the pings end it.
CLOSE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Admission:
    """Who sits behind a socket, as last checked: the hat, a bidder's tag, what bars it from bidding, if anything."""

    actor: Actor
    round_id: str
    tender_id: str
    category: str
    terms_version: int
    audience: str
    hat: Role
    tag: str | None
    bar: Refusal | None
    checked_at: float


class Connection:
    """A socket in a room."""

    def __init__(
        self,
        world: World,
        admission: Admission,
        *,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
        write_now: Callable[[str | bytes], bool] | None = None,
    ) -> None:
        self.world = world
        self.admission = admission
        self._send = send
        self._close = close
        self._write_now = write_now
        # Made when they are needed: most sockets take every frame at once, all their life.
        self._first: deque[str] | None = None
        self._state: str | None = None
        self._writer: asyncio.Task[None] | None = None
        self._writing_since: float | None = None
        self._endpoint = asyncio.current_task()
        self._end: asyncio.Task[None] | None = None
        self.is_ending = False
        # Frames of any kind, however they come in.
        self.frames = Bucket(rate=world.settings.frames_per_second, burst=world.settings.frames_burst)
        self.end_code: int | None = None
        # A bidder's window: its claim to the pen, the name of this connection of it, and what it was told last.
        self.claim: PenClaim | None = None
        self.socket = ""
        self.pen_told = ""
        self.joined_at = world.clock.monotonic()

    def answer(self, frame: str) -> None:
        """Give an answer or a notice: never dropped; too many unread ones end the socket."""
        if self._went_out(frame):
            return
        if self._first is None:
            self._first = deque()
        if len(self._first) >= MOST_WAITING:
            self.end(CLOSE_SLOW)
            return
        self._first.append(frame)
        self._write_later()

    def offer(self, frame: str, ready: bytes | None = None) -> None:
        """Give the latest state; an older one not yet written is forgotten. `ready`: the same as it goes over the wire,
        where many get it."""
        if self._went_out(frame if ready is None else ready):
            return
        self._state = frame
        self._write_later()

    def _went_out(self, frame: str | bytes) -> bool:
        """Whether the frame was written at once: never in front of one that waits."""
        is_free = not (self._first or self._state is not None or self._writing_since is not None or self.is_ending)
        return is_free and self._write_now is not None and self._write_now(frame)

    def look_after(self) -> None:
        """End the socket when its reader has stood still too long; called at each tick."""
        since = self._writing_since
        if since is not None and self.world.clock.monotonic() - since > self.world.settings.slow_reader_seconds:
            self.end(CLOSE_SLOW)

    def end(self, code: int) -> None:
        """Close with a code, in the background; the endpoint ends even if the close frame cannot be written."""
        if not self.is_ending:
            self.is_ending = True
            self.end_code = code
            self._first = self._state = None
            self._end = asyncio.create_task(self._ended(code))

    async def _ended(self, code: int) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._close(code)
                return
        if self._endpoint is not None:
            self._endpoint.cancel()

    async def stop(self) -> None:
        """Write nothing more."""
        self.is_ending = True
        if self._writer is not None:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer

    def _write_later(self) -> None:
        if self._writer is None and not self.is_ending:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Write what waits: own answers and notices first, then the latest state."""
        # The peer went away in the middle of a frame: the reading side hears of it too and ends the socket.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (frame := self._next()) is not None:
                self._writing_since = self.world.clock.monotonic()
                await self._send(frame)
                self._writing_since = None
        self._writer = None

    def _next(self) -> str | None:
        if self._first:
            return self._first.popleft()
        frame, self._state = self._state, None
        return frame
