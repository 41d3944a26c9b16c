"""attacks.md K01, K03, K05 over sealed rounds as they are played: line prices sealed, opened, and held together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from app.domain.documents import DocumentState
from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.visibility import Phase, Role
from app.evaluation import document_store
from app.evaluation import timekeeper as evaluation_timekeeper
from app.evaluation.document_store import Document, Origin
from app.identity import vault
from app.identity.access import Actor
from app.journal.store import list_entries
from app.sealed_rounds import clockwork
from app.tenders.tables import tender
from tests.callers import caller
from tests.sealed_rounds.stage import Stage, stage_of
from tests.tenders.houses import House, add_supplier, build_house, join, load, publish, reach_deadline
from tests.worlds import make_actor

PATH = "/api/audit/signals"
ROUNDS = 6
# The first three take turns: the first's list, the same times 1.04, and one of its own; the fourth belongs to nobody.
LISTS = (
    ("95.00", "80.00", "65.00", "30.00"),
    ("98.80", "83.20", "67.60", "31.20"),
    ("99.10", "81.95", "70.40", "32.05"),
    ("96.20", "88.70", "71.15", "29.90"),
)
NETWORKS = ("203.0.113.7", "203.0.113.201", "198.51.100.4", "192.0.2.9")
EDITORS = ("Wang Wu", " wang  WU ", "Li Si", "Zhao Liu")


@dataclass
class Ring:
    house: House
    rounds: list[Stage]


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    built = await build_house(clean_database_url, tmp_path, 0)
    built.reps = [await add_supplier(built, number) for number in range(1, 5)]
    yield built
    await built.world.db.dispose()


async def call(house: House, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(house.world, actor) as client:
        yield client


async def get(house: House, path: str = PATH, actor: Actor | None = None, **query: str) -> httpx.Response:
    async with caller(house.world, actor or house.auditor) as client:
        return await client.get(path, params=query)


async def begin(house: House) -> Stage:
    """A published sealed tender that all four have joined; its opening is ahead."""
    published = await publish(house, Template.SEALED)
    assert await clockwork.ensure_round(house.world, published.id)
    await join(house, published, *house.reps)
    await reach_deadline(house, published.id)
    return await stage_of(house, published.id)


async def hand_in_all(stage: Stage, order: tuple[int, ...]) -> None:
    """Everybody's lines; who stands at which place of the order has that list."""
    for number, prices in zip(order, LISTS, strict=True):
        lines = tuple(enumerate(prices, start=1))
        total = f"{sum(float(price) for price in prices):.2f}"
        await stage.hand_in(number, total, lines=lines)


async def finish(stage: Stage) -> None:
    """Close, open, rank."""
    await stage.close()
    assert await stage.open_envelopes() == "price"
    await evaluation_timekeeper.turn(stage.world)


async def unseal(stage: Stage) -> None:
    """The names are known: what a decision and an approver bring about elsewhere."""
    async with stage.world.db.transaction() as tx:
        values = {"phase": Phase.UNSEALED.value, "version": tender.c.version + 1}
        await tx.execute(update(tender).where(tender.c.id == stage.tender.id).values(**values))


async def add_papers(stage: Stage) -> None:
    """A drawn file of each bidder, with what its properties named as author."""
    world = stage.world
    for number, author in enumerate(EDITORS):
        origin = Origin(stage.tag(number), "p" * 64, 0, "own name.pdf", f"{number}" * 64)
        new = Document(
            world.ids.new(), stage.tender.id, stage.lots[0], f"T-{number}", 1, DocumentState.WAITING,
            None, None, 1, 1, origin,
        )  # fmt: skip
        async with world.db.transaction() as tx:
            await document_store.insert_document(world, tx, new)
            editor = document_store.editor_key(world, author)
            await document_store.save(world, tx, new, state=DocumentState.SHOWN, editor=editor)


async def play_ring(house: House) -> Ring:
    """Six sealed rounds whose first place goes round three firms."""
    played = []
    for at in range(ROUNDS):
        stage = await begin(house)
        await stage.open()
        await hand_in_all(stage, (at % 3, (at + 1) % 3, (at + 2) % 3, 3))
        await finish(stage)
        await add_papers(stage)
        await unseal(stage)
        played.append(stage)
    async with house.world.db.transaction() as tx:
        for rep, address in zip(house.reps, NETWORKS, strict=True):
            await vault.insert_trace(
                house.world, tx, account_id=rep.account_id, network=address, user_agent=f"Agent {address}"
            )
    return Ring(house, played)


