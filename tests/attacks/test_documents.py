"""attacks.md D: hostile and telling files, from the sealed envelope to the evaluator's page, over HTTP."""

import base64
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from app.award.store import Unsealing, insert_unsealings
from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.visibility import Phase, Role
from app.evaluation import document_intake, document_sandbox, document_store
from app.evaluation.document_sandbox import Bounds
from app.evaluation.tables import document
from app.evaluation.tables import document_intake as document_intake_table
from app.evaluation.timekeeper import draw
from app.identity.access import Actor
from app.notices.store import Notice, list_notices
from app.notices.texts import render
from app.tenders import store as tenders_store
from tests.attacks import hostile_files as files
from tests.audit.folds import differences
from tests.callers import caller
from tests.databases import Databases
from tests.live_rounds.floors import chain_of
from tests.sealed_rounds.stage import Stage, set_sealed_stage
from tests.worlds import make_actor

LONG = "a" * 240 + ".pdf"
# By bidder: (own name, type, content).
SENT = (
    [
        (f"{files.FIRM} datasheet.pdf", "application/pdf", files.telling_pdf()),
        ("Supplier 001 prices.xlsx", "", files.telling_workbook()),
        ("../../etc/passwd", "text/html", files.plain_pdf("Noise 42 dB", pages=2)),
    ],
    [
        ("letter.png", "image/png", files.letterhead()),
        ("\u202egnp.exe", "", b"model,noise\nA,42\n"),
        ("bomb.xlsx", "", files.office("spreadsheetml.sheet", bomb=b"\0" * 70_000_000)),
        ("macro.xlsx", "", files.macro_workbook()),
        ("page.pdf", "application/pdf", b"<html><script>alert(1)</script>"),
    ],
    [(LONG, "", b"model,noise\nA,42\n"), ("many.pdf", "", files.plain_pdf("a", pages=81))],
    [("brochure of the others.pdf", "", files.plain_pdf("As good as Supplier 003"))],
)


@dataclass(slots=True)
class Desk:
    """The evaluation, and who reads it."""

    stage: Stage
    evaluator: Actor
    # {name: document} as the evaluator is told.
    told: dict[str, dict[str, Any]]
    # {bidder: alias}: what the test alone knows.
    alias: dict[int, str]

    async def ask(self, actor: Actor, method: str, path: str, body: Any = None) -> httpx.Response:
        """A call by somebody."""
        async with caller(self.stage.world, actor) as client:
            return await client.request(method, path, json=body)

    async def page(self, name: str, tail: str = "pages/1", actor: Actor | None = None) -> httpx.Response:
        """A page of a document, by its neutral name."""
        return await self.ask(actor or self.evaluator, "GET", f"/api/documents/{self.told[name]['id']}/{tail}")

    async def look(self) -> None:
        """Read the list anew."""
        shown = await self.ask(self.evaluator, "GET", f"/api/tenders/{self.stage.tender.id}/documents")
        self.told = {each["name"]: each for each in shown.json()["documents"]}

    async def held(self, actor: Actor | None = None) -> list[dict[str, Any]]:
        """What waits for the relay; in profile lean that is the approver."""
        shown = await self.ask(actor or self.stage.house.approver, "GET", "/api/held-documents")
        found: list[dict[str, Any]] = shown.json()["documents"]
        return found

    async def decide(self, one: dict[str, Any], verdict: str, *boxes: dict[str, int]) -> httpx.Response:
        """The relay's word."""
        body = {"verdict": verdict, "version": one["version"], "boxes": list(boxes)}
        return await self.ask(self.stage.house.approver, "POST", f"/api/held-documents/{one['key']}/decision", body)

    async def entries(self, kind: Kind) -> list[dict[str, Any]]:
        """The data of the tender's entries of a kind."""
        return [dict(entry.data) for entry in await self.stage.tender_chain() if entry.kind is kind]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Four bidders' files, sealed, opened and drawn, once."""
    folder, url = tmp_path_factory.mktemp("documents"), databases.migrated()
    stage = await set_sealed_stage(url, folder, template=Template.LARGE)
    await stage.open()
    for number, sent in enumerate(SENT):
        await stage.hand_in(number, files=sent)
    await stage.close()
    assert await stage.open_envelopes() == "tech"
    assert await draw(stage.world)
    assert await document_intake.turn(stage.world) == sum(map(len, SENT))
    assert await document_intake.turn(stage.world) == 0
    evaluator = await make_actor(stage.world, Role.EVALUATOR, name="评审")
    async with stage.world.db.snapshot() as tx:
        known = await document_store.list_documents(stage.world, tx, stage.tender.id)
    number_of = {stage.tag(number): number for number in range(4)}
    made = Desk(stage, evaluator, {}, {number_of[each.origin.tag]: each.alias for each in known})
    seats = {"accounts": [evaluator.account_id]}
    path = f"/api/tenders/{stage.tender.id}"
    assert (await made.ask(stage.house.purchaser, "POST", f"{path}/panel", seats)).status_code == 200
    before = await made.ask(evaluator, "GET", f"{path}/documents")
    assert before.json()["documents"] == [], "no file before the declaration"
    assert (await made.ask(evaluator, "POST", f"{path}/declaration", {"has_conflict": False})).status_code == 204
    await made.look()
    yield made
    await stage.world.db.dispose()
    databases.drop(url)


