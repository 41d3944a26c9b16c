"""Reopening a decision after the unsealing: three persons, a reason, all told, and the way goes again by alias."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import select, update

from app.approvals.store import list_proposals
from app.award import report_store
from app.award.store import find_decision, list_unsealings
from app.award.tables import award, unsealing
from app.domain.approving import ProposalKind, ProposalState
from app.domain.awarding import DecisionState
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.evaluation.tables import ranking
from app.identity.access import Actor
from app.infra.outbox import deliver_waiting
from app.journal.store import list_entries
from app.tenders import store as tender_store
from tests.award.acts import as_seen_by, ask_unsealing, award_first, decide, propose, read
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "271.40"), ("岚川", "275.00"), ("澄锐", "277.00")]
REASON = "中标方的资质在公示后被撤销"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def ask(stage: Stage, reason: str = REASON, actor: Actor | None = None) -> httpx.Response:
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/reopening", json={"reason": reason})


async def second(stage: Stage, verdict: str = "approve", reason: str = "", by: Actor | None = None) -> httpx.Response:
    """The auditor's word, once the approver's is there."""
    async with stage.world.db.snapshot() as tx:
        (waiting,) = await list_proposals(tx, states=[ProposalState.PENDING])
    assert waiting.kind is ProposalKind.REOPEN_AUDIT
    async with caller(stage.world, by or stage.auditor) as client:
        body = {"verdict": verdict, "reason": reason}
        return await client.post(f"/api/approvals/{waiting.id}/decision", json=body)


async def entries_of(stage: Stage, *kinds: Kind) -> list[Entry]:
    async with stage.world.db.snapshot() as tx:
        found = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    return [each for each in found if each.kind in kinds]


async def test_nothing_is_reopened_before_the_names_or_without_a_reason(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    assert (await ask(stage)).json()["code"] == "NOT_ALLOWED_HERE"
    await award_first(stage)
    assert (await ask(stage, "kurz")).json()["code"] == "REASON_MISSING"
    for actor in (stage.approver, stage.auditor, stage.bidders["青禾"].actor):
        assert (await ask(stage, actor=actor)).status_code in (403, 404)
    assert (await ask(stage)).status_code == 201
    assert (await ask(stage)).json()["code"] == "PENDING"
    refused = await entries_of(stage, Kind.DECISION_REFUSED)
    assert [(each.data["act"], each.data["code"]) for each in refused] == [
        ("reopen", "NOT_ALLOWED_HERE"), ("reopen", "REASON_MISSING"), ("reopen", "PENDING"),
    ]  # fmt: skip


async def test_it_takes_approver_and_auditor_and_no_person_twice(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    many = await make_actor(made.world, Role.PURCHASER, Role.APPROVER, Role.AUDITOR)
    asked = await ask(stage, actor=many)
    assert (await decide(stage, asked, by=many)).json()["code"] == "SAME_PERSON"
    assert (await decide(stage, asked, by=stage.auditor)).json()["code"] == "NEEDS_SECOND_PERSON"
    assert (await decide(stage, asked)).status_code == 200
    view = await read(stage, stage.purchaser, "decision")
    assert (view["state"], view["can_reopen"], view["reopenings"][0]["state"]) == (
        "approved", False, "waiting_auditor",
    )  # fmt: skip
    # One word opens nothing.
    assert (await read(stage, stage.purchaser, "result"))["state"] == "decided"
    assert (await second(stage, by=stage.approver)).json()["code"] == "SAME_PERSON"
    assert (await second(stage, by=many)).json()["code"] in {"EXCLUSIVE_ROLES", "SAME_PERSON"}
    assert await entries_of(stage, Kind.DECISION_REOPENED) == []
    assert (await second(stage, "refuse", "nothing of it was found")).status_code == 200
    view = await read(stage, stage.purchaser, "decision")
    assert (view["can_reopen"], view["reopenings"][0]["state"]) == (True, "refused")
    assert (await read(stage, stage.purchaser, "result"))["state"] == "decided"
    # Whoever spoke before may ask again; it begins with the approver.
    assert (await ask(stage)).status_code == 201


async def test_a_reopened_decision_is_open_by_alias_and_is_taken_again(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, other, *_),) = await award_first(stage)
    made.mail.sent.clear()
    old = await read(stage, stage.purchaser, "decision")
    assert old["can_reopen"]
    report = await _report(stage)
    await decide(stage, await ask(stage))
    assert (await second(stage)).status_code == 200
    (entry,) = await entries_of(stage, Kind.DECISION_REOPENED)
    assert (entry.data["digest"], entry.data["reason"], entry.actor_ref) == (
        old["digest"], REASON, stage.auditor.account_id,
    )  # fmt: skip
    await _is_told(made, stage)

    async with made.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, stage.tender_id)
    assert (tender.state, tender.phase, tender.ended_at) == (TenderState.EVALUATION, Phase.UNSEALED, None)
    view = await read(stage, stage.purchaser, "decision")
    assert (view["state"], view["can_propose"], view["unsealing"]["state"]) == ("reopened", True, "not_asked")
    assert (view["choices"], view["savings"]) == ([], None)
    assert (view["reopenings"][0]["state"], view["reopenings"][0]["reason"]) == ("done", REASON)
    for actor in (stage.purchaser, stage.bidders["青禾"].actor, stage.bidders["岚川"].actor):
        result = await read(stage, actor, "result")
        assert (result["state"], result["is_reopened"]) == ("waiting", True)
        assert "青禾" not in str(result)
    async with caller(made.world, stage.auditor) as client:
        assert (await client.get("/api/savings")).json()["tenders"] == []
    assert (await ask_unsealing(stage)).json()["code"] == "NOT_DECIDED"
    async with as_seen_by(stage, stage.purchaser) as client:
        assert (await client.post("/reports")).json()["code"] == "NOT_DECIDED"

    assert (await decide(stage, await propose(stage, [(other["label"], "资质有效")]))).status_code == 200
    again = await _report(stage)
    assert (again["stage"], [one["reason"] for one in again["reopened"]]) == ("approved", [REASON])
    assert (report["reopened"], again["reopened"][0]["audited_by"]) == ([], stage.auditor.name)
    assert "此前的决定曾被重新打开" in await _drawn(stage, again["number"])
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    result = await read(stage, stage.approver, "result")
    # What was seen stays seen; who is preferred is another.
    named = {each["name_zh"]: each["is_preferred"] for each in result["lots"][0]["unsealed"]}
    assert (named, result["is_reopened"]) == ({"青禾公司": False, "岚川公司": True}, False)
    lost = await read(stage, stage.bidders["青禾"].actor, "result")
    assert (lost["lots"][0]["outcome"], lost["is_reopened"]) == ("not_selected", False)
    assert len(await entries_of(stage, Kind.IDENTITY_UNSEALED)) == 2
    async with made.world.db.snapshot() as tx:
        kept = (await tx.execute(select(award.c.amount, award.c.number).order_by(award.c.number))).all()
        seen = (await tx.execute(select(unsealing.c.label, unsealing.c.number).order_by(unsealing.c.number))).all()
    assert [(str(amount), number) for amount, number in kept] == [("271.4000", 1), ("275.0000", 2)]
    assert list(map(tuple, seen)) == [(first["label"], 1), (other["label"], 2)]


async def test_the_same_decision_taken_again_names_again_and_stands(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await award_first(stage)
    await decide(stage, await ask(stage))
    await second(stage)
    await decide(stage, await propose(stage, [(first["label"], "its only offer")]))
    await decide(stage, await ask_unsealing(stage))
    result = await read(stage, stage.purchaser, "result")
    assert [each["name_zh"] for each in result["lots"][0]["unsealed"]] == ["青禾公司"]
    async with caller(made.world, stage.auditor) as client:
        assert len((await client.get("/api/savings")).json()["tenders"]) == 1
    assert (await read(stage, stage.purchaser, "decision"))["can_reopen"]


async def test_a_lot_ranked_anew_has_other_labels_and_forgets_the_older(made: TestWorld) -> None:
    """As after a void: under the older label nobody stands, or somebody else."""
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    await decide(stage, await ask(stage))
    await second(stage)
    async with made.world.db.transaction() as tx:
        winner = await find_decision(tx, stage.tender_id)
        assert len(await list_unsealings(tx, stage.tender_id)) == 1
        await tx.execute(update(ranking).values(made_at=made.world.clock.now() + timedelta(seconds=1)))
        assert await list_unsealings(tx, stage.tender_id) == []
    assert winner is not None
    assert winner.state is DecisionState.REOPENED


async def _report(stage: Stage) -> dict[str, Any]:
    async with as_seen_by(stage, stage.purchaser) as client:
        assert (await client.post("/reports")).status_code in (200, 201)
    async with stage.world.db.snapshot() as tx:
        return dict((await report_store.list_reports(tx, stage.tender_id))[0].document)


async def _drawn(stage: Stage, number: int) -> str:
    async with as_seen_by(stage, stage.purchaser) as client:
        pdf = PdfDocument((await client.get(f"/reports/{number}/pdf", params={"lang": "zh"})).content)
    return "".join(page.get_textpage().get_text_bounded() for page in pdf)


async def _is_told(made: TestWorld, stage: Stage) -> None:
    """All bidders and whoever asked, in one text without a name or an amount."""
    await deliver_waiting(made.world)
    told = [mail for mail in made.mail.sent if "重新打开" in mail["Subject"] or "reopened" in mail["Subject"]]
    bidders = {bidder.actor.email for bidder in stage.bidders.values()}
    assert {mail["To"] for mail in told} == {*bidders, stage.purchaser.email}
    assert len({mail.get_content() for mail in told if mail["To"] in bidders}) == 1
    for secret in ("青禾", "岚川", "271", "资质"):
        assert not any(secret in mail["Subject"] + mail.get_content() for mail in told)
