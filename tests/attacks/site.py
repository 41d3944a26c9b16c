"""A sealed round on a real server, attacked from outside: HTTP, websocket, database, files and logs (attacks.md).

The machine's clock runs; the round opens at once and closes when a test says so.
"""

import asyncio
import json
import logging
import sqlite3
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from sqlalchemy import select, text
from typing_extensions import override

from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.sealing.rules import RoundStatus
from app.identity.access import Actor
from app.infra.db import metadata
from app.infra.world import SystemClock, World
from app.sealed_rounds import clockwork, store
from tests.access.canaries import Aviary, Canary
from tests.live_rounds.servers import Live, Seat, free_port, serve
from tests.sealed_rounds.stage import SealedPackage, Stage, set_sealed_stage, with_world
from tests.tenders.houses import amend_rules
from tests.worlds import sign_in

# A price nobody else would name (attacks.md, ground rules).
CANARY = "7319024.58"
PRICE = Canary("price", "", CANARY, is_amount=True)
WAIT_SECONDS = 30


class Ear(logging.Handler):
    """Keeps every line that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """One line, with its trace."""
        self.lines.append(self.format(record))


@dataclass(slots=True)
class Site:
    """A served sealed round."""

    stage: Stage
    port: int
    ear: Ear = field(default_factory=Ear)

    @property
    def world(self) -> World:
        """Where it plays."""
        return self.stage.world

    @property
    def lot(self) -> str:
        """Its first lot."""
        return self.stage.lots[0]

    def path(self, tail: str) -> str:
        """An address of the round."""
        return f"/api/rounds/{self.stage.round_id}{tail}"

    @asynccontextmanager
    async def client(self, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client of somebody, with the headers a page sends."""
        cookies, headers = await sign_in(self.world, actor)
        base = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=base, cookies=cookies, headers=headers, timeout=WAIT_SECONDS) as made:
            yield made

    async def put(self, number: int, sealed: SealedPackage, upload_id: str | None = None) -> httpx.Response:
        """A package committed over HTTP."""
        async with self.client(self.stage.rep(number)) as client:
            return await client.put(self.path(f"/packages/{sealed.header.binding.lot}"), json=sealed.body(upload_id))

    async def upload(self, client: httpx.AsyncClient, sealed: SealedPackage) -> str:
        """A technical ciphertext sent in chunks; its upload."""
        assert sealed.tech_ct is not None
        size = len(sealed.tech_ct)
        asked = {
            "lot_id": sealed.header.binding.lot,
            "size": size,
            "sha256": sha256(sealed.tech_ct).hexdigest(),
        }
        made = (await client.post(self.path("/uploads"), json=asked)).raise_for_status().json()
        for at in range(made["offset"], size, 100_000):
            headers = {"Upload-Offset": str(at), "Content-Type": "application/octet-stream"}
            chunk = sealed.tech_ct[at : at + 100_000]
            address = self.path(f"/uploads/{made['upload_id']}")
            (await client.patch(address, content=chunk, headers=headers)).raise_for_status()
        return str(made["upload_id"])

    async def hand_in(
        self, number: int, amount: str = "285.00", **changes: Any
    ) -> tuple[SealedPackage, dict[str, Any]]:
        """A package that was taken in, and its receipt."""
        sealed = await self.stage.seal(number, amount, **changes)
        async with self.client(self.stage.rep(number)) as client:
            upload_id = None if sealed.tech_ct is None else await self.upload(client, sealed)
            address = self.path(f"/packages/{sealed.header.binding.lot}")
            answer = await client.put(address, json=sealed.body(upload_id))
        assert answer.status_code == 200, answer.text
        return sealed, answer.json()

    @asynccontextmanager
    async def enter(self, actor: Actor) -> AsyncIterator["SealedSeat"]:
        """A person in the room."""
        live = Live(self.stage, self.world, self.port)  # type: ignore[arg-type]  # of a stage it takes the round alone
        async with live.enter(actor) as seat:
            yield SealedSeat(seat)

    # ── time ─────────────────────────────────────────────────────────────────

    async def close_in(self, seconds: float) -> None:
        """Move the close near, as nobody outside ever could; says when."""
        async with self.world.db.transaction() as tx:
            held = await store.lock_round(tx, self.stage.round_id)
            await store.set_round(tx, held, closes_at=self.world.clock.now() + timedelta(seconds=seconds))

    async def until(self, *statuses: RoundStatus, has_opened: bool = False) -> store.SealedRound:
        """Wait for the round to come to a status, or for its prices to be open."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                held = await self.stage.round()
                if held.status in statuses and (not has_opened or held.prices_opened_at is not None):
                    return held
                await asyncio.sleep(0.05)

    async def finish(self) -> store.SealedRound:
        """Close, and wait for what the service opens by itself."""
        await self.close_in(0.2)
        return await self.until(RoundStatus.CLOSED, has_opened=not (await self.stage.round()).rules.has_technical)

    # ── looking in from behind ───────────────────────────────────────────────

    async def refusals(self, *codes: str) -> list[dict[str, Any]]:
        """The data of the refused acts on the first lot."""
        refused = [entry.data for entry in await self.stage.chain() if entry.kind is Kind.PACKAGE_REFUSED]
        return [dict(data) for data in refused if not codes or data["code"] in codes]

    async def dump(self) -> bytes:
        """Everything an intruder can read without the key files: tables, database files, folders, logs."""
        found = [line.encode() for line in self.ear.lines]
        async with self.world.db.snapshot() as tx:
            for table in metadata.sorted_tables:
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                for row in await tx.execute(text(f'SELECT {names} FROM "{table.name}"')):
                    found += [_raw(value) for value in row]
        paths = [path for path in self.world.settings.data_dir.rglob("*") if "keys" not in path.parts]
        if self.world.db.is_sqlite:
            # The file itself, its write-ahead log and shared memory: pages hold what tables have forgotten.
            file = Path(self.world.db.url.split("///", 1)[1])
            paths += list(file.parent.glob(f"{file.name}*"))
        found += [path.read_bytes() for path in paths if path.is_file()]
        return b"\n".join(found)

    async def gives_away(self, *canaries: Canary) -> set[str]:
        """Which of these values the dump gives away, in any encoding."""
        aviary = Aviary(canaries or [PRICE])
        return {canary.text for canary in aviary.found_in(await self.dump())}

    @contextmanager
    def locked(self) -> Iterator[threading.Event]:
        """The database locked from outside until the event is set."""
        held, release = threading.Event(), threading.Event()
        thread = threading.Thread(target=self._hold, args=(held, release))
        thread.start()
        held.wait(WAIT_SECONDS)
        try:
            yield release
        finally:
            release.set()
            thread.join()

    def _hold(self, held: threading.Event, release: threading.Event) -> None:
        url = self.world.db.url
        if not self.world.db.is_sqlite:
            asyncio.run(self._hold_row(held, release))
            return
        connection = sqlite3.connect(url.split("///", 1)[1], isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        release.wait(WAIT_SECONDS)
        connection.execute("ROLLBACK")
        connection.close()

    async def _hold_row(self, held: threading.Event, release: threading.Event) -> None:
        connection = await asyncpg.connect(  # type: ignore[no-untyped-call]  # the driver's own
            self.world.db.url.replace("+asyncpg", "")
        )
        async with connection.transaction():
            await connection.execute("SELECT * FROM chain_head WHERE chain = $1 FOR UPDATE", f"lot:{self.lot}")
            held.set()
            while not release.is_set():  # noqa: ASYNC110 - of another thread
                await asyncio.sleep(0.02)
        await connection.close()


def _raw(value: Any) -> bytes:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    return str(value).encode()


class SealedSeat:
    """An open socket of a sealed round."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    @property
    def welcome(self) -> dict[str, Any]:
        """What it was welcomed with."""
        return self.seat.welcome

    async def ask(self, **frame: Any) -> dict[str, Any]:
        """An act, and its answer."""
        name = uuid.uuid4().hex
        await self.seat.opened.send(json.dumps({"request_id": name, **frame}))

        def found() -> list[dict[str, Any]]:
            return [each for each in self.seat.frames if each.get("request_id") == name]

        await self.seat.until(lambda: found() or self.seat.is_closed)
        return found()[0]

    async def commit(self, sealed: SealedPackage, upload_id: str | None = None) -> dict[str, Any]:
        """A package, and its answer."""
        return await self.ask(type="commit_package", lot_id=sealed.header.binding.lot, **sealed.body(upload_id))


