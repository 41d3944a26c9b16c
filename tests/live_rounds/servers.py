"""A real server for socket tests: uvicorn on a free port, the machine's clock, bidders with tickets and websockets."""

import asyncio
import json
import os
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.domain.live_rules_json import instant_text
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import SystemClock, World
from app.live_rounds import clockwork, store
from app.live_rounds.practice import PRACTICE_ID
from app.live_rounds.protocol import ping_settings
from app.main import build_app
from tests.live_rounds.stage import Stage, set_stage
from tests.tenders.houses import amend_rules
from tests.worlds import sign_in

ROOT = Path(__file__).resolve().parents[2]
# A machine that stalls for seconds is an outage by the rule, and the lots would stand still in the midst of a test;
# tests of that rule set their own.
PATIENT = {"outage_ms": 60_000}
LIVE = "app.live_rounds.protocol:LiveProtocol"
STOCK = "websockets-sansio"
# Shared machines stall; nothing here is a measurement.
ANSWER_SECONDS = 30
SAME_WINDOW = "a" * 32


@dataclass(slots=True)
class Live:
    """A served round: the stage seen through the machine's clock, and where it listens."""

    stage: Stage
    world: World
    port: int

    @property
    def origin(self) -> str:
        """The Origin its pages have."""
        return "http://testserver"

    @property
    def address(self) -> str:
        """The socket of its round."""
        return f"ws://127.0.0.1:{self.port}/ws/rounds/{self.stage.round_id}"

    async def ticket(self, actor: Actor, round_id: str | None = None) -> str:
        """A fresh ticket of a fresh session of the actor."""
        token = self.world.ids.token()
        async with self.world.db.transaction() as tx:
            await identity_store.insert_session(
                self.world, tx, token=token, account_id=actor.account_id, at=self.world.clock.now(), is_demo=False
            )
            made = self.world.ids.token()
            await identity_store.insert_ticket(
                self.world,
                tx,
                token=made,
                round_id=round_id or self.stage.round_id,
                session_hash=identity_store.hash_token(token),
                expires_at=self.world.clock.now() + timedelta(seconds=self.world.settings.ticket_seconds),
            )
        return made

    @asynccontextmanager
    async def knock(
        self, origin: str | None = None, query: str = "", address: str = ""
    ) -> AsyncIterator[ClientConnection]:
        """An open socket that has said nothing yet."""
        async with connect(
            (address or self.address) + query,
            origin=origin or self.origin,  # type: ignore[arg-type]  # an Origin is a str
            compression=None,
            proxy=None,
            ping_interval=None,
            max_queue=None,
            open_timeout=ANSWER_SECONDS,
        ) as opened:
            yield opened

    @asynccontextmanager
    async def enter(self, actor: Actor, tick: int | None = None, *, window: str = SAME_WINDOW) -> AsyncIterator["Seat"]:
        """A person in the room: hello said, welcome read, frames being taken in. Without a name of its own the window
        is the one the person always has, coming back on another connection."""
        async with self.knock() as opened, _seated(opened, await self.ticket(actor), tick, window) as seat:
            yield seat

    @asynccontextmanager
    async def practise(self, actor: Actor) -> AsyncIterator["Seat"]:
        """A person in the practice room."""
        address = f"ws://127.0.0.1:{self.port}/ws/rounds/{PRACTICE_ID}"
        ticket = await self.ticket(actor, PRACTICE_ID)
        async with self.knock(address=address) as opened, _seated(opened, ticket) as seat:
            yield seat

    async def http(self, actor: Actor) -> tuple[dict[str, str], dict[str, str], str]:
        """Cookies, headers and base of an HTTP client of the actor."""
        cookies, headers = await sign_in(self.world, actor)
        return cookies, headers, f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def _seated(
    opened: ClientConnection, ticket: str, tick: int | None = None, window: str = SAME_WINDOW
) -> AsyncIterator["Seat"]:
    await opened.send(json.dumps({"type": "hello", "ticket": ticket, "tick": tick, "seat": window}))
    seat = Seat(opened)
    reading = asyncio.create_task(seat.read())
    try:
        await seat.until(lambda: bool(seat.welcome) or seat.is_closed)
        yield seat
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


