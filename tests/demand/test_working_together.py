"""Tenders linked to projects, parts of one need in sight of the approver, tasks handed over, messages and inboxes."""

from datetime import timedelta

import httpx
import pytest

from app.demand import store
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.days import today_of
from app.journal.store import list_entries
from app.suppliers import store as supplier_store
from tests.demand.cast import NEED, PLAN, Cast, stages_of
from tests.tenders.edges import client, problem
from tests.worlds import make_actor


async def hand_over(people: Cast, giver: httpx.AsyncClient, taker: Actor, duty: str, days: int = 3) -> httpx.Response:
    """Tasks handed over from today on."""
    day = today_of(people.house.world)
    body = {"email": taker.email, "duty": duty, "starts_on": day.isoformat()}
    return await giver.post("/delegations", json={**body, "ends_on": (day + timedelta(days=days)).isoformat()})


async def tasks(who: httpx.AsyncClient) -> list[tuple[str, str, bool]]:
    """What waits for somebody: kind, project, whether for somebody else."""
    items = (await who.get("/tasks")).json()["items"]
    return [(one["kind"], one["project_id"], one["is_delegated"]) for one in items]


async def test_a_draft_is_linked_to_an_approved_project_and_to_no_other(people: Cast) -> None:
    purchaser, asked, project = people.purchaser, await people.ask(), await people.approved()
    made = (await purchaser.post("/tenders", json={"template": "quick"})).json()
    address = f"/tenders/{made['id']}/project"
    # Neither before its approval nor one that is nowhere, nor on an old tab.
    problem(await purchaser.put(address, json={"version": 1, "project_id": asked}), 409, "NOT_ALLOWED_HERE")
    problem(await purchaser.put(address, json={"version": 1, "project_id": "0" * 32}), 404, "NOT_FOUND")
    linked = (await purchaser.put(address, json={"version": 1, "project_id": project})).json()
    assert (linked["version"], linked["project"]["id"], linked["project"]["budget"]) == (2, project, "300000.00")
    detail = problem(await purchaser.put(address, json={"version": 1, "project_id": None}), 409, "CHANGED_SINCE")
    assert detail["changed"] == "project_id"
    assert (await people.approver.put(address, json={"version": 2, "project_id": None})).status_code == 403
    freed = (await purchaser.put(address, json={"version": 2, "project_id": None})).json()
    assert (freed["version"], freed["project"]) == (3, None)
    await people.act(purchaser, project, "stop", reason="no longer needed")
    problem(await purchaser.put(address, json={"version": 3, "project_id": project}), 409, "NOT_ALLOWED_HERE")
    assert (await stages_of(people.house, project))[4] == "stopped"


async def test_the_approver_sees_the_parts_of_one_need(people: Cast) -> None:
    """Two requests of one person on one budget line, each below the band, together above it."""
    plan = PLAN | {"budget": "600000", "estimate": "590000"}
    first, second = await people.ask(), await people.ask(category="fan_motors")
    for project in (first, second):
        for act, more in (("accept", {}), ("plan", {"plan": plan}), ("finish", {})):
            assert (await people.act(people.purchaser, project, act, **more)).status_code == 200
    await people.group(second)
    await people.declare(second)
    await people.act(people.purchaser, second, "propose")
    proposal = (await people.approver.get(f"/projects/{second}")).json()["proposal_id"]
    summary = (await people.approver.get(f"/approvals/{proposal}")).json()["summary"]
    assert [one["code"] for one in summary["warnings"]] == ["LOOKS_SPLIT", "ONE_LINE_SPLIT"]
    (beside,) = summary["beside"]
    assert (beside["budget"], beside["is_same_requester"], beside["is_same_category"]) == ("600000", True, False)


async def proposed(people: Cast, project: str) -> str:
    """A planned project put to its approver; the proposal."""
    await people.plan(project)
    await people.group(project)
    await people.declare(project)
    assert (await people.act(people.purchaser, project, "propose")).status_code == 200
    return str((await people.approver.get(f"/projects/{project}")).json()["proposal_id"])


async def test_the_decision_maker_or_his_delegate_approves_and_it_ends_by_itself(people: Cast) -> None:
    house = people.house
    deputy = await make_actor(house.world, Role.APPROVER, name="代批")
    project = await people.ask()
    proposal = await proposed(people, project)
    body = {"verdict": "approve", "reason": "seen"}
    async with client(house, deputy) as other:
        view = (await other.get(f"/approvals/{proposal}")).json()
        assert (view["can_decide"], view["may_approve"]) == (True, False)
        detail = problem(await other.post(f"/approvals/{proposal}/decision", json=body), 409, "NEEDS_SECOND_PERSON")
        assert detail == {"role": "decision_maker"}
        assert await tasks(other) == []
        assert await tasks(people.approver) == [("approve", project, False)]
        made = (await hand_over(people, people.approver, deputy, "approver")).json()
        assert [(one["state"], one["other"], one["is_given"]) for one in made] == [("in_force", "代批", True)]
        assert await tasks(other) == [("approve", project, True)]
        assert (await other.get("/delegations")).json()[0]["is_given"] is False
        problem(await other.post(f"/delegations/{made[0]['id']}/end"), 404, "NOT_FOUND")
    # The last day is over: nobody has to end it.
    house.clock.wind(seconds=4 * 86400)
    async with (
        client(house, deputy) as other, client(house, house.approver) as approver,
        client(house, house.purchaser) as purchaser,
    ):  # fmt: skip
        people.approver, people.purchaser = approver, purchaser
        assert await tasks(other) == []
        await people.act(purchaser, project, "propose")
        again = (await other.get(f"/projects/{project}")).json()["proposal_id"]
        problem(await other.post(f"/approvals/{again}/decision", json=body), 409, "NEEDS_SECOND_PERSON")
        assert (await hand_over(people, approver, deputy, "approver")).status_code == 201
        assert (await other.post(f"/approvals/{again}/decision", json=body)).status_code == 200
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=store.chain_of(project))
    granted = next(entry for entry in entries if entry.kind is Kind.APPROVAL_GRANTED)
    assert (granted.actor_ref, granted.data["for"]) == (deputy.account_id, house.approver.account_id)


