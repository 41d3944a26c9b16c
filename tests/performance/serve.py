"""The measured server, in a process of its own: ``python -m tests.performance.serve SPEC`` prints where it listens,
then serves.

SPEC is JSON: {"case": "echo" | "own_echo" | "usual" | "sender" | "room" | "rush" | "usual_upload", …}; for a room
{"bidders": N, "watchers": N, "lots": N, "runs": N, "tick_ms": N, "database_url": "…", "folder": "…"}, and
"signer": true where a process beside it has the journal's key. A line on its standard input is answered with the
committer's counts; it ends with its standard input.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import uvicorn
import uvloop
from sqlalchemy import update
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from app.domain.drafting import Template
from app.domain.templates import from_template
from app.domain.timetable import load_zone
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.keys import load_keys
from app.infra.outbox import letter_table
from app.infra.signer_line import SignerLine
from app.infra.world import World
from app.live_rounds.committer import Committer
from app.live_rounds.protocol import offer_taker, text_frame, writer_of
from app.live_rounds.room import room_of
from app.main import settle_heap
from app.signer_child import FOLDER, signer_beside
from tests.attacks.site import sealed_site
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.servers import LIVE, STOCK, Live, free_port, live_round, until_status
from tests.performance.posting import plain_app
from tests.performance.usual import usual_app
from tests.performance.usual_upload import usual_upload_app
from tests.worlds import START, sign_in

# No limit of a person's pace stands in the way of a benchmark.
UNLIMITED = {
    "bids_per_second": 10**6, "bids_burst": 10**6, "frames_per_second": 10**6, "frames_burst": 10**6,
    "ticket_seconds": 3600, "session_idle_supplier": 3600, "sockets_per_account": 10**6,
}  # fmt: skip
CEILING = "999999999.99"
ORIGIN = "http://testserver"
# The committers of this process, for the counts.
COUNTS: list[Committer] = []


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """The floor: accept, and send back what comes; on the room's own protocol taken and written as bids are."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    write = writer_of(scope)
    if write is not None:
        offer_taker(scope, write)
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


@asynccontextmanager
async def _server_of(
    app: Any, path: str, lifespan: Literal["on", "off"] = "off", ws: str = STOCK
) -> AsyncIterator[dict[str, Any]]:
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, ws=ws, ws_per_message_deflate=False, lifespan=lifespan,
        log_level="warning", access_log=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield {"port": port, "path": path, "origin": ORIGIN, "hellos": {}}
    server.should_exit = True
    await task


class _Reader(asyncio.Protocol):
    """A socket of the send() loop: shakes hands, then only reads."""

    def __init__(self, open_ones: set[int]) -> None:
        self._open_ones = open_ones
        self._place = -1

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._place = transport.get_extra_info("socket").fileno()

    @override
    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET "):
            self._transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            self._open_ones.add(self._place)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._open_ones.discard(self._place)


@asynccontextmanager
async def _sender(tick_ms: int, size: int) -> AsyncIterator[dict[str, Any]]:
    """The floor of the fan-out: at every tick a loop of send() of one ready frame to the same clients."""
    open_ones: set[int] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Reader(open_ones), "127.0.0.1", 0, backlog=4096)
    frame = text_frame(b"x" * size)

    async def keep_sending() -> None:
        while True:
            await asyncio.sleep(tick_ms / 1000)
            for place in open_ones:
                os.write(place, frame)

    task = asyncio.create_task(keep_sending())
    yield {"port": server.sockets[0].getsockname()[1], "path": "/", "origin": ORIGIN, "hellos": {}}
    task.cancel()
    server.close()


async def _hellos(live: Live, actors: Sequence[Actor], runs: int) -> list[list[str]]:
    """First frames of these people for each run: a ticket opens one socket once."""
    world, sets = live.world, [[""] * len(actors) for _ in range(runs)]
    expires_at = world.clock.now() + timedelta(hours=1)
    async with world.db.transaction() as tx:
        for number, actor in enumerate(actors):
            session = world.ids.token()
            session_hash = identity_store.hash_token(session)
            await identity_store.insert_session(
                world, tx, token=session, account_id=actor.account_id, at=world.clock.now(), is_demo=False
            )
            for run in range(runs):
                token = world.ids.token()
                await identity_store.insert_ticket(
                    world,
                    tx,
                    token=token,
                    session_hash=session_hash,
                    round_id=live.stage.round_id,
                    expires_at=expires_at,
                )
                # One window that comes back: it keeps its bidder's pen.
                seat = f"{number:032x}"
                sets[run][number] = json.dumps({"type": "hello", "ticket": token, "seat": seat})
    return sets


def _with_signer(stack: AsyncExitStack, world: World) -> World:
    """The journal's key moved out of the room's process, as `bidroom serve --with-signer` has it."""
    folder = world.settings.data_dir / FOLDER
    folder.mkdir(mode=0o700)
    (world.settings.keys_dir / "journal.key").rename(folder / "journal.key")
    settings = stack.enter_context(signer_beside(world.settings))
    assert settings.signer is not None, "it has just been started"
    return replace(world, settings=settings, keys=load_keys(settings.keys_dir, SignerLine(settings.signer)))