class Seat:
    """An open, welcomed socket: the frames it got, raw and read."""

    def __init__(self, opened: ClientConnection) -> None:
        self.opened = opened
        self.raw: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self.is_closed = False
        self._changed = asyncio.Event()

    async def read(self) -> None:
        """Take in frames until the close."""
        with suppress(ConnectionClosed):
            async for text in self.opened:
                frame = json.loads(text)
                self.raw.append(str(text))
                self.frames.append(frame)
                if frame["type"] == "welcome":
                    self.welcome = frame
                self._changed.set()
        self.is_closed = True
        self._changed.set()

    async def until(self, condition: Any, seconds: float = ANSWER_SECONDS) -> None:
        """Wait for something the frames will show."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def say(self, **frame: Any) -> None:
        """Send one frame."""
        await self.opened.send(json.dumps(frame))

    async def answer_to(self, bid_id: str, *kinds: str) -> dict[str, Any]:
        """The first answer about a bid."""
        wanted = kinds or ("receipt", "refused", "problem")

        def found() -> list[dict[str, Any]]:
            return [frame for frame in self.frames if frame.get("bid_id") == bid_id and frame["type"] in wanted]

        await self.until(lambda: found() or self.is_closed)
        return found()[0]

    async def bid(self, lot_id: str, amount: str, *, bid_id: str | None = None, **more: Any) -> dict[str, Any]:
        """Place a bid and wait for its answer."""
        name = bid_id or str(uuid.uuid4())
        await self.say(type="place_bid", bid_id=name, lot_id=lot_id, amount=amount, **more)
        return await self.answer_to(name)

    def states(self) -> list[dict[str, Any]]:
        """The ticks so far."""
        return [frame for frame in self.frames if frame["type"] == "state"]

    def notices(self) -> list[str]:
        """The kinds of notices so far."""
        return [frame["kind"] for frame in self.frames if frame["type"] == "notice"]

    async def next_tick(self) -> dict[str, Any]:
        """A whole tick after now: two states on, so that what was committed before is in it."""
        seen = len(self.states())
        await self.until(lambda: len(self.states()) >= seen + 2 or self.is_closed)
        return self.states()[-1]

    async def close_code(self) -> int | None:
        """The code the server closed with."""
        await self.until(lambda: self.is_closed)
        return self.opened.close_code


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def shift_opening(stage: Stage, world: World, *, opens_at: datetime, duration_s: int) -> None:
    """Move the round's opening and length into the present of another clock, as an amendment would."""
    await amend_rules(world, stage.tender.id, "live", opens_at=instant_text(opens_at), duration_s=duration_s)
    await clockwork.ensure_floors(world, stage.tender.id)


@asynccontextmanager
async def serve(world: World, port: int, ws: str = LIVE) -> AsyncIterator[uvicorn.Server]:
    """The application of a world behind a real uvicorn, as `bidroom serve` runs it; `ws` names the protocol."""
    settings = world.settings
    config = uvicorn.Config(
        build_app(world),
        host="127.0.0.1",
        port=port,
        http="app.infra.http_edge:BoundedHttp",
        ws=ws,
        ws_per_message_deflate=False,
        ws_max_size=max(settings.message_bytes * 4, settings.package_frame_bytes),
        **ping_settings(settings.slow_reader_seconds),
        server_header=False,
        access_log=False,
        log_level="warning",
        # As `bidroom serve`: a server that hangs up first may do so while a request is on its way.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test process keeps its own
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield server
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def process(world: World, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`bidroom serve` in a process of its own, ready to answer; killed at the end if it still lives."""
    settings = world.settings
    environment = {
        **os.environ,
        "BIDROOM_DATA_DIR": str(settings.data_dir),
        "BIDROOM_DATABASE_URL": settings.database_url,
        "BIDROOM_PUBLIC_URL": settings.public_url,
        "BIDROOM_BIDS_PER_SECOND": "10000",
        "BIDROOM_BIDS_BURST": "10000",
        "BIDROOM_FRAMES_PER_SECOND": "10000",
        "BIDROOM_FRAMES_BURST": "10000",
        "BIDROOM_SOCKETS_PER_ACCOUNT": "10",
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "serve",
        "--port",
        str(port),
        cwd=ROOT,
        env=environment,
    )
    try:
        await _until_listening(port, started)
        yield started
    finally:
        if started.returncode is None:
            with suppress(ProcessLookupError):
                started.kill()
        await started.wait()


async def _until_listening(port: int, started: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while True:
            if started.returncode is not None:
                raise ChildProcessError(f"the process ended with {started.returncode} before it listened")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                await writer.wait_closed()
                return


@asynccontextmanager
async def live_round(
    database_url: str, folder: Path, *, bidders: int = 5, duration_s: int = 600, **settings: Any
) -> AsyncIterator[Live]:
    """An open round on a real server."""
    changes, ws = settings.pop("changes", {}), settings.pop("ws", LIVE)
    # What is done to the world before it is served.
    prepare: Callable[[World], World] = settings.pop("prepare", lambda world: world)
    stage = await set_stage(database_url, folder, bidders=bidders, **changes)
    values = {**stage.world.settings.model_dump(), "database_url": database_url, **PATIENT, **settings}
    world = replace(stage.world, clock=SystemClock(), settings=type(stage.world.settings).model_validate(values))
    world = prepare(world)
    opens_at = world.clock.now() + timedelta(milliseconds=300)
    await shift_opening(stage, world, opens_at=opens_at, duration_s=duration_s)
    port = free_port()
    async with serve(world, port, ws):
        await until_status(world, stage.lots[0], "open")
        yield Live(replace(stage, house=replace(stage.house, world=world)), world, port)
    await world.db.dispose()


async def until_status(world: World, lot_id: str, *statuses: str, seconds: float = 60) -> store.Floor:
    """Wait for a lot to come to a status."""
    async with asyncio.timeout(seconds):
        while True:
            async with world.db.snapshot() as tx:
                one = await store.load_floor(tx, lot_id)
            if one.status.value in statuses:
                return one
            await asyncio.sleep(0.02)