async def test_a_requesters_delegate_writes_for_him_and_does_not_approve(people: Cast) -> None:
    house = people.house
    both = await make_actor(house.world, Role.REQUESTER, Role.APPROVER, name="兼任")
    made = (await people.asker.post("/projects", json=NEED | {"use": ""})).json()["id"]
    async with client(house, both) as other:
        problem(await hand_over(people, people.asker, house.purchaser, "requester"), 409, "OUT_OF_RANGE")
        problem(await hand_over(people, people.asker, both, "approver"), 409, "OUT_OF_RANGE")
        given = await hand_over(people, people.asker, both, "requester")
        assert given.status_code == 201, given.text
        problem(await hand_over(people, people.asker, both, "requester"), 409, "OVERLAP")
        assert await tasks(other) == [("stage", made, True)]
        assert (await people.act(other, made, "need", need=NEED)).status_code == 200
        assert (await people.act(other, made, "submit")).status_code == 200
        # Taken back: what he had a hand in he does not approve.
        ended = await people.asker.post(f"/delegations/{given.json()[0]['id']}/end")
        assert [one["state"] for one in ended.json()] == ["taken_back"]
        problem(await people.act(other, made, "need", need=NEED), 404, "NOT_FOUND")
        proposal = await proposed(people, made)
        said = await other.post(f"/approvals/{proposal}/decision", json={"verdict": "approve", "reason": "mine"})
        assert problem(said, 409, "SAME_PERSON") == {"by": "delegation"}
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=store.chain_of(made))
    (moved,) = [one for one in entries if one.kind is Kind.STAGE_MOVED and one.data.get("act") == "submit"]
    assert (moved.actor_ref, moved.data["for"]) == (both.account_id, entries[0].actor_ref)


async def test_requester_and_purchaser_write_to_each_other_and_nobody_else_reads(people: Cast) -> None:
    project = await people.ask()
    address = f"/projects/{project}/messages"
    problem(await people.purchaser.post(address, json={"said": " "}), 409, "INCOMPLETE")
    async with people.house.world.db.snapshot() as tx:
        listed = await supplier_store.list_candidates(tx, "compressors", people.house.world.clock.now())
    name = listed[0].name_zh
    leak = await people.purchaser.post(address, json={"said": f"我们打算邀请{name}，可以吗？"})
    assert problem(leak, 409, "LEAK") == {"kinds": "name"}
    asked = await people.purchaser.post(address, json={"said": "噪声上限是必须项吗？"})
    assert asked.status_code == 201, asked.text
    assert ("message", project, False) in await tasks(people.asker)
    shown = (await people.asker.get(f"/projects/{project}")).json()
    assert [(one["by_role"], one["name"], one["is_me"]) for one in shown["messages"]] == [("purchaser", None, False)]
    people.house.clock.wind(seconds=60)
    assert (await people.asker.post(address, json={"said": "是，42 dB(A)。"})).status_code == 201
    assert ("message", project, False) not in await tasks(people.asker)
    assert ("message", project, False) in await tasks(people.purchaser)
    notices = (await people.asker.get("/notices")).json()["notices"]
    assert "message_waiting" in {one["kind"] for one in notices}
    problem(await people.other.post(address, json={"said": "me too"}), 404, "NOT_FOUND")
    assert (await people.approver.post(address, json={"said": "hello"})).status_code == 403
    expert = (await next(iter(people.experts.values())).get(f"/projects/{project}")).json()
    assert (expert["messages"], expert["may_write"], expert["owners"]) == ([], False, [])
    async with people.house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=store.chain_of(project))
    sent = [entry for entry in entries if entry.kind is Kind.MESSAGE_SENT]
    assert [entry.data["side"] for entry in sent] == ["purchaser", "requester"]
    assert all("said" not in entry.data for entry in sent)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.REQUESTER])
async def test_a_stage_has_an_owner_and_a_day(people: Cast, role: Role) -> None:
    house, project = people.house, await people.ask()
    await people.act(people.purchaser, project, "accept")
    address = f"/projects/{project}/stages/2"
    version = (await people.purchaser.get(f"/projects/{project}")).json()["version"]
    stranger = await make_actor(house.world, role)
    given = {"version": version, "owner": stranger.account_id}
    problem(await people.purchaser.put(f"{address}/owner", json=given), 409, "OUT_OF_RANGE")
    given |= {"owner": house.colleague.account_id}
    shown = (await people.purchaser.put(f"{address}/owner", json=given)).json()
    assert [(one["stage"], one["name"]) for one in shown["owners"]] == [(2, "赵采购")]
    problem(await people.purchaser.put(f"{address}/owner", json=given), 409, "CHANGED_SINCE")
    problem(
        await people.purchaser.put(f"/projects/{project}/stages/1/owner", json={**given, "version": version + 1}),
        409,
        "NOT_ALLOWED_HERE",
    )
    assert await tasks(people.purchaser) == []
    async with client(house, house.colleague) as colleague:
        day = {"version": version + 1, "due_on": "2026-11-01"}
        assert (await colleague.put(f"{address}/due", json=day)).status_code == 200
        (task,) = (await colleague.get("/tasks")).json()["items"]
        assert (task["due_on"], task["is_late"], task["stage"]) == ("2026-11-01", True, 2)
