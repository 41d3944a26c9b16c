"""attacks.md S19 and SCREENS.md LR-24: the secret reserve price is nowhere before the prices are open, and no oracle
tells where it lies."""

import ast
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import list_entries
from app.live_rounds.answers import Receipted, Refused
from app.main import build_app
from tests.access.canaries import Aviary, Canary
from tests.attacks.site import Ear, Site, sealed_site
from tests.callers import caller
from tests.databases import Databases
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.sealed_stage import Sealed, open_prices
from tests.live_rounds.sealed_stage import open_floor as open_seeded
from tests.live_rounds.stage import Stage, close_all, committing, open_all, set_stage
from tests.sealed_rounds import stage as sealed_stage
from tests.tenders.houses import House
from tests.worlds import make_actor

SECRET = "8123456.71"
RESERVE = Canary("reserve", "", SECRET, is_amount=True)
LOT = a_lot(1, ceiling_price="9000000.00", baseline_price="", baseline_source="", baseline_on="", lines=())
ASKED: dict[str, Any] = {"lots": (LOT,), "reserves": [SECRET]}
ROOT = Path(__file__).resolve().parents[2]


def _paths(world: World) -> list[str]:
    """Every GET whose blanks a tender, its rounds and its lot can fill."""
    described = build_app(world).openapi()["paths"]
    known = ("{tender_id}", "{round_id}", "{lot_id}")
    plain = {
        path: re.sub("|".join(map(re.escape, known)), "", path) for path, acts in described.items() if "get" in acts
    }
    return sorted(path for path, rest in plain.items() if "{" not in rest)


async def everybody(house: House) -> list[Actor]:
    """One account of each role, beside the representatives."""
    more = [await make_actor(house.world, role) for role in (Role.ADMIN, Role.DESK_RELAY, Role.REQUESTER)]
    staff = [house.purchaser, house.colleague, house.approver, house.auditor, house.evaluator]
    return [*staff, *more, *house.reps[:2]]


async def told(world: World, actors: list[Actor], **ids: str) -> set[tuple[str, str]]:
    """Whom the API tells the figure, and where: (role, path)."""
    aviary, found = Aviary([RESERVE]), set()
    paths = _paths(world)
    assert len(paths) > 100
    for actor in actors:
        hat = "supplier" if actor.is_supplier else min(actor.roles).value
        async with caller(world, actor) as client:
            for path in paths:
                answer = await client.get(path.format(**ids))
                if aviary.found_in(answer.content + str(answer.headers).encode()):
                    found.add((hat, path))
    return found


OPENED = {(hat, "/api/tenders/{tender_id}/reserves") for hat in ("purchaser", "approver", "auditor")}


@asynccontextmanager
async def heard() -> AsyncIterator[Ear]:
    """Everything that is logged meanwhile."""
    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        yield ear
    finally:
        logging.getLogger().removeHandler(ear)


async def test_s19_a_sealed_rounds_is_nowhere_before_its_prices_are_open(
    clean_database_url: str, tmp_path: Path
) -> None:
    async with heard() as ear, sealed_site(clean_database_url, tmp_path, changes=ASKED) as site:
        site.ear.lines += ear.lines
        people = await everybody(site.stage.house)
        ids = {"tender_id": site.stage.tender.id, "round_id": site.stage.round_id, "lot_id": site.lot}
        for number, amount in enumerate(("8500000.00", "8200000.00", "8300000.00")):
            await site.hand_in(number, amount)
        assert await site.gives_away(RESERVE) == set()
        assert await told(site.world, people, **ids) == set()
        async with site.client(site.stage.house.purchaser) as client:
            early = await client.get(f"/api/tenders/{site.stage.tender.id}/reserves")
        assert (early.status_code, early.json()["code"]) == (409, "TOO_EARLY")
        await site.finish()
        assert await told(site.world, people, **ids) == OPENED
        # The database keeps it sealed for good (d03, DBR: c).
        assert await site.gives_away(RESERVE) == set()
        kinds = [(entry.kind, entry.at) for entry in await site.stage.tender_chain()]
        opened = [at for kind, at in kinds if kind in {Kind.ENVELOPES_OPENED, Kind.RESERVE_OPENED}]
        assert len(opened) == 2
        assert opened[0] == opened[1]
    refused = [entry for entry in (await _system(site)) if entry == ("purchaser", "reserve_price", "TOO_EARLY")]
    assert refused


async def _system(site: Site) -> list[tuple[str, str, str]]:
    async with site.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system", limit=5000)
    read = [entry for entry in entries if entry.kind is Kind.READING_REFUSED]
    return [(entry.actor_role, entry.data["reading"], entry.data["code"]) for entry in read]


