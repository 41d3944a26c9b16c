"""Seeding the demo through the service's own HTTP interface, in this process, with a clock wound through two past
months.

So every entry of the demo's journal was made by the rules; only its time was set. The journal says so (demo.seeded).
"""

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from typing_extensions import override

from app.client.caller import Caller
from app.demo import screened
from app.demo.cast import CATEGORIES, EXPIRED, STAFF, SUPPLIERS, SUSPENDED, SupplierSeat
from app.demo.seats import Seats
from app.domain.kinds import Kind
from app.identity import store as identity_store
from app.infra.signature_provider import BuiltInProvider
from app.infra.web import instant_text
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.main import build_app

REGISTERED_BEFORE = timedelta(days=60)
CERTIFIED_FOR = timedelta(days=365)


class SeedClock:
    """Server time set by hand while the past is being written."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant being written."""
        return self.at

    def monotonic(self) -> float:
        """Seconds, in step with the hand."""
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.at += timedelta(seconds=seconds)


class Stage(Seats):
    """The application on a hand-wound clock, and its seats."""

    def __init__(self, world: World, started_at: datetime) -> None:
        self.clock = SeedClock(started_at)
        # The past was signed on our own page, whoever collects signatures today.
        self.world = replace(world, clock=self.clock, signatures=BuiltInProvider())
        self.app = build_app(self.world)

    @asynccontextmanager
    @override
    async def seat(self, name: str) -> AsyncIterator[Caller]:
        """A caller on a demo seat."""
        transport = httpx.ASGITransport(self.app)
        async with Caller(self.world.settings.public_url, transport) as caller:
            await caller.take_seat(name)
            yield caller

    @override
    def pass_time(self, time: timedelta) -> None:
        self.clock.at += time


def tiny_png(shade: int) -> bytes:
    """A valid 1 by 1 grey PNG: an evidence file for people who only look around."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def is_empty(world: World) -> bool:
    """True if no account exists yet."""
    async with world.db.snapshot() as tx:
        return not await identity_store.list_accounts(world, tx)


async def seed_people(stage: Stage) -> None:
    """Staff with seats, then twelve suppliers: registered, certified by two persons, one expired, one suspended."""
    await _seed_staff(stage)
    for seat in SUPPLIERS:
        stage.clock.at += timedelta(minutes=11)
        await _seed_supplier(stage, seat)


async def _seed_staff(stage: Stage) -> None:
    world = stage.world
    async with world.db.transaction() as tx:
        for person in STAFF:
            account = identity_store.Account(
                id=world.ids.new(),
                kind="staff",
                email=person.email,
                name=person.name,
                roles=frozenset({person.role}),
                supplier_id=None,
                locale=person.locale,
                password_hash=None,
                state="active",
                seat=person.seat,
            )
            await identity_store.insert_account(world, tx, account)
        note = {"note": "The demo's past was written through the service's own interface with a hand-wound clock."}
        await append(world, tx, NewEntry("system", Kind.DEMO_SEEDED, note))


async def _seed_supplier(stage: Stage, seat: SupplierSeat) -> None:
    world = stage.world
    async with stage.seat("staff-1-purchaser") as purchaser:
        made = await purchaser.post("/suppliers", _registration(seat))
        async with world.db.transaction() as tx:
            (account,) = await identity_store.list_supplier_accounts(world, tx, [made["id"]])
            await identity_store.set_account(tx, account.id, state="active", seat=seat.seat)
            await screened.leave_trace(world, tx, account.id, seat.number)
        async with stage.seat(seat.seat) as representative:
            for shade, aspect in enumerate(("quality", "delivery", "credit")):
                fields = {"aspect": aspect, "title": _evidence_title(aspect)}
                await representative.upload("/my/evidence", tiny_png(shade * 80), f"{aspect}.png", fields)
        stage.clock.at += timedelta(minutes=23)
        proposed = await purchaser.post(f"/suppliers/{made['id']}/certifications", _certification(stage, seat))
        await stage.approve(proposed["proposal_id"])
        if seat.number == SUSPENDED:
            reason = {"reason": "连续三批来料检验不合格，整改期间暂停资格。Three lots in a row failed inspection."}
            suspended = await purchaser.post(f"/suppliers/{made['id']}/suspension", reason)
            await stage.approve(suspended["proposal_id"])


def _registration(seat: SupplierSeat) -> dict[str, Any]:
    return {
        "name_zh": seat.name_zh,
        "name_en": seat.name_en,
        "credit_code": seat.credit_code,
        "city": seat.city,
        "categories": list(CATEGORIES),
        "contact": {
            "name": f"{seat.company} · {seat.person}",
            "email": seat.email,
            "phone": f"+86 555 0100 {seat.number:04d}",
        },
        "locale": seat.locale,
    }


def _certification(stage: Stage, seat: SupplierSeat) -> dict[str, Any]:
    life = REGISTERED_BEFORE - timedelta(days=1) if seat.number == EXPIRED else CERTIFIED_FOR
    return {
        "quality": seat.quality,
        "delivery": seat.delivery,
        "credit": seat.credit,
        "valid_until": instant_text(stage.clock.at + life),
        "note": "按上年度纸质审核资料评定。Marks from last year's audit on paper.",
    }


def _evidence_title(aspect: str) -> str:
    return {"quality": "ISO 9001 证书", "delivery": "上年度交付记录", "credit": "信用报告"}[aspect]