def forms_of(name: str) -> set[bytes]:
    """How a name may be written in bytes."""
    plain = name.encode()
    wide = {name.encode("utf-16-le"), name.encode("utf-16-be")}
    return {plain, *wide, base64.b64encode(plain)[:-4], plain.hex().encode()}


def names_firm(answer: httpx.Response) -> bool:
    """Whether an answer holds the firm: raw, in its headers, or compressed inside a PNG."""
    content = answer.content + str(answer.headers).encode()
    at = answer.content.find(b"IDAT")
    if at > 0:
        content += zlib.decompressobj().decompress(answer.content[at + 4 :])
    return any(form in content for form in forms_of(files.FIRM))


async def test_d02_d10_names_are_neutral_wherever_they_are_shown(desk: Desk) -> None:
    shown = await desk.ask(desk.evaluator, "GET", f"/api/tenders/{desk.stage.tender.id}/documents")
    own = {name for name, each in desk.told.items() if each["alias"] == desk.alias[0]}
    assert own == {f"{desk.alias[0]}_{tail}" for tail in ("pdf_1", "table_2", "pdf_3")}
    for sent in SENT:
        for name, _, _ in sent:
            assert name not in shown.text
    assert not names_firm(shown)
    assert all(len(each["id"]) == 32 for each in desk.told.values())
    stored = [path.name for path in desk.stage.world.files.folder.rglob("*") if path.is_file()]
    assert stored
    assert all(len(name) == 32 for name in stored)


async def test_d05_a_workbook_is_its_values(desk: Desk) -> None:
    answer = await desk.page(f"{desk.alias[0]}_table_2", "tables/1")
    assert answer.json()["rows"][:2] == [["Efficiency", "3.25"], ["17", ""]]
    assert not names_firm(answer)
    assert "example" not in answer.text
    assert len(answer.text) < 3000


async def test_what_is_shown_is_a_picture_in_a_sandbox(desk: Desk) -> None:
    answer = await desk.page(f"{desk.alias[0]}_pdf_3", "pages/2")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not names_firm(answer)
    for tail in ("pages/3", "pages/0", "tables/1"):
        assert (await desk.page(f"{desk.alias[0]}_pdf_3", tail)).status_code == 404


async def test_d04_a_picture_is_held_like_something_that_is_not_there(desk: Desk) -> None:
    name = f"{desk.alias[1]}_picture_1"
    assert (desk.told[name]["state"], desk.told[name]["pages"]) == ("held", [])
    held, absent = await desk.page(name), await desk.ask(desk.evaluator, "GET", f"/api/documents/{'0' * 32}/pages/1")
    assert (held.status_code, held.content) == (absent.status_code, absent.content) == (404, absent.content)
    house = desk.stage.house
    for actor in (house.purchaser, house.auditor, house.approver):
        assert (await desk.page(name, actor=actor)).status_code == 404