@asynccontextmanager
async def _room_server(spec: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    zone = load_zone("Asia/Shanghai")
    assert zone is not None
    rules = dict(from_template(Template.QUICK, now=START, zone=zone, lot_ids=("1" * 32, "2" * 32)).rules or {})
    rules |= {"step": rules["step"] | {"measure": "money", "size": "0.01"}, "change_limit": None, "soft_close": None}
    lots = tuple(a_lot(number, ceiling_price=CEILING) for number in range(1, spec.get("lots", 1) + 1))
    bidders, runs = int(spec["bidders"]), int(spec["runs"])
    more: dict[str, Any] = {"changes": {"lots": lots, "rules": rules}, "tick_ms": spec.get("tick_ms", 250), **UNLIMITED}
    async with AsyncExitStack() as stack:
        if spec.get("signer"):
            more["changes"]["with_key_files"] = True
            more["prepare"] = partial(_with_signer, stack)
        live = await stack.enter_async_context(
            live_round(spec["database_url"], Path(spec["folder"]), bidders=bidders, duration_s=3000, **more)
        )
        for lot_id in live.stage.lots:
            await until_status(live.world, lot_id, "open", "overtime")
        await _forget_letters(live.world)
        reps = [live.stage.rep(number) for number in range(bidders)]
        watchers = [live.stage.house.purchaser] * int(spec.get("watchers", 0))
        COUNTS.append(room_of(live.world).committer)
        yield {
            "port": live.port,
            "path": f"/ws/rounds/{live.stage.round_id}",
            "origin": live.origin,
            "lots": live.stage.lots,
            "buyer": await _head_of(live),
            "hellos": {"bidders": await _hellos(live, reps, runs), "watchers": await _hellos(live, watchers, runs)},
        }


async def _head_of(live: Live) -> str:
    """The lines of a request's head by which the buyer is known."""
    cookies, headers = await sign_in(live.world, live.stage.house.purchaser)
    lines = [f"Cookie: {name}={value}" for name, value in cookies.items()]
    return "".join(f"{line}\r\n" for line in (*lines, *(f"{name}: {value}" for name, value in headers.items())))


async def _forget_letters(world: World) -> None:
    """The letters about the opening would go out for seconds beside what is measured."""
    async with world.db.transaction() as tx:
        await tx.execute(update(letter_table).where(letter_table.c.sent_at.is_(None)).values(sent_at=world.clock.now()))


@asynccontextmanager
async def _rush_server(spec: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """An open sealed round with technical parts: what its bidders need to seal, and their cookies."""
    lots = tuple(a_lot(number) for number in range(1, int(spec["lots"]) + 1))
    site_of = sealed_site(
        spec["database_url"],
        Path(spec["folder"]),
        bidders=int(spec["bidders"]),
        template=Template.LARGE,
        changes={"lots": lots},
        packages_per_second=10**6,
        packages_burst=10**6,
        session_idle_supplier=3600,
    )
    async with site_of as site:
        await _forget_letters(site.world)
        held = await site.stage.round()
        people = []
        for number in range(int(spec["bidders"])):
            cookies, headers = await sign_in(site.world, site.stage.rep(number))
            people.append({"tag": site.stage.tag(number), "cookies": cookies, "headers": headers})
        yield {
            "port": site.port,
            "origin": ORIGIN,
            "round": site.stage.round_id,
            "lots": site.stage.lots,
            "policy": held.policy_digest,
            "lock": held.policy["server_lock"],
            "buckets": [held.rules.price_bucket, held.rules.tech_bucket],
            "currency": held.lots[0].currency,
            "people": people,
            "hellos": {},
        }


async def _run(spec: dict[str, Any]) -> None:
    settle_heap()
    async with _server(spec) as where:
        _say(where)
        while await asyncio.to_thread(sys.stdin.readline):
            _say({"batches": sum(one.batches for one in COUNTS), "bids": sum(one.bids for one in COUNTS)})


def _server(spec: dict[str, Any]) -> AbstractAsyncContextManager[dict[str, Any]]:
    match spec["case"]:
        case "echo":
            return _server_of(echo, "/echo")
        case "own_echo":
            return _server_of(echo, "/echo", ws=LIVE)
        case "usual":
            return _server_of(usual_app(spec["database_url"]), "/usual", "on")
        case "plain":
            return _server_of(plain_app(), "/plain")
        case "usual_upload":
            return _server_of(usual_upload_app(Path(spec["folder"])), "/upload")
        case "rush":
            return _rush_server(spec)
        case "sender":
            return _sender(spec["tick_ms"], spec["size"])
        case _:
            return _room_server(spec)


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_run(json.loads(sys.argv[1])))
