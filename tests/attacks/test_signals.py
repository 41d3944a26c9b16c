"""attacks.md K: what the auditor's screens show, whom they show nothing, and when they refuse."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text, update

from app.audit.signal_facts import _lines, network_of
from app.domain.documents import DocumentState
from app.domain.kinds import Kind
from app.domain.screening import ScreenMethod
from app.domain.visibility import Phase, Role
from app.evaluation import document_sandbox, document_store
from app.evaluation.document_sandbox import Redrawn
from app.evaluation.document_store import Document, Origin
from app.identity import vault
from app.identity.access import Actor
from app.journal.store import list_entries
from app.sealed_rounds import store as sealed_store
from app.tenders.tables import tender
from tests.attacks import hostile_files as files
from tests.award.acts import ranked_rows
from tests.callers import caller
from tests.evaluation import stage as stages
from tests.evaluation.stage import Stage, make_stage
from tests.sealed_rounds.stage import set_sealed_stage
from tests.worlds import TestWorld, make_actor, make_world

RING = ("青禾", "岚川", "澄锐")
OUTSIDER = "朗峤"
PATH = "/api/audit/signals"
WHY = "both resell one maker's list, seen in the price books"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


@pytest.fixture
def same_firms(monkeypatch: pytest.MonkeyPatch) -> None:
    """One supplier a name, however many tenders it bids in."""
    known: dict[str, Actor] = {}
    make = stages.make_supplier

    async def once(world: Any, name: str) -> Actor:
        if name not in known:
            known[name] = await make(world, name)
        return known[name]

    monkeypatch.setattr(stages, "make_supplier", once)


async def settle(stage: Stage, phase: Phase = Phase.UNSEALED, **values: Any) -> None:
    async with stage.world.db.transaction() as tx:
        query = update(tender).where(tender.c.id == stage.tender_id)
        await tx.execute(query.values(phase=phase.value, version=tender.c.version + 1, **values))


async def get(stage: Stage, path: str = PATH, actor: Actor | None = None, **query: str) -> httpx.Response:
    async with caller(stage.world, actor or stage.auditor) as client:
        return await client.get(path, params=query)


async def look(stage: Stage, key: str, state: str, note: str = "", actor: Actor | None = None) -> httpx.Response:
    async with caller(stage.world, actor or stage.auditor) as client:
        return await client.post(f"{PATH}/{key}/looks", json={"state": state, "note": note})


async def count_notices(stage: Stage) -> int:
    async with stage.world.db.snapshot() as tx:
        return int((await tx.execute(text("SELECT count(*) FROM notice"))).scalar() or 0)


async def add_paper(stage: Stage, name: str, content: str, author: str) -> None:
    """A drawn document of a bidder."""
    world, bidder = stage.world, stage.bidders[name]
    origin = Origin(bidder.tag, "p" * 64, 0, "own name.pdf", content * 64)
    new = Document(
        world.ids.new(), stage.tender_id, stage.lots[0], f"T-{RING.index(name)}", 1, DocumentState.WAITING,
        None, None, 1, 1, origin,
    )  # fmt: skip
    async with world.db.transaction() as tx:
        await document_store.insert_document(world, tx, new)
        editor = document_store.editor_key(world, author)
        await document_store.save(world, tx, new, state=DocumentState.SHOWN, editor=editor)


async def play_ring(world: TestWorld) -> list[Stage]:
    """Six tenders whose first place goes round three firms, with one editor and one network among two of them; and one
    of four lots in which two firms' prices are in one ratio."""
    played = []
    for at in range(6):
        order = [RING[(at + step) % 3] for step in range(3)]
        prices = ["275.10", "281.40", "283.70"]
        bids = [*zip(order, prices, strict=True), (OUTSIDER, f"29{at}.30")]
        stage = await make_stage(world.world, [bids], names=(*RING, OUTSIDER))
        await ranked_rows(stage)
        await add_paper(stage, RING[0], "a", "Wang Wu")
        await add_paper(stage, RING[1], "b", " wang  WU ")
        await add_paper(stage, RING[2], "c", "Li Si")
        await settle(stage)
        played.append(stage)
        world.clock.wind(days=7)
    base = ["211.30", "242.70", "263.90", "251.20"]
    dearer = [f"{float(each) * 1.04:.2f}" for each in base]
    lots = [
        [(RING[0], one), (RING[1], other), (RING[2], f"27{at}.45")]
        for at, (one, other) in enumerate(zip(base, dearer, strict=True))
    ]
    last = await make_stage(world.world, lots, names=(*RING, OUTSIDER))
    await ranked_rows(last)
    await settle(last, category="another")
    async with world.world.db.transaction() as tx:
        for name, address in ((RING[0], "203.0.113.7"), (RING[1], "203.0.113.201"), (RING[2], "198.51.100.4")):
            who = last.bidders[name].actor.account_id
            await vault.insert_trace(world.world, tx, account_id=who, network=address, user_agent=f"Agent {name}")
    return [*played, last]