async def test_d07_d08_hostile_files_are_refused_with_a_code_and_the_others_go_on(desk: Desk) -> None:
    second, third = desk.alias[1], desk.alias[2]
    told = {name: (each["state"], each["fault"]) for name, each in desk.told.items()}
    assert told[f"{second}_file_3"] == ("not_shown", "UNPACKED_TOO_LARGE")
    assert told[f"{second}_file_4"] == ("not_shown", "MACROS")
    assert told[f"{second}_file_5"] == ("not_shown", "WRONG_TYPE")
    assert told[f"{third}_file_2"] == ("not_shown", "TOO_MANY_PAGES")
    assert told[f"{third}_table_1"] == ("shown", None)
    assert (await desk.page(f"{second}_file_4")).status_code == 404


async def test_a_rivals_name_holds_the_page_and_tells_its_number_alone(desk: Desk) -> None:
    assert desk.told[f"{desk.alias[3]}_pdf_1"]["state"] == "held"
    reasons = [each["holds"] for one in await desk.held() for each in one["pages"]]
    assert ["NAME"] in reasons
    drawn = await desk.entries(Kind.DOCUMENT_DRAWN)
    assert len(drawn) == sum(map(len, SENT))
    assert "Supplier" not in str(drawn)


async def test_d11_the_same_file_of_two_is_a_signal_for_the_auditor_alone(desk: Desk) -> None:
    signals = await desk.entries(Kind.SIGNAL_RAISED)
    assert [each["signal"] for each in signals] == ["SAME_FILE"]
    path = f"/api/tenders/{desk.stage.tender.id}/documents"
    seen = (await desk.ask(desk.stage.house.auditor, "GET", path)).json()["documents"]
    doubled = {f"{desk.alias[1]}_table_2", f"{desk.alias[2]}_table_1"}
    assert {each["name"] for each in seen if each["is_twin"]} == doubled
    assert not any(each["is_twin"] for each in desk.told.values())
    early = await desk.ask(desk.stage.house.purchaser, "GET", path)
    assert early.json()["documents"] == [], "the buyer reads no technical part before the prices (d26)"


async def notices_of(desk: Desk, actor: Actor) -> list[Notice]:
    async with desk.stage.world.db.snapshot() as tx:
        told = await list_notices(desk.stage.world, tx, actor.account_id)
    return [each for each in told if each.kind is NoticeKind.DOCUMENTS_HELD]


async def test_the_relay_is_told_once_that_files_are_held_and_nobody_else(desk: Desk) -> None:
    house = desk.stage.house
    (told,) = await notices_of(desk, house.approver)
    assert told.params["reference"] == desk.stage.tender.reference
    subject, text = render(told.kind, "en", {**told.params, "link": ""})
    assert not any(word in subject + text for word in ("Supplier", *desk.alias.values(), desk.stage.tender.title_en))
    for actor in (house.purchaser, house.auditor, desk.evaluator, house.reps[0]):
        assert await notices_of(desk, actor) == []


async def test_the_relay_sees_no_alias_and_nobody_else_sees_what_is_held(desk: Desk) -> None:
    for one in await desk.held():
        assert one["alias"] is None, "the approver of lean must not join it to an offer"
        assert one["key"] not in {each["id"] for each in desk.told.values()}
    house = desk.stage.house
    for actor in (house.purchaser, house.auditor, desk.evaluator, house.reps[0]):
        assert (await desk.ask(actor, "GET", "/api/held-documents")).status_code == 403
    stranger = await make_actor(desk.stage.world, Role.DESK_RELAY)
    assert await desk.held(stranger) == [], "in lean the approver relays"


