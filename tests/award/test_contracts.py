"""From the unsealed names to a contract that both sides signed: talks in turns, approval, standstill, signatures."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdfium2 import PdfDocument

from app.approvals.store import list_proposals
from app.award.contract_store import load_contract
from app.domain.approving import ProposalState
from app.domain.contracting import ContractState
from app.domain.kinds import Kind
from app.domain.payment_terms import STANDARD
from app.identity.access import Actor
from app.journal.store import list_entries
from app.notices.store import list_notices
from app.tenders import store as tender_store
from tests.award.acts import as_seen_by, award_first, decide, ranked_rows, read
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

LOT = [("青禾", "271.40"), ("岚川", "275.00"), ("澄锐", "277.00")]
USUAL = STANDARD.to_json()
WORDS = "双方于今日在线谈定上述条件。"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def sheet(stage: Stage, actor: Actor) -> Any:
    async with as_seen_by(stage, actor) as client:
        answer = await client.get("/agreements")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def row(stage: Stage, actor: Actor) -> Any:
    (found,) = (await sheet(stage, actor))["agreements"]
    return found


async def post(stage: Stage, actor: Actor, path: str, **body: Any) -> httpx.Response:
    async with caller(stage.world, actor) as client:
        return await client.post(f"/api/{path}", json=body)


async def turn(stage: Stage, actor: Actor, act: str, answers: int, **body: Any) -> httpx.Response:
    talks = (await row(stage, stage.purchaser))["negotiation"]["id"]
    own = "my/" if actor.is_supplier else ""
    return await post(stage, actor, f"{own}negotiations/{talks}/turns", act=act, answers=answers, **body)


async def open_talks(stage: Stage, firm: str) -> httpx.Response:
    path = f"tenders/{stage.tender_id}/negotiations"
    return await post(stage, stage.purchaser, path, supplier_id=firm, rate="4.35")


async def draft(stage: Stage, firm: str) -> httpx.Response:
    path = f"tenders/{stage.tender_id}/contracts"
    return await post(stage, stage.purchaser, path, supplier_id=firm, special_zh="分三批交货。")


async def test_talks_in_turns_within_the_mandate(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner, loser = stage.bidders["青禾"].actor, stage.bidders["岚川"].actor
    firm = str(winner.supplier_id)
    await ranked_rows(stage)
    assert (await open_talks(stage, firm)).json()["code"] == "NOT_DECIDED"
    for actor in (stage.purchaser, stage.approver, stage.auditor, winner):
        async with as_seen_by(stage, actor) as client:
            assert (await client.get("/agreements")).status_code == 404
    await award_first(stage)
    assert (await open_talks(stage, str(loser.supplier_id))).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await open_talks(stage, firm)).status_code == 204
    assert (await open_talks(stage, firm)).json()["code"] == "ALREADY_EXISTS"
    assert (await draft(stage, firm)).json()["code"] == "PENDING"
    assert (await sheet(stage, loser))["agreements"] == []
    assert (await turn(stage, stage.purchaser, "propose", 0, issues=USUAL)).json()["detail"] == {"rule": "mandate"}
    talks = (await row(stage, stage.approver))["negotiation"]
    assert (talks["can_limit"], talks["my_acts"]) == (True, [])
    mandate = {**USUAL, "prepayment": "10", "credit_days": 45}
    path = f"negotiations/{talks['id']}/mandate"
    assert (await post(stage, stage.purchaser, path, **mandate)).status_code == 403
    assert (await post(stage, stage.approver, path, **mandate)).status_code == 204
    beyond = await turn(stage, stage.purchaser, "propose", 0, issues={**USUAL, "prepayment": "20"})
    assert beyond.json()["detail"] == {"field": "prepayment", "rule": "mandate"}
    assert (await turn(stage, winner, "propose", 0, issues=USUAL)).json()["code"] == "NOT_YOUR_TURN"
    assert (await turn(stage, stage.purchaser, "propose", 0, issues=USUAL)).status_code == 204
    assert (await turn(stage, loser, "accept", 1)).status_code == 404
    counter = {**USUAL, "prepayment": "10", "credit_days": 45}
    assert (await turn(stage, winner, "propose", 1, issues=counter)).status_code == 204
    assert (await turn(stage, stage.purchaser, "accept", 1)).json()["code"] == "CHANGED_SINCE"
    theirs = await row(stage, winner)
    assert theirs["negotiation"]["limits"] is None
    assert theirs["name_zh"] is None
    assert theirs["negotiation"]["has_mandate"] is False
    ours = (await row(stage, stage.purchaser))["negotiation"]
    assert ours["limits"]["credit_days"] == 45
    first, second = [each["worth"]["value"] for each in ours["turns"]]
    assert float(first) < float(second) < 271400
    assert (await turn(stage, stage.purchaser, "accept", 2)).status_code == 204
    assert (await turn(stage, stage.purchaser, "minute", 3, text=WORDS)).status_code == 204
    assert (await turn(stage, winner, "confirm", 4)).status_code == 204
    assert (await row(stage, winner))["negotiation"]["state"] == "confirmed"
    async with made.world.db.snapshot() as tx:
        told = {each.kind.value for each in await list_notices(made.world, tx, winner.account_id)}
        others = {each.kind.value for each in await list_notices(made.world, tx, loser.account_id)}
    assert {"negotiation_opened", "negotiation_moved"} <= told
    assert not {"negotiation_opened", "negotiation_moved"} & others


async def test_from_the_draft_to_both_signatures(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner, loser = stage.bidders["青禾"].actor, stage.bidders["岚川"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    assert (await draft(stage, firm)).status_code == 204
    assert (await open_talks(stage, firm)).json()["code"] == "ALREADY_EXISTS"
    assert (await row(stage, winner))["contract"] is None
    paper = (await row(stage, stage.purchaser))["contract"]
    asked = await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission")
    assert (await draft(stage, firm)).json()["code"] == "PENDING"
    assert (await decide(stage, asked, "refuse", "the special terms are unclear")).status_code == 200
    returned = (await row(stage, stage.purchaser))["contract"]
    assert (returned["state"], returned["return_reason"]) == ("returned", "the special terms are unclear")
    assert (await draft(stage, firm)).status_code == 204
    paper = (await row(stage, stage.purchaser))["contract"]
    asked = await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission")
    assert (await decide(stage, asked)).status_code == 200
    mine = (await row(stage, winner))["contract"]
    assert (mine["state"], mine["proposal_id"], mine["can_sign"]) == ("pending", None, False)
    sign = {"digest": mine["digest"], "signatory": "李青", "title": "总经理"}
    path = f"my/contracts/{mine['id']}/signature"
    assert (await post(stage, winner, path, **sign)).json()["code"] == "TOO_EARLY"
    made.clock.wind(days=12)
    assert (await post(stage, loser, path, **sign)).status_code == 404
    assert (await post(stage, winner, path, **{**sign, "digest": "0" * 64})).json()["code"] == "CHANGED_SINCE"
    assert (await post(stage, winner, path, **sign)).status_code == 204
    assert (await post(stage, winner, path, **sign)).json()["code"] == "ALREADY_DECIDED"
    assert (await draft(stage, firm)).json()["code"] == "ALREADY_DECIDED"
    made.clock.wind(minutes=1)
    ours = f"contracts/{mine['id']}/signature"
    assert (await post(stage, stage.purchaser, ours, **sign)).status_code == 403
    assert (await post(stage, stage.approver, ours, **{**sign, "signatory": "王主任"})).status_code == 204
    for actor in (stage.purchaser, stage.auditor, winner):
        known = (await row(stage, actor))["contract"]
        assert (known["state"], [each["signatory"] for each in known["signatures"]]) == ("active", ["李青", "王主任"])
    await _reads_whole(stage, winner, loser)
    async with made.world.db.snapshot() as tx:
        held = await load_contract(tx, stage.tender_id, firm)
        entries = await list_entries(tx, chain=(await tender_store.load_tender(tx, stage.tender_id)).chain)
    assert held is not None
    assert (held.state, held.version) == (ContractState.ACTIVE, 2)
    assert [each.kind for each in entries if each.kind.value.startswith("contract")] == [
        Kind.CONTRACT_DRAFTED, Kind.CONTRACT_REFUSED, Kind.CONTRACT_RETURNED, Kind.CONTRACT_DRAFTED,
        Kind.CONTRACT_APPROVED, Kind.CONTRACT_REFUSED, Kind.CONTRACT_REFUSED, Kind.CONTRACT_SIGNED,
        Kind.CONTRACT_REFUSED, Kind.CONTRACT_REFUSED, Kind.CONTRACT_SIGNED,
    ]  # fmt: skip


async def _reads_whole(stage: Stage, winner: Actor, loser: Actor) -> None:
    """The PDF has the clauses and both signatures; of nobody else's contract anything."""
    async with as_seen_by(stage, winner) as client:
        pdf = PdfDocument((await client.get("/contracts/own/pdf")).content)
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert all(word in text for word in ("分三批交货", "李青", "王主任", "271,400.00"))
    async with as_seen_by(stage, loser) as client:
        for path in ("own", str(winner.supplier_id)):
            assert (await client.get(f"/contracts/{path}/pdf")).status_code == 404


