"""Who reads talks and contracts, role by role and phase by phase (VISIBILITY.md d61); what waits for whom."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.payment_terms import STANDARD
from app.domain.process import Stage as ProjectStage
from app.domain.process import StageState
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor
from app.infra.days import today_of
from tests.award.acts import as_seen_by, award_first, decide
from tests.award.projects import course_of, put_under_project
from tests.award.test_contract_ending import end, paper, sign_one
from tests.award.test_contracts import LOT, WORDS, draft, open_talks, post, row, turn
from tests.award.test_payment_files import sign
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_actor, make_world

USUAL = STANDARD.to_json()


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def statuses(stage: Stage, actor: Actor, firm: str) -> set[int]:
    """How the sheet and the drawn contract answer."""
    async with as_seen_by(stage, actor) as client:
        return {(await client.get(path)).status_code for path in ("/agreements", f"/contracts/{firm}/pdf")}


async def test_each_role_reads_as_the_matrix_says_and_a_requester_his_own_alone(made: TestWorld) -> None:
    world = made.world
    stage = await make_stage(world, [LOT])
    winner = stage.bidders["青禾"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    own, other = await make_actor(world, Role.REQUESTER), await make_actor(world, Role.REQUESTER)
    project = await put_under_project(stage, own)
    people = {role: await make_actor(world, role) for role in set(Role) - {Role.SUPPLIER, Role.REQUESTER}}
    assert (await open_talks(stage, firm)).status_code == 204
    talks = (await row(stage, stage.purchaser))["negotiation"]["id"]
    await post(stage, stage.approver, f"negotiations/{talks}/mandate", **USUAL)
    for actor, act, more in (
        (stage.purchaser, "propose", {"issues": USUAL}),
        (winner, "accept", {}),
        (stage.purchaser, "minute", {"text": WORDS}),
        (winner, "confirm", {}),
    ):
        answers = len((await row(stage, stage.purchaser))["negotiation"]["turns"])
        assert (await turn(stage, actor, act, answers, **more)).status_code == 204
    assert (await draft(stage, firm)).status_code == 204
    await sign(made, stage, winner)
    for phase in (Phase.UNSEALED, Phase.FILED):
        if phase is Phase.FILED:
            await _file(made, stage, firm)
        for role, actor in people.items():
            allowed = may_see({role}, (phase,), Datum.NEGOTIATION) and role not in (Role.SERVICE, Role.DATABASE)
            assert await statuses(stage, actor, firm) == ({200} if allowed else {404}), (phase, role)
        assert await statuses(stage, own, firm) == ({200} if phase is Phase.FILED else {404})
        assert await statuses(stage, other, firm) == {404}
        # The supplier reads its own alone; of another's there is nothing.
        assert await statuses(stage, winner, "own") == {200}
        async with as_seen_by(stage, stage.bidders["岚川"].actor) as client:
            assert (await client.get("/agreements")).json()["agreements"] == []
        async with caller(world, own) as client:
            listed = (await client.get(f"/api/projects/{project}/contracts")).json()["items"]
            assert [each["tender_id"] for each in listed] == ([stage.tender_id] if phase is Phase.FILED else [])
        async with caller(world, other) as client:
            assert (await client.get(f"/api/projects/{project}/contracts")).status_code == 404
    await _reads_the_contract_alone(stage, own)


async def _file(made: TestWorld, stage: Stage, firm: str) -> None:
    today = today_of(made.world).isoformat()
    body = {"kind": "delivery", "amount": "271400.00", "falls_on": today, "credit_days": 30}
    path = f"tenders/{stage.tender_id}/payments/plan"
    assert (await post(stage, stage.purchaser, path, supplier_id=firm, milestones=[body])).status_code == 204


async def _reads_the_contract_alone(stage: Stage, own: Actor) -> None:
    """Facts, no talks, nothing to be done, nothing said inside (SCREENS.md RQ-03)."""
    async with as_seen_by(stage, own) as client:
        sheet = (await client.get("/agreements")).json()
    (found,) = sheet["agreements"]
    held = found["contract"]
    assert (sheet["reads_only"], found["negotiation"], found["can_open"], found["can_draft"]) == (
        True,
        None,
        False,
        False,
    )
    assert (held["state"], held["can_sign"], held["can_end"], held["proposal_id"]) == ("active", False, None, None)
    assert len(held["signatures"]) == 2


async def tasks(stage: Stage, actor: Actor) -> list[str]:
    """The cards somebody has."""
    async with caller(stage.world, actor) as client:
        items: list[dict[str, Any]] = (await client.get("/api/agreement-tasks")).json()["items"]
    assert all(each["tender_id"] == stage.tender_id for each in items)
    assert all((each["name_zh"] is None) is actor.is_supplier for each in items)
    return [each["task"] for each in items]


async def test_the_cards_follow_talks_and_contract(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner, loser = stage.bidders["青禾"].actor, stage.bidders["岚川"].actor
    firm = str(winner.supplier_id)
    seats = (stage.purchaser, stage.approver, winner)

    async def cards() -> tuple[list[str], ...]:
        for outside in (loser, stage.auditor):
            assert await tasks(stage, outside) == []
        purchaser, approver, supplier = [await tasks(stage, each) for each in seats]
        return purchaser, approver, supplier

    assert await cards() == ([], [], [])
    await award_first(stage)
    # The short way needs no contract; a project does.
    assert await cards() == ([], [], [])
    await put_under_project(stage, await make_actor(made.world, Role.REQUESTER))
    assert await cards() == (["begin"], [], [])
    await open_talks(stage, firm)
    assert await cards() == ([], ["set_mandate"], [])
    talks = (await row(stage, stage.purchaser))["negotiation"]["id"]
    await post(stage, stage.approver, f"negotiations/{talks}/mandate", **USUAL)
    assert await cards() == (["take_turn"], [], [])
    await turn(stage, stage.purchaser, "propose", 0, issues=USUAL)
    assert await cards() == ([], [], ["take_turn"])
    await turn(stage, winner, "accept", 1)
    assert await cards() == (["write_minutes"], [], [])
    await turn(stage, stage.purchaser, "minute", 2, text=WORDS)
    assert await cards() == ([], [], ["confirm_minutes"])
    await turn(stage, winner, "confirm", 3)
    assert await cards() == (["draft"], [], [])
    await draft(stage, firm)
    assert await cards() == (["submit"], [], [])
    asked = await post(stage, stage.purchaser, f"contracts/{(await paper(stage))['id']}/submission")
    assert await cards() == ([], [], [])
    await decide(stage, asked, "refuse", "the special terms are unclear")
    assert await cards() == (["draft_anew"], [], [])
    await draft(stage, firm)
    await decide(stage, await post(stage, stage.purchaser, f"contracts/{(await paper(stage))['id']}/submission"))
    # The standstill runs: there is nothing to be done.
    assert await cards() == ([], [], [])
    made.clock.wind(days=12)
    assert await cards() == ([], ["sign"], ["sign"])
    await sign_one(stage, winner, await paper(stage))
    assert await cards() == ([], ["sign"], [])
    await sign_one(stage, stage.approver, await paper(stage))
    assert await cards() == ([], [], [])


async def test_the_project_notes_how_its_contract_ends(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    await award_first(stage)
    project = await put_under_project(stage, await make_actor(made.world, Role.REQUESTER))
    await draft(stage, str(winner.supplier_id))
    await decide(stage, await post(stage, stage.purchaser, f"contracts/{(await paper(stage))['id']}/submission"))
    await decide(stage, await end(stage, "cancel"))
    assert (await course_of(stage, project))[ProjectStage.CONTRACT] is StageState.RETURNED
    await draft(stage, str(winner.supplier_id))
    await sign(made, stage, winner)
    assert (await course_of(stage, project))[ProjectStage.CONTRACT] is StageState.DONE
    await decide(stage, await end(stage, "terminate", today_of(made.world).isoformat()))
    course = await course_of(stage, project)
    assert (course[ProjectStage.CONTRACT], course[ProjectStage.PERFORMANCE]) == (StageState.DONE, StageState.RETURNED)
