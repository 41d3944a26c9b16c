"""A contract ends before its time by two persons: who is told, what stays owed, what may follow, what is too late."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdfium2 import PdfDocument

from app.award.contract_store import load_contract
from app.domain.kinds import Kind
from app.identity.access import Actor
from app.infra.days import today_of
from app.journal.store import list_entries
from app.notices.store import list_notices
from tests.audit.test_released_contracts import contracts
from tests.award.acts import as_seen_by, award_first, decide
from tests.award.test_contracts import LOT, draft, post, row
from tests.award.test_payment_files import sign
from tests.award.test_payments import get
from tests.award.test_reopening import ask as ask_reopening
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

WHY = "供货方连续两次未按期交货，双方协商终止"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def paper(stage: Stage, actor: Actor | None = None) -> Any:
    return (await row(stage, actor or stage.purchaser))["contract"]


async def end(stage: Stage, kind: str, day: str | None = None, *, by: Actor | None = None) -> httpx.Response:
    body = {"kind": kind, "reason": WHY, "ends_on": day}
    return await post(stage, by or stage.purchaser, f"contracts/{(await paper(stage))['id']}/ending", **body)


async def sign_one(stage: Stage, actor: Actor, known: Any) -> httpx.Response:
    own = "my/" if actor.is_supplier else ""
    words = {"digest": known["digest"], "signatory": "李青"}
    return await post(stage, actor, f"{own}contracts/{known['id']}/signature", **words)


async def make_pending(made: TestWorld) -> tuple[Stage, Actor]:
    """A contract that the approver has agreed to, its standstill over."""
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    await _approve(stage)
    made.clock.wind(days=12)
    return stage, winner


async def _approve(stage: Stage) -> None:
    asked = await post(stage, stage.purchaser, f"contracts/{(await paper(stage))['id']}/submission")
    assert (await decide(stage, asked)).status_code == 200


async def kinds(made: TestWorld, stage: Stage) -> list[Kind]:
    async with made.world.db.snapshot() as tx:
        return [each.kind for each in await list_entries(tx, chain=f"tender:{stage.tender_id}")]


async def told(made: TestWorld, actor: Actor) -> list[str]:
    async with made.world.db.snapshot() as tx:
        return [each.kind.value for each in await list_notices(made.world, tx, actor.account_id)]


async def test_cancelled_by_two_persons_and_written_anew(made: TestWorld) -> None:
    stage, winner = await make_pending(made)
    assert (await end(stage, "terminate", "2027-01-01")).json()["code"] == "NOT_ALLOWED_HERE"
    for other in (stage.approver, stage.auditor, winner):
        assert (await end(stage, "cancel", by=other)).status_code == 403
    asked = await end(stage, "cancel")
    assert (await end(stage, "cancel")).json()["detail"] == {"rule": "approval"}
    assert (await decide(stage, asked, by=stage.purchaser)).status_code == 409
    ours = await paper(stage)
    assert (ours["end_proposal_id"], ours["can_end"]) == (asked.json()["proposal_id"], None)
    assert (await paper(stage, winner))["end_proposal_id"] is None
    assert (await decide(stage, asked)).status_code == 200
    theirs = await paper(stage, winner)
    assert (theirs["state"], theirs["ending"]["reason"], theirs["in_force"]) == ("cancelled", WHY, False)
    assert "contract_ended" in await told(made, winner)
    assert "contract_ended" not in await told(made, stage.bidders["岚川"].actor)
    # An old tab signs, or ends, what has ended.
    assert (await sign_one(stage, winner, theirs)).json()["code"] == "ALREADY_DECIDED"
    assert (await end(stage, "cancel")).json()["code"] == "ALREADY_DECIDED"
    (released,) = await contracts(stage)
    assert (released.status, released.signed_at) == ("cancelled", None)
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    again = await paper(stage)
    assert (again["version"], again["state"], again["ending"]) == (2, "draft", None)
    assert Kind.CONTRACT_CANCELLED in await kinds(made, stage)


async def test_a_refused_end_changes_nothing(made: TestWorld) -> None:
    stage, winner = await make_pending(made)
    refused = await decide(stage, await end(stage, "cancel"), "refuse", "the need is still there")
    assert refused.status_code == 200
    assert ((await paper(stage))["state"], (await paper(stage))["can_end"]) == ("pending", "cancel")
    assert "contract_end_refused" in await told(made, stage.purchaser)
    assert "contract_ended" not in await told(made, winner)


async def test_a_signature_in_between_voids_the_end(made: TestWorld) -> None:
    stage, winner = await make_pending(made)
    asked = await end(stage, "cancel")
    assert (await sign_one(stage, winner, await paper(stage))).status_code == 204
    assert (await decide(stage, asked)).json()["code"] == "CHANGED_SINCE"
    assert (await paper(stage))["state"] == "pending"


async def test_a_signature_bars_the_reopening_also_after_the_end(made: TestWorld) -> None:
    stage, winner = await make_pending(made)
    assert (await sign_one(stage, winner, await paper(stage))).status_code == 204
    assert (await decide(stage, await end(stage, "cancel"))).status_code == 200
    assert (await ask_reopening(stage)).json()["detail"] == {"rule": "contract"}
    # Written anew, with no signature under the new version: still.
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    assert (await ask_reopening(stage)).json()["detail"] == {"rule": "contract"}


async def test_without_a_signature_the_decision_may_be_reopened(made: TestWorld) -> None:
    stage, _ = await make_pending(made)
    assert (await decide(stage, await end(stage, "cancel"))).status_code == 200
    assert (await ask_reopening(stage)).status_code == 201


async def test_terminated_with_a_day_and_what_is_left_to_pay(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    assert (await draft(stage, firm)).status_code == 204
    await sign(made, stage, winner)
    today = today_of(made.world)
    days = [today + timedelta(days=many) for many in (1, 5, 40)]
    amounts = ("100000.00", "100000.00", "71400.00")
    plan = [
        {"kind": "delivery", "amount": amount, "falls_on": day.isoformat(), "credit_days": 30}
        for day, amount in zip(days, amounts, strict=True)
    ]
    path = f"tenders/{stage.tender_id}/payments/plan"
    assert (await post(stage, stage.purchaser, path, supplier_id=firm, milestones=plan)).status_code == 204
    assert (await end(stage, "cancel")).json()["code"] == "NOT_ALLOWED_HERE"
    yesterday, last = (today - timedelta(days=1)).isoformat(), days[1].isoformat()
    for wrong in (None, yesterday):
        assert (await end(stage, "terminate", wrong)).json()["code"] == "OUT_OF_RANGE"
    assert (await decide(stage, await end(stage, "terminate", last))).status_code == 200
    theirs = await paper(stage, winner)
    assert (theirs["state"], theirs["in_force"], theirs["ending"]["ends_on"]) == ("terminated", True, last)
    listed = (await get(stage, stage.purchaser))["milestones"]
    assert {each["falls_on"]: each["after_end"] for each in listed} == {
        days[0].isoformat(): "owed", days[1].isoformat(): "owed", days[2].isoformat(): "to_settle"
    }  # fmt: skip
    assert [each.status for each in await contracts(stage)] == ["active"]
    made.clock.wind(days=6)
    assert (await paper(stage))["in_force"] is False
    (released,) = await contracts(stage)
    assert (released.status, released.ends_on) == ("terminated", days[1])
    async with as_seen_by(stage, winner) as client:
        pdf = PdfDocument((await client.get("/contracts/own/pdf")).content)
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert all(word in text for word in ("提前结束", last, WHY))
    assert (await draft(stage, firm)).json()["code"] == "ALREADY_DECIDED"
    assert (await ask_reopening(stage)).json()["detail"]["rule"] == "contract"
    assert Kind.CONTRACT_TERMINATED in await kinds(made, stage)


async def test_a_last_day_that_has_passed_by_the_approval_voids_the_end(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    await sign(made, stage, winner)
    asked = await end(stage, "terminate", today_of(made.world).isoformat())
    made.clock.wind(hours=23)
    assert (await decide(stage, asked)).json()["code"] == "OUT_OF_RANGE"
    assert (await paper(stage))["state"] == "active"


async def test_the_millisecond_before_the_standstill_ends(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    await draft(stage, str(winner.supplier_id))
    await _approve(stage)
    known = await paper(stage, winner)
    async with made.world.db.snapshot() as tx:
        held = await load_contract(tx, stage.tender_id, str(winner.supplier_id))
    assert held is not None
    made.clock.at = held.ends_at - timedelta(milliseconds=1)
    assert (await paper(stage, winner))["can_sign"] is False
    assert (await sign_one(stage, winner, known)).json()["code"] == "TOO_EARLY"
    made.clock.wind(milliseconds=1)
    assert (await paper(stage, winner))["can_sign"] is True
    assert (await sign_one(stage, winner, known)).status_code == 204


async def test_contracts_with_two_suppliers_wait_for_the_approver_side_by_side(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT, [("岚川", "271.40"), ("青禾", "275.00"), ("澄锐", "277.00")]])
    await award_first(stage)
    asked = {}
    for name in ("青禾", "岚川"):
        firm = str(stage.bidders[name].actor.supplier_id)
        assert (await draft(stage, firm)).status_code == 204
        async with made.world.db.snapshot() as tx:
            held = await load_contract(tx, stage.tender_id, firm)
        assert held is not None
        asked[name] = await post(stage, stage.purchaser, f"contracts/{held.id}/submission")
    for each in asked.values():
        assert (await decide(stage, each)).status_code == 200
    for name in asked:
        assert (await paper(stage, stage.bidders[name].actor))["state"] == "pending"
