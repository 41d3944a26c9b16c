"""The measured server, in a process of its own: ``python -m tests.performance.serve SPEC`` prints where it listens,
then serves.

SPEC is JSON: {"case": "echo" | "room", "bidders": N, "runs": N, "database_url": "…", "folder": "…"}. It ends with
its standard input.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from app.domain.drafting import Template, from_template
from app.domain.timetable import load_zone
from app.identity import store as identity_store
from app.main import settle_heap
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.servers import Live, free_port, live_round
from tests.worlds import START

# No limit of a person's pace stands in the way of a benchmark.
UNLIMITED = {
    "bids_per_second": 10**6, "bids_burst": 10**6, "frames_per_second": 10**6, "frames_burst": 10**6,
    "ticket_seconds": 3600, "session_idle_supplier": 3600,
}  # fmt: skip
CEILING = "999999999.99"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """The floor: accept, and send back what comes, on the same server and protocol."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


@asynccontextmanager
async def _echo_server() -> AsyncIterator[dict[str, Any]]:
    port = free_port()
    config = uvicorn.Config(
        echo, host="127.0.0.1", port=port, ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off",
        log_level="warning", access_log=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield {"port": port, "path": "/echo", "origin": "http://testserver", "hellos": []}
    server.should_exit = True
    await task


async def _hellos(live: Live, bidders: int, runs: int) -> list[list[str]]:
    """First frames of every bidder for each run: a ticket opens one socket once."""
    world, sets = live.world, [[""] * bidders for _ in range(runs)]
    expires_at = world.clock.now() + timedelta(hours=1)
    async with world.db.transaction() as tx:
        for number in range(bidders):
            session, account_id = world.ids.token(), live.stage.rep(number).account_id
            session_hash = identity_store.hash_token(session)
            await identity_store.insert_session(
                world, tx, token=session, account_id=account_id, at=world.clock.now(), is_demo=False
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
                sets[run][number] = json.dumps({"type": "hello", "ticket": token})
    return sets


@asynccontextmanager
async def _room_server(spec: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    zone = load_zone("Asia/Shanghai")
    assert zone is not None
    rules = dict(from_template(Template.QUICK, now=START, zone=zone, lot_ids=("1" * 32, "2" * 32)).rules or {})
    rules |= {"step": rules["step"] | {"measure": "money", "size": "0.01"}, "change_limit": None, "soft_close": None}
    lot = a_lot(1, ceiling_price=CEILING)
    bidders = int(spec["bidders"])
    async with live_round(
        spec["database_url"],
        Path(spec["folder"]),
        bidders=bidders,
        duration_s=3000,
        changes={"lots": (lot,), "rules": rules},
        **UNLIMITED,
    ) as live:
        yield {
            "port": live.port,
            "path": f"/ws/rounds/{live.stage.round_id}",
            "origin": live.origin,
            "lot": live.stage.lots[0],
            "hellos": await _hellos(live, bidders, int(spec["runs"])),
        }


async def _run(spec: dict[str, Any]) -> None:
    settle_heap()
    server = _echo_server() if spec["case"] == "echo" else _room_server(spec)
    async with server as where:
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_run(json.loads(sys.argv[1])))