async def test_s19_a_live_rounds_is_nowhere_before_its_lot_has_closed(clean_database_url: str, tmp_path: Path) -> None:
    async with heard() as ear:
        stage = await set_stage(clean_database_url, tmp_path, **ASKED)
        site = Site(stage, 0, ear)  # type: ignore[arg-type]  # of a stage its dump takes the world alone
        people = await everybody(stage.house)
        ids = {"tender_id": stage.tender.id, "round_id": stage.round_id, "lot_id": stage.lots[0]}
        assert await site.gives_away(RESERVE) == set()
        await open_all(stage)
        async with committing(stage):
            for number, amount in enumerate(("8500000.00", "8200000.00", "8000000.00")):
                assert isinstance(await stage.place(number, amount), Receipted)
            assert await site.gives_away(RESERVE) == set()
            assert await told(stage.world, people, **ids) == set()
            await close_all(stage)
        assert await told(stage.world, people, **ids) == OPENED
        assert await site.gives_away(RESERVE) == set()
    await stage.world.db.dispose()


async def test_s19_after_sealed_prices_a_live_round_still_keeps_it(clean_database_url: str, tmp_path: Path) -> None:
    prepared = await sealed_stage.set_sealed_stage(
        clean_database_url, tmp_path, bidders=5, template=Template.LARGE, **ASKED
    )
    stage = Stage(prepared.house, prepared.tender, prepared.lots, prepared.tags)
    ids = {"tender_id": stage.tender.id, "round_id": stage.round_id, "lot_id": stage.lots[0]}
    await open_prices(stage, {number: Sealed(f"8{number}00000.00") for number in range(4)})
    await open_seeded(stage)
    people = await everybody(stage.house)
    assert await told(stage.world, people, **ids) == set()
    async with committing(stage):
        await close_all(stage)
    assert await told(stage.world, people, **ids) == OPENED
    await stage.world.db.dispose()


# ── no oracle ────────────────────────────────────────────────────────────────

# Around the figure, with every refusal a bidder can bring about on the way.
BIDS = [
    (0, "8200000.00"), (1, "9000000.01"), (1, "8150000.00"), (2, "8123456.72"), (0, "8199999.99"), (3, "8123456.71"),
    (2, "8123456.70"), (4, "abc"), (4, "8123456.715"), (3, "1.00"), (1, "8000000.00"), (0, "8000000.00"),
]  # fmt: skip


async def _play(url: str, folder: Path, **asked: Any) -> list[Any]:
    """What suppliers are told of the same bids: answers, then every frame of the floor, without ids and keys."""
    stage = await set_stage(url, folder, lots=(LOT,), **asked)
    heard: list[Any] = []
    await open_all(stage)
    hub = await stage.room.hub(stage.round_id)
    async with committing(stage):
        for number, amount in BIDS:
            answer = await stage.place(number, amount)
            stage.clock.wind(milliseconds=700)
            await stage.room.refresh(stage.round_id)
            frames = hub.tick()[2]
            lots = [json.loads(frames.state("supplier", stage.tag(own)))["lots"][0] for own in range(5)]
            heard.append([{name: one for name, one in lot.items() if name != "lot_id"} for lot in lots])
            heard.append(dict(answer.refusal.detail) | {"code": answer.refusal.code} if isinstance(answer, Refused)
                         else {name: answer.receipt[name] for name in ("amount", "received_at")})  # fmt: skip
    floor = await stage.floor()
    heard.append((floor.accepted, floor.attempts, floor.timetable.closes_at, floor.timetable.status))
    heard.append([entry.kind for entry in await stage.chain()])
    await stage.world.db.dispose()
    return heard


async def test_lr24_a_bidder_hears_the_same_with_and_without_a_reserve(databases: Databases, tmp_path: Path) -> None:
    urls = [databases.migrated(), databases.migrated()]
    without = await _play(urls[0], tmp_path / "without")
    within = await _play(urls[1], tmp_path / "within", reserves=[SECRET])
    assert within == without
    codes = {one["code"] for one in within if isinstance(one, dict) and "code" in one}
    assert {"NOT_AN_AMOUNT", "ABOVE_CEILING"} <= codes
    for url in urls:
        databases.drop(url)


@pytest.mark.parametrize("room", ["live_rounds", "sealed_rounds", "notices", "evaluation"])
def test_no_room_of_bids_knows_of_it_but_at_its_opening(room: str) -> None:
    """What cannot be asked for cannot be told: the two modules that open prices alone name it, by one function."""
    found = {}
    for path in (ROOT / "app" / room).rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and "reserv" in (node.module or "")
            for alias in node.names
        }
        if names:
            found[path.name] = names
    opens = {"live_rounds": "clockwork.py", "sealed_rounds": "opening.py"}
    assert found == ({opens[room]: {"open_reserves"}} if room in opens else {})


def test_the_rules_of_bidding_take_no_reserve() -> None:
    may = {"reserve_pricing.py", "reserve_retracing.py", "retracing.py", "wording.py", "awarding.py"}
    named = {
        path.name for path in (ROOT / "app/domain").rglob("*.py") if "app.domain.reserve_pricing" in path.read_text()
    }
    assert named <= may