async def _reopen(stage: Stage) -> httpx.Response:
    async with as_seen_by(stage, stage.purchaser) as client:
        return await client.post("/reopening", json={"reason": "中标方的资质在公示后被撤销"})


async def test_a_signature_makes_the_award_final(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    await draft(stage, str(winner.supplier_id))
    paper = (await row(stage, stage.purchaser))["contract"]
    await decide(stage, await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission"))
    made.clock.wind(days=12)
    asked = await _reopen(stage)
    assert asked.status_code == 201
    sign = {"digest": paper["digest"], "signatory": "李青", "title": "总经理"}
    assert (await post(stage, winner, f"my/contracts/{paper['id']}/signature", **sign)).status_code == 204
    # A signature between the question and the word on it binds as well.
    assert (await decide(stage, asked)).json()["code"] == "CHANGED_SINCE"
    refused = (await _reopen(stage)).json()
    assert (refused["code"], refused["detail"]) == ("ALREADY_DECIDED", {"rule": "contract"})
    assert (await read(stage, stage.purchaser, "decision"))["can_reopen"] is False


async def test_a_reopening_ends_talks_and_drafts(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    await open_talks(stage, str(winner.supplier_id))
    talks = (await row(stage, winner))["negotiation"]["id"]
    assert (await decide(stage, await _reopen(stage))).status_code == 200
    async with made.world.db.snapshot() as tx:
        (waiting,) = await list_proposals(tx, states=[ProposalState.PENDING])
    assert (await post(stage, stage.auditor, f"approvals/{waiting.id}/decision", verdict="approve")).status_code == 200
    async with made.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    (reopened,) = [each for each in entries if each.kind is Kind.DECISION_REOPENED]
    assert reopened.data["negotiations"] == [talks]
    body = {"act": "propose", "answers": 0, "issues": USUAL}
    assert (await post(stage, stage.purchaser, f"negotiations/{talks}/turns", **body)).status_code == 404