@asynccontextmanager
async def sealed_site(
    database_url: str, folder: Path, *, bidders: int = 4, template: Template = Template.SEALED, **settings: Any
) -> AsyncIterator[Site]:
    """An open sealed round on a real server; its close is a day ahead."""
    changes, clock = settings.pop("changes", {}), settings.pop("clock", SystemClock())
    # What is done to the world before it is served.
    prepare: Callable[[World], World] = settings.pop("prepare", lambda world: world)
    stage = await set_sealed_stage(database_url, folder, bidders=bidders, template=template, **changes)
    # A stalled test machine is no outage.
    values = {**stage.world.settings.model_dump(), "outage_ms": 60_000, "drain_ms": 300, **settings}
    world = prepare(replace(stage.world, clock=clock, settings=type(stage.world.settings).model_validate(values)))
    stage = with_world(stage, world)
    now = world.clock.now()
    times = {"opens_at": instant_text(now), "closes_at": instant_text(now + timedelta(days=1))}
    await amend_rules(world, stage.tender.id, "sealed", **times)
    assert await clockwork.ensure_round(world, stage.tender.id)
    site = Site(stage, free_port())
    logging.getLogger().addHandler(site.ear)
    try:
        async with serve(world, site.port):
            await site.until(RoundStatus.OPEN)
            yield site
    finally:
        logging.getLogger().removeHandler(site.ear)
        await world.db.dispose()


__all__ = ["CANARY", "PRICE", "SealedSeat", "Site", "sealed_site", "select"]