async def test_k01_a_ring_in_sealed_rounds_is_shown_with_everything_about_it(house: House) -> None:
    ring = await play_ring(house)
    answer = await get(house, everything="true")
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, Any]]] = {}
    for lead in answer.json()["leads"]:
        found.setdefault(lead["method"], []).append(lead)
    everywhere = {stage.tender.id for stage in ring.rounds}
    # Lines, sealed by bidders and opened by the service: one ratio in each round, between other two each time.
    assert {each["tender"] for each in found["ratio"]} == everywhere
    for lead in found["ratio"]:
        assert (lead["n"], lead["lot"], len(lead["bidders"])) == (4, 1, 2)
        assert abs(max(float(lead["figure"]), 1 / float(lead["figure"])) - 1.04) < 0.001
        page = (await get(house, f"{PATH}/{lead['key']}")).json()
        assert page["columns"] == ["line", "first", "second"]
        shown = {tuple(sorted(row[1:], key=float)) for row in page["rows"]}
        assert shown == set(zip(LISTS[0], LISTS[1], strict=True))
    assert {each["tender"] for each in found["same_editor"]} == everywhere
    assert {each["tender"] for each in found["same_network"]} == everywhere
    (rotation,) = found["rotation"]
    assert (rotation["figure"], rotation["n"]) == ("6/6", ROUNDS)
    rows = (await get(house, f"{PATH}/{rotation['key']}")).json()["rows"]
    assert [row[3:].index("1") for row in rows[:3]] == [row[3:].index("1") for row in rows[3:]]
    pages = [answer, *[await get(house, f"{PATH}/{each['key']}") for told in found.values() for each in told]]
    for told in pages:
        assert told.json()
        for word in ("wang", "Wang", "203.0.113", "Agent 2", "供应商00", "Supplier 00"):
            assert word not in told.text


async def test_k05_from_the_opening_of_a_round_to_its_ranking_every_reading_is_refused(house: House) -> None:
    stage = await begin(house)
    refusals = []

    async def try_it() -> None:
        refused = await get(house, tender=stage.tender.id)
        refusals.append((refused.status_code, refused.json()["code"]))
        for everything in ("true", "false"):
            assert (await get(house, everything=everything)).json()["leads"] == []

    await try_it()
    await stage.open()
    await try_it()
    await hand_in_all(stage, (0, 1, 2, 3))
    await try_it()
    await stage.close()
    await try_it()
    assert refusals == [(409, "NOT_ALLOWED_HERE")] * 4
    assert await stage.open_envelopes() == "price"
    await evaluation_timekeeper.turn(stage.world)
    assert (await load(house, stage.tender.id)).phase is Phase.PRICES
    shown = await get(house, tender=stage.tender.id, everything="true")
    assert "ratio" in {each["method"] for each in shown.json()["leads"]}
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system", limit=1000)
    assert sum(each.kind is Kind.READING_REFUSED for each in entries) == 4


async def test_k03_the_same_round_goes_on_alike_whether_its_bidders_are_a_ring_or_not(house: House) -> None:
    """To every buyer's role, before and after the leads are read, the tender says the same."""
    stage = await begin(house)
    await stage.open()
    await hand_in_all(stage, (0, 1, 2, 3))
    await finish(stage)
    others = [house.purchaser, house.approver, *[await make_actor(house.world, role) for role in (Role.REQUESTER,)]]
    paths = [f"/api/tenders/{stage.tender.id}", f"/api/tenders/{stage.tender.id}/ranking"]
    before = [(await get(house, path, actor)).text for actor in others for path in paths]
    async with house.world.db.snapshot() as tx:
        notices = (await tx.execute(text("SELECT count(*) FROM notice"))).scalar()
        chain = len(await stage.tender_chain())
    board = (await get(house, everything="true")).json()
    assert "ratio" in {each["method"] for each in board["leads"]}
    key = board["leads"][0]["key"]
    async with caller(house.world, house.auditor) as client:
        assert (await client.post(f"{PATH}/{key}/looks", json={"state": "looked", "note": ""})).status_code == 201
    assert [(await get(house, path, actor)).text for actor in others for path in paths] == before
    async with house.world.db.snapshot() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM notice"))).scalar() == notices
    assert len(await stage.tender_chain()) == chain
    for actor in others:
        assert (await get(house, f"{PATH}/{key}", actor)).status_code in {403, 404}
