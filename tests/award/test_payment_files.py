"""Payments for other programs: import with a preview, export; and the plan that follows from a contract."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.kinds import Kind
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor
from app.infra.days import today_of
from app.journal.store import list_entries
from app.suppliers.archive import Limits
from app.suppliers.workbook import Sheet, read_sheet
from tests.award.acts import award_first, decide
from tests.award.test_contracts import draft, post, row
from tests.award.test_payments import get, terms
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "271.40"), ("岚川", "275.00"), ("澄锐", "277.00")]
HEAD = "采购编号,节点,状态,发票号,日期,金额,币种\n"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def send(stage: Stage, text: str, *, is_preview: bool = False, actor: Actor | None = None) -> httpx.Response:
    async with caller(stage.world, actor or stage.purchaser) as client:
        data = {"is_preview": str(is_preview).lower()}
        files = {"file": ("erp.csv", text.encode(), "text/csv")}
        return await client.post("/api/payments/import", data=data, files=files)


async def planned(made: TestWorld) -> tuple[Stage, str]:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    winner = str(stage.bidders["青禾"].actor.supplier_id)
    path = f"tenders/{stage.tender_id}/payments"
    assert (await post(stage, stage.purchaser, path, **terms(stage, winner))).status_code == 204
    (milestone,) = (await get(stage, stage.purchaser))["milestones"]
    return stage, milestone["reference"]


async def test_a_file_is_previewed_recorded_once_and_its_bad_rows_named(made: TestWorld) -> None:
    stage, reference = await planned(made)
    today = today_of(made.world)
    text = HEAD + "".join(
        f"{line}\n"
        for line in (
            f"{reference},1,已开票,FP-1,{today},200000.00,CNY",
            f"{reference},1,paid,T-1,{today},150000.00,",
            f"{reference},1,paid,T-2,{today},200000.01,",
            f"{reference},7,paid,T-3,{today},1.00,",
            f"{reference},1,lost,T-4,{today},1.00,",
            f"{reference},1,paid,T-5,05/06/2026,1.00,",
            f"{reference},1,paid,T-1,{today},150000.00,CNY",
            f"{reference},1,paid,T-6,{today + timedelta(1)},1.00,",
        )
    )
    seen = (await send(stage, text, is_preview=True)).json()
    assert (seen["total"], seen["created"], seen["known"], seen["bad_rows"]) == (8, 2, 1, 5)
    assert (await get(stage, stage.purchaser))["milestones"][0]["records"] == []
    done = (await send(stage, text)).json()
    assert {**done, "is_preview": True} == seen
    assert [(fault["cell"], fault["code"]) for fault in done["faults"]] == [
        ("F4", "MORE_THAN_LEFT"), ("B5", "UNKNOWN_MILESTONE"), ("C6", "UNKNOWN_WORD"), ("E7", "NOT_A_DATE"),
        ("E9", "OUT_OF_RANGE"),
    ]  # fmt: skip
    (milestone,) = (await get(stage, stage.purchaser))["milestones"]
    assert (milestone["invoiced"], milestone["paid"], milestone["owed"]) == ("200000.00", "150000.00", "50000.00")
    again = (await send(stage, text)).json()
    assert (again["created"], again["known"], again["bad_rows"]) == (0, 3, 5)
    paid = next(each for each in milestone["records"] if each["number"] == "T-1")
    back = {"record_id": paid["id"], "text": "another firm's"}
    assert (await post(stage, stage.purchaser, f"payments/{milestone['id']}/reversal", **back)).status_code == 204
    after = (await send(stage, text)).json()
    assert (after["created"], [each["code"] for each in after["faults"]].count("TAKEN_BACK")) == (0, 2)
    async with made.world.db.snapshot() as tx:
        noted = [each for each in await list_entries(tx, chain="system") if each.kind is Kind.PAYMENTS_IMPORTED]
    assert [(each.data["created"], each.data["known"], each.data["bad"]) for each in noted] == [
        (2, 1, 5), (0, 3, 5), (0, 1, 7),
    ]  # fmt: skip


async def test_a_file_that_is_none_changes_nothing_and_others_may_not_send_one(made: TestWorld) -> None:
    stage, reference = await planned(made)
    assert (await send(stage, "采购编号,节点\nT-1,1\n")).json()["code"] == "COLUMN_MISSING"
    assert (await send(stage, HEAD)).json()["code"] == "NO_ROWS"
    for actor in (stage.approver, stage.auditor, stage.bidders["青禾"].actor):
        assert (await send(stage, f"{HEAD}{reference},1,paid,T,2026-01-01,1,\n", actor=actor)).status_code == 403
    assert (await get(stage, stage.purchaser))["milestones"][0]["records"] == []


async def test_the_export_and_the_template_in_every_form(made: TestWorld) -> None:
    stage, reference = await planned(made)
    async with caller(stage.world, stage.approver) as client:
        table = (await client.get("/api/payments/sheet?form=csv&locale=en")).content.decode("utf-8-sig")
        whole: dict[str, Any] = (await client.get("/api/payments/sheet?form=json")).json()
    (told,) = csv.DictReader(io.StringIO(table))
    assert (told["Tender"], told["Milestone"], told["Owed"], told["Days late"]) == (reference, "1", "200000.00", "6")
    assert [each["owed"] for each in whole["milestones"]] == ["200000.00"]
    async with caller(stage.world, stage.purchaser) as client:
        book = (await client.get("/api/payments/import/template?locale=en")).content
    sheet = read_sheet(book, Limits(file_bytes=10**6, rows=10))
    assert isinstance(sheet, Sheet)
    assert [cell.text for cell in sheet.rows[0][1]][:4] == ["Tender*", "Milestone*", "State*", "Document number*"]


async def test_payments_are_read_by_those_whom_the_matrix_lets(made: TestWorld) -> None:
    """d62, each role of staff by itself, in the filed phase."""
    stage, _ = await planned(made)
    for role in Role:
        if role in (Role.SUPPLIER, Role.DATABASE, Role.PUBLIC, Role.SERVICE):
            continue
        actor = await make_actor(made.world, role)
        async with caller(stage.world, actor) as client:
            status = {
                (await client.get(path)).status_code for path in ("/api/payments", "/api/payments/sheet?form=json")
            }
        assert status == ({200} if may_see({role}, (Phase.FILED,), Datum.DELIVERIES) else {403}), role
        if status == {200}:
            shown = await get(stage, actor)
            assert (len(shown["milestones"]), shown["can_record"]) == (1, role is Role.PURCHASER)
    assert (await get(stage, stage.bidders["岚川"].actor, "/api/my/payments"))["milestones"] == []


async def test_a_plan_follows_from_a_contract_in_force_and_comes_to_its_sum(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    plan, proposal = (f"tenders/{stage.tender_id}/payments{end}" for end in ("/plan", f"/proposal?supplier_id={firm}"))
    part = {"kind": "delivery", "amount": "271400.00", "falls_on": today_of(made.world).isoformat(), "credit_days": 30}

    async def refused() -> dict[str, Any]:
        async with caller(stage.world, stage.purchaser) as client:
            answer: dict[str, Any] = (await client.get(f"/api/{proposal}")).json()
        kept = await post(stage, stage.purchaser, plan, supplier_id=firm, milestones=[part])
        assert kept.json()["code"] == answer["code"]
        return answer

    assert ((await refused())["code"], (await refused())["detail"]) == ("NOT_DECIDED", {"rule": "contract"})
    assert (await draft(stage, firm)).status_code == 204
    one = f"tenders/{stage.tender_id}/payments"
    assert (await post(stage, stage.purchaser, one, **terms(stage, firm))).json()["detail"] == {"rule": "contract"}
    await sign(made, stage, winner)
    async with caller(stage.world, stage.purchaser) as client:
        found = (await client.get(f"/api/{proposal}")).json()
    assert [(each["kind"], each["amount"]) for each in found["milestones"]] == [
        ("delivery", "257830.00"), ("retention", "13570.00"),
    ]  # fmt: skip
    for amount in ("271400.01", "271399.99"):
        short = await post(stage, stage.purchaser, plan, supplier_id=firm, milestones=[{**part, "amount": amount}])
        assert (short.json()["code"], short.json()["detail"]) == ("SUM_DIFFERS", {"sum": amount, "total": "271400.00"})
    parts = [
        {name: each[name] for name in ("kind", "amount", "falls_on", "credit_days")} for each in found["milestones"]
    ]
    assert (await post(stage, stage.purchaser, plan, supplier_id=firm, milestones=parts)).status_code == 204
    assert len((await get(stage, stage.purchaser))["milestones"]) == 2
    twice = await post(stage, stage.purchaser, plan, supplier_id=firm, milestones=parts)
    assert twice.json()["code"] == "SUM_DIFFERS"


async def sign(made: TestWorld, stage: Stage, winner: Actor) -> None:
    """The contract is approved and, after the standstill, signed by both sides."""
    paper = (await row(stage, stage.purchaser))["contract"]
    asked = await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission")
    assert (await decide(stage, asked)).status_code == 200
    made.clock.wind(days=12)
    for actor, own in ((winner, "my/"), (stage.approver, "")):
        words = {"digest": paper["digest"], "signatory": "A", "title": "B"}
        assert (await post(stage, actor, f"{own}contracts/{paper['id']}/signature", **words)).status_code == 204