async def test_d01_d12_cleared_reported_blackened_and_cleared_again(desk: Desk) -> None:
    name = f"{desk.alias[0]}_pdf_1"
    assert desk.told[name]["state"] == "held", "its hidden text names the firm"
    waiting = [one for one in await desk.held() if one["kind"] == "pdf"]
    (mine,) = [one for one in waiting if await _is_same(desk, one, files.telling_pdf())]
    stale = await desk.decide({**mine, "version": mine["version"] + 1}, "clear")
    assert (stale.status_code, stale.json()["code"]) == (409, "CHANGED_SINCE")
    outside = await desk.decide(mine, "clear", {"page": 1, "left": 0, "top": 0, "width": 1, "height": 1})
    assert outside.json()["code"] == "OUT_OF_RANGE"
    assert (await desk.decide(mine, "clear")).status_code == 204
    first = await desk.page(name)
    assert first.status_code == 200
    assert not names_firm(first)

    report = f"/api/documents/{desk.told[name]['id']}/report"
    assert (await desk.ask(desk.stage.house.purchaser, "POST", report)).status_code == 403
    assert (await desk.ask(desk.evaluator, "POST", report)).status_code == 204
    assert (await desk.page(name)).status_code == 404, "hidden from all"
    assert (await desk.ask(desk.evaluator, "POST", report)).json()["code"] == "ALREADY_DECIDED"
    seen = await desk.ask(desk.stage.house.auditor, "GET", f"/api/tenders/{desk.stage.tender.id}/documents")
    assert [each["name"] for each in seen.json()["documents"] if each["is_reported"]] == [name]

    assert len(await notices_of(desk, desk.stage.house.approver)) == 2
    again = next(one for one in await desk.held() if one["is_reported"])
    box = {"page": 0, "left": 0, "top": 0, "width": 1000, "height": 300}
    assert (await desk.decide(again, "clear", box, {**box, "top": 900, "height": 50})).status_code == 204
    second = await desk.page(name)
    assert second.status_code == 200
    assert second.content != first.content
    burned = [{name: each[name] for name in ("page", "boxes")} for each in await desk.entries(Kind.DOCUMENT_REDACTED)]
    assert burned == [{"page": 1, "boxes": 2}]
    assert len(await desk.entries(Kind.DOCUMENT_REPORTED)) == 1
    assert (await desk.decide(again, "clear")).status_code == 404


async def _is_same(desk: Desk, one: dict[str, Any], content: bytes) -> bool:
    made = await document_sandbox.redraw(content)
    path = f"/api/held-documents/{one['key']}/pages/1?v=1"
    shown = await desk.ask(desk.stage.house.approver, "GET", path)
    return not isinstance(made, str) and shown.content == made.pages[0].content


async def test_what_the_relay_withholds_is_never_shown(desk: Desk) -> None:
    picture = next(one for one in await desk.held() if one["kind"] == "picture")
    assert (await desk.decide(picture, "withhold")).status_code == 204
    await desk.look()
    told = desk.told[f"{desk.alias[1]}_picture_1"]
    assert (told["state"], told["fault"]) == ("not_shown", "WITHHELD")


async def test_a_dump_of_database_and_files_names_nobody(desk: Desk) -> None:
    world = desk.stage.world
    async with world.db.snapshot() as tx:
        rows = [tuple(row) for table in (document, document_intake_table) for row in await tx.execute(select(table))]
    stored = [each.read_bytes() for each in world.files.folder.rglob("*") if each.is_file()]
    dumped = repr(rows).encode() + b"".join(stored)
    for form in (*forms_of(files.FIRM), b"letter.png", b"IDAT", b"Noise"):
        assert form not in dumped


async def test_d07_a_worker_that_does_not_end_is_killed_and_the_next_job_goes_on(desk: Desk) -> None:
    assert await document_sandbox.redraw(files.plain_pdf("a"), bounds=Bounds(wall_seconds=0.01)) == "TOO_SLOW"
    assert (await desk.page(f"{desk.alias[2]}_table_1", "tables/1")).status_code == 200
    assert not isinstance(await document_sandbox.redraw(files.plain_pdf("a")), str)


async def test_a_row_changed_by_hand_is_found_by_the_journal(desk: Desk) -> None:
    stage, entries = desk.stage, await desk.stage.tender_chain()

    async def folded(*changes: str) -> set[str]:
        return await differences(stage.world, stage.tender.id, entries, *changes)

    assert await folded() == set()
    moved = {"a document stands in the table where no entry has put it"}
    for change in (
        "state = 'shown' WHERE state = 'not_shown'", "version = version + 1 WHERE state = 'shown'",
        "state = 'waiting' WHERE state = 'held'", "fault = 'MACROS' WHERE fault = 'WRONG_TYPE'",
    ):  # fmt: skip
        assert await folded(f"UPDATE document SET {change}") == moved, change
    gone = await folded("DELETE FROM document WHERE fault = 'MACROS'")
    assert gone == {"the table lacks a document", "the table has not as many documents of a lot as were taken out"}
    assert len(await folded("DELETE FROM document_intake")) == 1


