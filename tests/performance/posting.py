"""Goal 9: a JSON POST of ours, with session, CSRF and audit, against a bare FastAPI POST: the server's CPU time.

A ticket for the socket is the smallest of ours; a message to all of a round is journaled as well and tells everybody.
"""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from tests.databases import databases_for
from tests.performance.processes import Server, server
from tests.performance.rounds import Case, Goal, Results, paired, say
from tests.performance.rush import Line

LINES = 16


class Asked(BaseModel):
    """What the bare route reads."""

    round_id: str


class Told(BaseModel):
    """What it answers."""

    ticket: str


def plain_app() -> FastAPI:
    """The reference: the framework, a model in, a model out, and nothing else."""
    app = FastAPI()

    @app.post("/plain")
    async def plain(body: Asked) -> Told:
        return Told(ticket=body.round_id)

    return app


async def _post(at: Server, path: str, headers: str, body: bytes, seconds: float) -> int:
    lines = [Line(at.where["port"], headers) for _ in range(LINES)]
    until = time.perf_counter() + seconds

    async def go(line: Line) -> int:
        await line.open()
        count = 0
        while time.perf_counter() < until:
            await line.send("POST", path, "application/json", body)
            count += 1
        return count

    return sum(await asyncio.gather(*map(go, lines)))


def _us(at: Server, path: str, headers: str, body: dict[str, Any], seconds: float) -> float:
    before = at.cpu_seconds()
    count = asyncio.run(_post(at, path, headers, json.dumps(body).encode(), seconds))
    return (at.cpu_seconds() - before) * 1e6 / count


def posting(folder: Path, rounds: int, seconds: float) -> Results:
    """Goal 9 on SQLite."""
    bare = Case("bare FastAPI POST", "us CPU")
    ticket = Case("POST of ours: session, CSRF, a row", "us CPU")
    message = Case("POST of ours: the same, role and journal entry", "us CPU")
    databases = databases_for("sqlite", folder)
    spec: dict[str, Any] = {"database_url": databases.migrated(), "folder": str(folder), "bidders": 3, "runs": 1}
    try:
        with server(case="room", **spec) as room, server(case="plain") as plain:
            buyer, asked = room.where["buyer"], {"round_id": room.where["path"].rpartition("/")[2]}
            for number in range(rounds):
                say(f"  posts: round {number + 1} of {rounds}")
                bare.values.append(_us(plain, "/plain", "", asked, seconds))
                ticket.values.append(_us(room, "/api/ws-tickets", buyer, asked, seconds))
                path = f"/api/rounds/{asked['round_id']}/broadcasts"
                message.values.append(_us(room, path, buyer, {"zh": "消息", "en": "A message"}, seconds))
    finally:
        databases.close()
    goals = [
        Goal("9", "POST of ours (session, CSRF, a row) / bare FastAPI, CPU", paired(ticket, bare), 1.5, at_least=False),
        Goal("9", "POST of ours (the same, journal) / bare FastAPI, CPU", paired(message, bare), 1.5, at_least=False),
    ]
    return [bare, ticket, message], goals
