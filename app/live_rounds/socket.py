"""`WS /ws/rounds/{round_id}`: the edge of a live round. Stamps, parses, asks, and puts answers down. LIVE.md section 3.

`received_at` is stamped as soon as a frame is complete, before it is parsed. A foreign Origin or anything in the query
string is refused before the handshake; everything else is told by a close code.
"""

import asyncio
import contextlib
import logging
import re
from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.domain.formats import Offer
from app.identity.access import Actor, redeem_ticket
from app.infra.errors import Problem
from app.infra.turning import attempt
from app.infra.web import parse_json
from app.infra.world import World
from app.live_rounds import clockwork
from app.live_rounds.admission import NOT_ADMITTED, SIGNED_OUT, admit
from app.live_rounds.connection import Connection
from app.live_rounds.hub import RoundHub
from app.live_rounds.limits import HELLO_SECONDS, MOST_PROBLEMS
from app.live_rounds.messages import BidStatusAsked, Hello, PlaceBidSent, PriceTaken, TakePen, TimeAsked, client_frames
from app.live_rounds.package_admission import admit_sealed
from app.live_rounds.packages import (
    SealedRoom,
    find_sealed,
    handle_sealed,
    parse_sealed,
    sealed_room_of,
    sealed_welcome_text,
)
from app.live_rounds.practice import PRACTICE_ID, PracticeSeat, practice_admission
from app.live_rounds.protocol import offer_taker, writer_of
from app.live_rounds.room import Room, room_of
from app.live_rounds.serving import (
    answer_status,
    answer_time,
    may_place_now,
    place,
    place_now,
    problem_text,
    take_pen,
    welcome_text,
)

router = APIRouter()
log = logging.getLogger("bidroom")
ClientFrame = Hello | PlaceBidSent | PriceTaken | BidStatusAsked | TakePen | TimeAsked

# As pages write a bid with nothing special in it; every other form of the same is read by the whole parser.
PLAIN_BID = re.compile(
    r'\{"type": ?"place_bid", ?"bid_id": ?"(?P<bid_id>[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", ?'
    r'"lot_id": ?"(?P<lot_id>[0-9a-f]{32})", ?"amount": ?"(?P<amount>[0-9.]{1,40})"\}'
)
MALFORMED = 4400
NO_HELLO = 4408
FLOOD = 4429
REPLACED = 4409
TOO_LONG = 1009
NOT_TEXT = 1003
# A page that is left or reloaded says so; so do we to one that has lost its right or its place.
FOR_GOOD = frozenset({1000, 1001, SIGNED_OUT, NOT_ADMITTED, REPLACED})
MILLISECOND = timedelta(milliseconds=1)


@router.websocket("/ws/rounds/{round_id}")
async def live_socket(websocket: WebSocket, round_id: str) -> None:
    """One person in one live round, from handshake to close."""
    world: World = websocket.app.state.world
    if websocket.headers.get("origin") not in world.settings.origins or websocket.url.query:
        # Before the handshake: a page of another site learns nothing, not even a close code.
        await websocket.close()
        return
    await websocket.accept()
    room = room_of(world)
    with contextlib.suppress(WebSocketDisconnect):
        entered = await _enter(websocket, room, round_id)
        if entered is not None:
            await _stay(websocket, *entered)


class LiveSeat:
    """A socket in a live round: what its frames may be, what is done with them."""

    def __init__(self, room: Room, connection: Connection, hub: RoundHub) -> None:
        self.room, self.connection, self.hub = room, connection, hub
        self.most_bytes = room.world.settings.message_bytes
        self._is_busy = False

    async def take(self, text: str, received_at: datetime) -> bool:
        """Do what a frame asks; False if it is none."""
        frame = _parse(text)
        if frame is not None:
            self._is_busy = True
            try:
                await _handle(self.room, self.connection, self.hub, frame, received_at)
            finally:
                self._is_busy = False
        return frame is not None

    def take_now(self, text: str) -> bool:
        """Take a bid in the one form pages write it in, at once; False, and nothing done, with every other frame and
        where something has to be waited for."""
        found = PLAIN_BID.fullmatch(text)
        connection, clock = self.connection, self.room.world.clock
        if found is None or self._is_busy or connection.is_ending or not may_place_now(self.room, connection):
            return False
        if not connection.frames.take(clock.monotonic()):
            return False
        offer = Offer(found["amount"], clock.now())
        place_now(self.room, connection, self.hub, bid_id=found["bid_id"], lot_id=found["lot_id"], offer=offer)
        return True

    async def leave(self, code: int | None) -> None:
        """Out of the round. A window that broke off, or whose process ends, may be back in a moment."""
        self.hub.connections.discard(self.connection)
        await self.room.pens.leave(self.connection, is_for_good=code in FOR_GOOD)


class SealedSeat:
    """A socket in a sealed round: larger frames, packages instead of bids."""

    def __init__(self, room: SealedRoom, connection: Connection) -> None:
        self.room, self.connection = room, connection
        self.most_bytes = room.world.settings.package_frame_bytes

    async def take(self, text: str, received_at: datetime) -> bool:
        """Do what a frame asks; False if it is none."""
        frame = parse_sealed(text)
        if frame is not None:
            await handle_sealed(self.room, self.connection, frame, received_at)
        return frame is not None

    async def leave(self, code: int | None) -> None:  # noqa: ARG002 - as every seat
        """Out of the round."""
        self.room.leave(self.connection)


Entered = tuple[Connection, LiveSeat | SealedSeat | PracticeSeat]


