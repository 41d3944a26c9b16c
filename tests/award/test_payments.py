"""Payments from the award to the last transfer: who owes what when, by role, phase and supplier."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.award.timekeeper import remind
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.identity.access import Actor
from app.infra.days import today_of
from app.journal.store import list_entries
from app.notices.store import list_notices
from app.notices.texts import render
from tests.award.acts import award_first, ranked_rows
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def get(stage: Stage, actor: Actor, path: str = "/api/payments") -> Any:
    async with caller(stage.world, actor) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(stage: Stage, actor: Actor, path: str, body: dict[str, Any]) -> httpx.Response:
    async with caller(stage.world, actor) as client:
        return await client.post(path, json=body)


def terms(stage: Stage, winner: str, **changes: Any) -> dict[str, Any]:
    day = (today_of(stage.world) - timedelta(36)).isoformat()
    body = {"supplier_id": winner, "kind": "delivery", "amount": "200000.00", "falls_on": day, "credit_days": 30}
    return {**body, **changes}


async def test_from_the_award_to_the_last_transfer(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    plan = f"/api/tenders/{stage.tender_id}/payments"
    winner, loser = stage.bidders["青禾"].actor, stage.bidders["岚川"].actor
    await ranked_rows(stage)
    firm = str(winner.supplier_id)
    assert (await post(stage, stage.purchaser, plan, terms(stage, firm))).json()["code"] == "NOT_DECIDED"
    await award_first(stage)
    (award,) = (await get(stage, stage.purchaser))["awards"]
    assert (award["supplier_id"], award["total"], award["planned"]) == (firm, "271400.00", "0.00")
    assert (await get(stage, stage.auditor))["awards"] == []
    assert (await post(stage, stage.approver, plan, terms(stage, firm))).status_code == 403
    other = await post(stage, stage.purchaser, plan, terms(stage, str(loser.supplier_id)))
    assert other.json()["code"] == "NOT_ALLOWED_HERE"
    assert (await post(stage, stage.purchaser, plan, terms(stage, firm))).status_code == 204
    beyond = await post(stage, stage.purchaser, plan, terms(stage, firm, amount="71400.01"))
    assert (beyond.json()["code"], beyond.json()["detail"]["most"]) == ("OUT_OF_RANGE", "71400.00")
    for actor in (stage.purchaser, stage.approver, stage.auditor):
        (late,) = (await get(stage, actor))["milestones"]
        assert (late["state"], late["days_late"], late["name_zh"] is not None) == ("overdue", 6, True)
    (own,) = (await get(stage, winner, "/api/my/payments"))["milestones"]
    assert (own["owed"], own["name_zh"], own["supplier_id"]) == ("200000.00", None, None)
    assert (await get(stage, loser, "/api/my/payments"))["milestones"] == []
    assert (await post(stage, loser, f"/api/my/payments/{own['id']}/query", {"text": "mine?"})).status_code == 404
    assert (await remind(stage.world), await remind(stage.world)) == (1, 0)
    await pay(stage, own["id"], winner)
    async with made.world.db.snapshot() as tx:
        told = [each.kind.value for each in await list_notices(made.world, tx, stage.purchaser.account_id)]
        theirs = [each.kind.value for each in await list_notices(made.world, tx, winner.account_id)]
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    assert {"payment_overdue", "payment_disputed", "invoice_entered"} <= set(told)
    assert {"payment_made", "payment_settled"} <= set(theirs)
    assert [entry.kind for entry in entries if entry.kind.value.startswith(("payment", "invoice"))] == [
        Kind.PAYMENT_SCHEDULED, Kind.INVOICE_RECORDED, Kind.PAYMENT_DISPUTED, Kind.PAYMENT_SETTLED,
        Kind.PAYMENT_RECORDED, Kind.PAYMENT_RECORDED, Kind.PAYMENT_REVERSED, Kind.PAYMENT_MOVED,
    ]  # fmt: skip


async def pay(stage: Stage, milestone: str, winner: Actor) -> None:
    """The winner's invoice and query; a transfer, a draft by mistake and back; another day."""
    today = today_of(stage.world).isoformat()
    paper = {"kind": "invoice", "number": "FP-1", "amount": "200000.00", "dated_on": today}
    mine, ours = f"/api/my/payments/{milestone}", f"/api/payments/{milestone}"
    assert (await post(stage, winner, f"{mine}/invoices", paper)).status_code == 204
    assert (await post(stage, winner, f"{mine}/invoices", paper)).json()["code"] == "ALREADY_EXISTS"
    transfer = {**paper, "kind": "payment", "number": "T-1", "amount": "150000.00", "method": "transfer"}
    assert (await post(stage, winner, f"{mine}/invoices", transfer)).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await post(stage, winner, f"{mine}/query", {"text": "when?"})).status_code == 204
    assert (await post(stage, stage.purchaser, f"{ours}/query", {"text": "us too"})).json()["code"] == "PENDING"
    assert (await get(stage, winner, "/api/my/payments"))["milestones"][0]["state"] == "disputed"
    assert (await post(stage, stage.purchaser, f"{ours}/answer", {"text": "today"})).status_code == 204
    assert (await post(stage, stage.purchaser, f"{ours}/documents", transfer)).status_code == 204
    matures = (date.fromisoformat(today) + timedelta(180)).isoformat()
    draft = {**transfer, "number": "D-1", "amount": "50000.00", "method": "draft", "matures_on": matures}
    assert (await post(stage, stage.purchaser, f"{ours}/documents", draft)).status_code == 204
    (whole,) = (await get(stage, stage.purchaser))["milestones"]
    wrong = next(each for each in whole["records"] if each["number"] == "D-1")
    assert (whole["state"], whole["match"], wrong["matures_on"]) == ("paid", "whole", matures)
    back = {"record_id": wrong["id"], "text": "another firm's"}
    assert (await post(stage, stage.purchaser, f"{ours}/reversal", back)).status_code == 204
    assert (await post(stage, stage.purchaser, f"{ours}/reversal", back)).json()["code"] == "ALREADY_DECIDED"
    assert (await post(stage, stage.purchaser, f"{ours}/withdrawal", {"text": "no"})).json()[
        "code"
    ] == "NOT_ALLOWED_HERE"
    moved = {"falls_on": today, "credit_days": 60, "reason": "agreed"}
    assert (await post(stage, stage.purchaser, f"{ours}/day", moved)).status_code == 204
    (open_again,) = (await get(stage, stage.purchaser))["milestones"]
    assert (open_again["state"], open_again["owed"]) == ("due", "50000.00")