async def test_k01_a_planted_ring_is_shown_to_the_auditor_with_its_evidence(made: TestWorld, same_firms: None) -> None:
    *played, last = await play_ring(made)
    answer = await get(last, everything="true")
    assert answer.status_code == 200, answer.text
    board = answer.json()
    found: dict[str, list[dict[str, Any]]] = {}
    for lead in board["leads"]:
        found.setdefault(lead["method"], []).append(lead)
    assert {"rotation", "same_editor", "ratio"} <= set(found)
    (rotation,) = found["rotation"]
    assert (rotation["figure"], rotation["n"], rotation["bidders"]) == ("6/6", 6, ["#1", "#2", "#3"])
    assert 0 < rotation["chance"] < 0.01
    page = (await get(last, f"{PATH}/{rotation['key']}")).json()
    assert page["columns"] == ["tender", "lot", "bidders", "#1", "#2", "#3"]
    firsts = [row[3:].index("1") for row in page["rows"]]
    assert [(one - other) % 3 for one, other in zip(firsts[1:], firsts, strict=False)] in ([1] * 5, [2] * 5)
    assert page["method"]["innocent_en"]
    assert page["method"]["formula"]
    ratio = next(each for each in found["ratio"] if each["tender"] == last.tender_id)
    assert (ratio["n"], ratio["lot"], ratio["base"]["origin"]) == (4, None, "none")
    assert abs(max(float(ratio["figure"]), 1 / float(ratio["figure"])) - 1.04) < 0.001
    # One editor under two spellings, in each of the six; nothing says which name it is.
    assert {each["tender"] for each in found["same_editor"]} == {stage.tender_id for stage in played}
    editor = await get(last, f"{PATH}/{found['same_editor'][0]['key']}")
    assert len(editor.json()["rows"]) == 2
    networks = found["same_network"]
    assert {each["tender"] for each in networks} >= {last.tender_id}
    pages = [answer, editor, *[await get(last, f"{PATH}/{each['key']}") for each in networks]]
    for told in pages:
        for word in ("wang", "Wang", "203.0.113", "Agent 青", *(f"{name}公司" for name in RING)):
            assert word not in told.text


async def test_k01_the_workbook_has_leads_methods_and_evidence(made: TestWorld, same_firms: None) -> None:
    *_, last = await play_ring(made)
    for locale, titles in (("zh", ["线索", "方法", "证据"]), ("en", ["Leads", "Methods", "Evidence"])):
        sheet = await get(last, f"{PATH}/sheet", locale=locale, everything="true")
        book = load_workbook(io.BytesIO(sheet.content))
        assert book.sheetnames == titles
        assert book.worksheets[0].max_row > 8
        assert book.worksheets[1].max_row == len(ScreenMethod) + 1


async def test_k03_nobody_else_sees_a_sign(made: TestWorld, same_firms: None) -> None:
    stage, *_ = await play_ring(made)
    before = await count_notices(stage)
    key = (await get(stage)).json()["leads"][0]["key"]
    assert (await look(stage, key, "looked")).status_code == 201
    supplier = stage.bidders[RING[0]].actor
    for role in (Role.PURCHASER, Role.APPROVER, Role.EVALUATOR, Role.ADMIN, Role.DESK_RELAY, Role.REQUESTER):
        other = await make_actor(made.world, role)
        for path in (PATH, f"{PATH}/{key}", f"{PATH}/sheet"):
            there = await get(stage, path, other)
            absent = await get(stage, f"{PATH}/{'0' * 32}", other)
            assert (there.status_code, there.json()["code"]) == (absent.status_code, absent.json()["code"])
            assert there.status_code in {403, 404}
        assert (await look(stage, key, "looked", actor=other)).status_code in {403, 404}
    assert (await get(stage, PATH, supplier)).status_code in {403, 404}
    # Making, reading and settling leads leaves no mark on the tender: neither entry, nor notice, nor row.
    async with made.world.db.snapshot() as tx:
        kinds = {each.kind for each in await list_entries(tx, chain=f"tender:{stage.tender_id}")}
    assert kinds.isdisjoint({Kind.SIGNAL_LOOKED, Kind.SIGNAL_RAISED, Kind.READ_PRIVILEGED})
    assert await count_notices(stage) == before