async def _enter(websocket: WebSocket, room: Room, round_id: str) -> Entered | None:
    """The socket's connection after a good `hello`, joined to its round; None after closing it."""
    world = room.world
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            text, _ = await _next_text(websocket, world)
    except TimeoutError:
        await websocket.close(NO_HELLO)
        return None
    frame = _parse(text) if text is not None else None
    if not isinstance(frame, Hello):
        await websocket.close(MALFORMED)
        return None
    actor = await redeem_ticket(world, frame.ticket, round_id)
    if actor is None:
        await websocket.close(SIGNED_OUT)
        return None
    if round_id == PRACTICE_ID:
        return await _practise(websocket, room, actor)
    # A round with a hub here is a live one, and where all its lots have begun there is nothing more to make or follow.
    hub = room.hubs.get(round_id)
    sealed = await find_sealed(world, round_id) if hub is None else None
    admission = await (admit if sealed is None else admit_sealed)(world, actor, round_id)
    if admission is None:
        await websocket.close(NOT_ADMITTED)
        return None
    connection = Connection(
        world,
        admission,
        send=websocket.send_text,
        close=websocket.close,
        write_now=writer_of(websocket.scope),
    )
    if sealed is not None:
        packages = sealed_room_of(world)
        connection.answer(sealed_welcome_text(world, admission, sealed))
        packages.join(connection, sealed)
        return connection, SealedSeat(packages, connection)
    if hub is None or not hub.has_begun:
        await clockwork.ensure_floors(world, admission.tender_id)
    hub, made = await room.last_tick(round_id)
    welcome = await welcome_text(world, hub, made, admission, frame.tick)
    connection.answer(welcome)
    room.join(hub, connection)
    await room.pens.join(connection, frame.seat)
    return connection, LiveSeat(room, connection, hub)


async def _practise(websocket: WebSocket, room: Room, actor: Actor) -> Entered | None:
    """Into the practice room: any supplier's person, at any time, alone."""
    if not actor.is_supplier:
        await websocket.close(NOT_ADMITTED)
        return None
    world = room.world
    connection = Connection(world, practice_admission(world, actor), send=websocket.send_text, close=websocket.close)
    before = room.practices.get(actor.account_id)
    if before is not None:
        before.end(REPLACED)
    room.practices[actor.account_id] = connection
    seat = PracticeSeat(world, connection)
    await seat.begin()
    return connection, seat


async def _stay(websocket: WebSocket, connection: Connection, seat: LiveSeat | SealedSeat | PracticeSeat) -> None:
    """Read frames until the socket closes."""
    if isinstance(seat, LiveSeat):
        offer_taker(websocket.scope, seat.take_now)
    code: int | None = None
    try:
        await _read(websocket, connection, seat)
    except WebSocketDisconnect as gone:
        code = gone.code
        raise
    except asyncio.CancelledError:
        # Ended by ourselves, because its reader did not even take the close frame.
        if not connection.is_ending:
            raise
    finally:
        code = connection.end_code or code
        connection.is_ending = True
        # Whatever becomes of it, the socket is closed; a window that could not be written off is noticed later.
        await attempt(seat.leave, code)
        await connection.stop()


async def _read(websocket: WebSocket, connection: Connection, seat: LiveSeat | SealedSeat | PracticeSeat) -> None:
    world, bucket = connection.world, connection.frames
    problems = 0
    while True:
        text, received_at = await _next_text(websocket, world)
        if connection.is_ending:
            return
        if text is None:
            connection.end(NOT_TEXT)
        elif len(text) > seat.most_bytes or len(text.encode(errors="replace")) > seat.most_bytes:
            connection.end(TOO_LONG)
        elif not bucket.take(world.clock.monotonic()):
            problems += 1
            connection.answer(problem_text("SLOW_DOWN"))
        elif not await seat.take(text, received_at):
            problems += 1
            connection.answer(problem_text("BAD_FRAME"))
        if problems > MOST_PROBLEMS:
            connection.end(FLOOD)
            return


async def _next_text(websocket: WebSocket, world: World) -> tuple[str | None, datetime]:
    """The next text frame (None for a binary one) and the instant it was complete.

    `LiveProtocol` notes that instant on the loop's clock; without it the frame counts as complete when it is taken.
    """
    message = await websocket.receive()
    received_at = world.clock.now()
    complete_at = message.get("loop_time")
    if complete_at is not None:
        waited = timedelta(seconds=asyncio.get_running_loop().time() - complete_at)
        received_at -= waited // MILLISECOND * MILLISECOND
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text"), received_at


def _parse(text: str) -> ClientFrame | None:
    """A frame of the protocol, or None: not JSON, duplicate keys, unknown members, wrong types, too deep."""
    try:
        return client_frames.validate_python(parse_json(text.encode()))
    except (Problem, ValidationError, UnicodeEncodeError):
        return None


async def _handle(room: Room, connection: Connection, hub: RoundHub, frame: ClientFrame, received_at: datetime) -> None:
    match frame:
        case PlaceBidSent():
            await place(room, connection, hub, frame, received_at=received_at)
        case PriceTaken():
            bid = PlaceBidSent(type="place_bid", bid_id=frame.bid_id, lot_id=frame.lot_id, amount=frame.amount)
            await place(room, connection, hub, bid, received_at=received_at)
        case BidStatusAsked():
            await answer_status(room, connection, frame.bid_id)
        case TakePen():
            await take_pen(room, connection)
        case TimeAsked():
            answer_time(room.world, connection, frame.t0)
        case Hello():
            connection.answer(problem_text("BAD_FRAME"))