async def test_the_year_of_one_award_tells_its_savings_and_no_figure_of_few(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    before = await get(stage, stage.purchaser, "/api/year-view")
    assert (before["years"], before["whole"]["tenders"]) == ([], 0)
    await award_first(stage)
    year = today_of(stage.world).year
    told = await get(stage, stage.approver, f"/api/year-view?year={year}")
    assert (told["years"], told["whole"]["tenders"], told["whole"]["bidders"]) == ([year], 1, None)
    assert {each["days"] for each in told["whole"]["days"]} == {None}
    (claimed,) = told["groupings"][0]["groups"][0]["savings"]
    assert (claimed["certainty"], claimed["money"]) == ("claimed", "28600.00")
    assert (await get(stage, stage.auditor, f"/api/year-view?year={year - 1}"))["whole"]["tenders"] == 0
    async with caller(stage.world, stage.approver) as client:
        for path in (f"/api/year-view/sheet?year={year}", "/api/payments/sheet?locale=en"):
            assert (await client.get(path)).content.startswith(b"PK")
    async with caller(stage.world, stage.bidders["青禾"].actor) as client:
        assert (await client.get("/api/year-view")).status_code == 403


async def test_who_owes_is_reminded_once_before_and_once_after_the_last_day(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    winner = str(stage.bidders["青禾"].actor.supplier_id)
    plan, today = f"/api/tenders/{stage.tender_id}/payments", today_of(stage.world).isoformat()
    assert (await post(stage, stage.purchaser, plan, terms(stage, winner, falls_on=today))).status_code == 204
    said = []
    for days in (0, 22, 1, 1, 6, 1, 1, 30):
        made.clock.wind(days=days)
        said.append(await remind(stage.world))
    # Due on the 30th day, reminded from the 23rd on, and on the 31st.
    assert said == [0, 0, 1, 0, 0, 1, 0, 0]
    async with made.world.db.snapshot() as tx:
        told = await list_notices(made.world, tx, stage.purchaser.account_id)
    kinds = [each.kind for each in told if each.kind in (NoticeKind.PAYMENT_DUE, NoticeKind.PAYMENT_OVERDUE)]
    assert sorted(kinds) == [NoticeKind.PAYMENT_DUE, NoticeKind.PAYMENT_OVERDUE]
    params = {"reference": "T-2026-003", "number": "1", "day": "2026-11-15"}
    for kind in kinds:
        texts = {lang: render(kind, lang, params) for lang in ("zh", "en")}
        assert texts["zh"] != texts["en"]
        assert all("2026-11-15" in "".join(text) for text in texts.values())