@pytest.mark.parametrize("phase", [Phase.QUESTIONS, Phase.SEALED, Phase.CLOSED_UNOPENED, Phase.LIVE])
async def test_k05_of_an_open_tender_it_is_refused_and_the_try_is_on_record(made: TestWorld, phase: Phase) -> None:
    lot = [("青禾", "280.00"), ("岚川", "280.00"), ("澄锐", "277.00")]
    stage = await make_stage(made.world, [lot])
    await ranked_rows(stage)
    shown = (await get(stage, everything="true")).json()
    assert [each["method"] for each in shown["leads"]] == ["same_total"]
    key = shown["leads"][0]["key"]
    await settle(stage, phase)
    refused = await get(stage, tender=stage.tender_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "NOT_ALLOWED_HERE")
    # And nothing of it stands on the board of the others, nor under its own address.
    assert (await get(stage, everything="true")).json()["leads"] == []
    assert (await get(stage, f"{PATH}/{key}")).status_code == 404
    assert (await look(stage, key, "looked")).status_code == 404
    async with made.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system")
    tried = [each.data for each in entries if each.kind is Kind.READING_REFUSED]
    assert tried == [{"reading": "signals", "code": "NOT_ALLOWED_HERE"}]
    assert sum(each.kind is Kind.READ_PRIVILEGED and each.data == {"what": "signals"} for each in entries) == 2


async def test_a_lead_is_explained_and_confirmed_by_another(made: TestWorld) -> None:
    lot = [("青禾", "280.00"), ("岚川", "280.00"), ("澄锐", "277.00")]
    stage = await make_stage(made.world, [lot])
    await ranked_rows(stage)
    key = (await get(stage, everything="true")).json()["leads"][0]["key"]
    second = await make_actor(made.world, Role.AUDITOR, name="Second")
    assert (await look(stage, key, "looked")).status_code == 201
    assert (await look(stage, key, "explained", "short")).json()["code"] == "REASON_MISSING"
    assert (await look(stage, key, "explained", WHY)).status_code == 201
    assert (await look(stage, key, "confirmed")).json()["code"] == "SAME_PERSON"
    agreed = await look(stage, key, "confirmed", "seen it, and agree", second)
    assert [each["state"] for each in agreed.json()["looks"]] == ["looked", "explained", "confirmed"]
    assert agreed.json()["looks"][1]["note"] == WHY
    open_ones = await get(stage, everything="true", unsettled="true")
    assert open_ones.json()["leads"] == []
    assert (await look(stage, "0" * 32, "looked")).status_code == 404
    # The record names the lead by a hash, and a reader of the database learns neither note nor verdict.
    async with made.world.db.snapshot() as tx:
        told = [each for each in await list_entries(tx, chain="system") if each.kind is Kind.SIGNAL_LOOKED]
    assert [each.data for each in told] == [{"lead": key, "n": at} for at in (1, 2, 3)]
    assert all(WHY.encode() not in each.body and b"explained" not in each.body for each in told)
    assert len({len(each.sealed or "") for each in told}) == 1


async def test_line_prices_are_opened_again_from_the_record(clean_database_url: str, tmp_path: Path) -> None:
    stage = await set_sealed_stage(clean_database_url, tmp_path)
    await stage.open()
    lines = ((1, "100.00"), (2, "85.00"), (3, "70.00"), (4, "30.00"))
    for number in range(4):
        await stage.hand_in(number, "285.00", lines=lines)
    await stage.close()
    assert await stage.open_envelopes() == "price"
    async with stage.world.db.snapshot() as tx:
        held = await sealed_store.load_round(tx, stage.round_id)
        found = await _lines(stage.world, tx, held, stage.lots[0])
    assert len(found) == 4
    assert {line: f"{price:f}" for line, price in found[stage.tag(0)].items()} == {str(n): text for n, text in lines}
    await stage.world.db.dispose()


async def test_the_sandbox_tells_an_author_and_no_more() -> None:
    drawn = await document_sandbox.redraw(files.telling_pdf("Wang Wu"))
    assert isinstance(drawn, Redrawn)
    assert drawn.author == "Wang Wu"
    workbook = await document_sandbox.redraw(files.telling_workbook())
    assert isinstance(workbook, Redrawn)
    plain = await document_sandbox.redraw(b"model,noise\nA,42\n")
    assert isinstance(plain, Redrawn)
    assert plain.author == ""
    # Properties that lie about their size cost nothing: what is read of them is bounded.
    packed = io.BytesIO(files.telling_workbook())
    with zipfile.ZipFile(packed) as archive:
        assert "docProps/core.xml" in archive.namelist()


def test_networks() -> None:
    assert network_of("203.0.113.7") == network_of("203.0.113.250") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::5") == "2001:db8:1::/48"
    for inside in ("127.0.0.1", "10.1.2.3", "192.168.7.7", "::1", "fe80::1", "testclient", ""):
        assert network_of(inside) is None