async def test_d27_an_original_is_read_by_an_auditor_with_a_second_person(desk: Desk) -> None:
    house, why = desk.stage.house, "the leak report of an evaluator"
    path, one = f"/api/audit/tenders/{desk.stage.tender.id}/readings", desk.told[f"{desk.alias[0]}_pdf_1"]["id"]
    shown = (await desk.ask(house.auditor, "GET", path)).json()["choices"]
    (subjects,) = [each["subjects"] for each in shown if each["reading"] == "originals"]
    assert len(subjects) == sum(map(len, SENT))
    assert not any("Supplier" in each["name_en"] for each in subjects)
    asked = await desk.ask(house.auditor, "POST", path, {"reading": "originals", "subject": one, "reason": why})
    proposal = asked.json()["proposal_id"]
    file = f"/api/audit/readings/{proposal}/file"
    early = await desk.ask(house.auditor, "POST", file)
    assert (early.status_code, early.json()["code"]) == (409, "NEEDS_SECOND_PERSON")
    said = {"verdict": "approve", "reason": ""}
    assert (await desk.ask(house.approver, "POST", f"/api/approvals/{proposal}/decision", said)).status_code == 200
    got = await desk.ask(house.auditor, "POST", file)
    # To the byte, as its bidder sealed it; under no name of its own, and shown by no page of ours.
    assert got.content == SENT[0][0][2]
    assert got.headers["content-disposition"] == 'attachment; filename="original"'
    assert (got.headers["content-type"], got.headers["cache-control"]) == ("application/octet-stream", "no-store")
    assert got.headers["content-security-policy"].startswith("sandbox")
    other = await make_actor(desk.stage.world, Role.AUDITOR)
    assert (await desk.ask(other, "POST", file)).status_code == 404
    for actor in (house.approver, house.purchaser, desk.evaluator, desk.stage.rep(0)):
        assert (await desk.ask(actor, "POST", file)).status_code == 403
    told = [each for each in await chain_of(desk.stage.world, "system") if each.kind is Kind.VAULT_READ]
    assert [(each.actor_ref, each.data["subjects"]) for each in told] == [(house.auditor.account_id, [one])]
    assert told[0].data["reason"] == f"{why} [{proposal}]"
    assert "Supplier" not in str(told)


async def test_originals_are_for_the_contract_of_the_unsealed_alone(desk: Desk) -> None:
    stage, house, path = desk.stage, desk.stage.house, f"/api/tenders/{desk.stage.tender.id}/originals"
    assert (await desk.ask(house.purchaser, "GET", path)).json()["originals"] == [], "nobody is unsealed yet"
    async with stage.world.db.transaction() as tx:
        named = Unsealing(
            id=stage.world.ids.new(),
            tender_id=stage.tender.id,
            lot_id=stage.lots[0],
            supplier_id=stage.rep(0).supplier_id or "",
            label="R1",
            tag=stage.tag(0),
            at=stage.clock.now(),
            proposal_id=stage.world.ids.new(),
        )
        await insert_unsealings(tx, [named])
        await tenders_store.set_phase(tx, stage.tender.id, phase=Phase.UNSEALED)
    shown: list[dict[str, str]] = []
    for actor in (house.purchaser, house.approver):
        shown = (await desk.ask(actor, "GET", path)).json()["originals"]
        assert [(each["file_name"], each["label"]) for each in shown] == [(name, "R1") for name, _, _ in SENT[0]]
    got = await desk.ask(house.purchaser, "GET", f"{path}/{shown[0]['id']}")
    assert got.content == SENT[0][0][2]
    assert got.headers["content-disposition"].startswith("attachment")
    assert "Supplier" not in got.headers["content-disposition"]
    assert (got.headers["content-type"], got.headers["content-security-policy"][:7]) == (
        "application/octet-stream",
        "sandbox",
    )
    assert [each["document"] for each in await desk.entries(Kind.ORIGINAL_READ)] == [shown[0]["id"]]
    other = desk.told[f"{desk.alias[2]}_table_1"]["id"]
    assert (await desk.ask(house.purchaser, "GET", f"{path}/{other}")).status_code == 404
    for actor in (house.auditor, desk.evaluator, stage.rep(0)):
        assert (await desk.ask(actor, "GET", path)).status_code == 403
