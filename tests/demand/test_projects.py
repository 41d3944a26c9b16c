"""A project from its request to an award, over HTTP: who may do and see what, and which door each stage has."""

from app.approvals.store import Proposal, load_proposal
from app.demand import store
from app.demand.stages import note_stage
from app.demand.timekeeper import remind_once
from app.domain.grouping import retrace_draw
from app.domain.kinds import Kind
from app.domain.process import Fact, Stage
from app.domain.visibility import Role
from app.journal.store import list_entries
from tests.demand.cast import NEED, PLAN, Cast, stages_of
from tests.tenders.edges import client, problem
from tests.worlds import make_actor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b55".replace(" ", "")
    + "0000000a49444154789c6360000000020001e5271da20000000049454e44ae426082"
)


async def test_a_request_is_written_returned_and_seen_by_those_it_concerns(people: Cast) -> None:
    made = (await people.asker.post("/projects", json=NEED | {"use": ""})).json()
    project = made["id"]
    detail = problem(await people.act(people.asker, project, "submit"), 409, "INCOMPLETE")
    assert detail == {"USE": "MISSING"}
    file = {"file": ("drawing.png", PNG, "image/png")}
    attached = await people.asker.post(f"/projects/{project}/attachments", data={"title": "图纸"}, files=file)
    assert attached.status_code == 201, attached.text
    (shown,) = attached.json()["attachments"]
    content = f"/projects/{project}/attachments/{shown['id']}/content"
    assert (await people.approver.get(content)).content == PNG
    problem(await people.other.get(content), 404, "NOT_FOUND")
    saved = await people.act(people.asker, project, "need", need=NEED)
    assert (saved.status_code, saved.json()["checks"][-1]) == (200, {"code": "MUST", "is_met": True})
    stale = await people.asker.put(f"/projects/{project}/need", json={"version": 1, "need": NEED})
    problem(stale, 409, "CHANGED_SINCE")
    await people.act(people.asker, project, "submit")
    problem(await people.act(people.asker, project, "need", need=NEED), 409, "NOT_ALLOWED_HERE")
    problem(await people.act(people.asker, project, "accept"), 409, "NOT_ALLOWED_HERE")
    problem(await people.act(people.purchaser, project, "return", reason="why"), 409, "REASON_MISSING")
    back = await people.act(people.purchaser, project, "return", reason="Which voltage, and is the noise a must?")
    assert (back.json()["stage"], back.json()["state"], back.json()["waits_for"]) == (1, "returned", "requester")
    mine = (await people.asker.get("/projects")).json()["items"]
    assert [(one["id"], one["waits_for_me"]) for one in mine] == [(project, True)]
    own = (await people.asker.get(f"/projects/{project}")).json()
    assert [(one["act"], one["by_role"]) for one in own["remarks"]] == [("return", "purchaser")]
    assert own["locks"] == []
    assert (await people.other.get("/projects")).json() == {"items": []}
    problem(await people.other.get(f"/projects/{project}"), 404, "NOT_FOUND")
    problem(await people.act(people.other, project, "submit"), 404, "NOT_FOUND")
    notices = (await people.asker.get("/notices")).json()["notices"]
    assert [one["kind"] for one in notices] == ["project_returned"]
    expert = (await next(iter(people.experts.values())).get(f"/projects/{project}")).json()
    assert (expert["need"], expert["plan"], expert["remarks"], expert["budget"]) == (None, None, [], None)
    rep = people.house.reps[0]
    async with client(people.house, rep) as supplier:
        assert (await supplier.get("/projects")).status_code == 403
        assert (await supplier.get(f"/projects/{project}")).status_code == 403


async def test_the_way_to_an_approved_project_and_its_tender(people: Cast) -> None:
    house = people.house
    project = await people.ask()
    problem(
        await people.purchaser.post("/tenders", json={"template": "quick", "project_id": project}),
        409,
        "NOT_ALLOWED_HERE",
    )
    await people.plan(project)
    shown = await people.group(project)
    drawn = [one["account_id"] for one in shown["group"] if one["hat"] == "expert"]
    assert len(drawn) == 3
    problem(await people.act(people.purchaser, project, "draw", experts=3), 409, "NOT_ALLOWED_HERE")
    assert set(problem(await people.act(people.purchaser, project, "propose"), 409, "INCOMPLETE")) == {
        "DECISION_MAKER", "PURCHASING_LEAD", "EXPERTS", "DECLARED",
    }  # fmt: skip
    torn = drawn[0]
    await people.declare(project, **{f"a{torn}": "My brother works for one of them."})
    problem(await people.act(people.purchaser, project, "propose"), 409, "INCOMPLETE")
    redrawn = (await people.act(people.purchaser, project, "draw", experts=3)).json()
    assert torn not in {one["account_id"] for one in redrawn["group"] if one["has_conflict"] is not True}
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=store.chain_of(project))
    draws = [entry for entry in entries if entry.kind is Kind.EXPERTS_DRAWN]
    assert [len(entry.data["drawn"]) for entry in draws] == [3, 1]
    assert all(retrace_draw(entry.prev, entry.data) for entry in draws)
    await people.declare(project)
    asked = (await people.asker.get(f"/projects/{project}")).json()
    assert {one["name"] for one in asked["group"] if not one["is_me"]} == {None}
    assert {one["statement"] for one in asked["group"] if not one["is_me"]} == {None}
    await people.act(people.purchaser, project, "propose")
    proposal = (await people.approver.get(f"/projects/{project}")).json()["proposal_id"]
    summary = (await people.approver.get(f"/approvals/{proposal}")).json()["summary"]
    assert (summary["budget"], summary["warnings"]) == ("300000.00", [])
    assert (await people.approve(project)).status_code == 200
    assert await stages_of(house, project) == {1: "done", 2: "done", 3: "done", 4: "in_progress"}
    made = await people.purchaser.post("/tenders", json={"template": "quick", "project_id": project})
    assert made.status_code == 201, made.text
    draft = (await people.purchaser.get(f"/tenders/{made.json()['id']}")).json()["draft"]
    lot = draft["lots"][0]
    assert (draft["title_en"], draft["category"], lot["quantity"], lot["baseline_price"]) == (
        "Rotary compressors", "compressors", "1000", "289.00",
    )  # fmt: skip
    listed = (await people.purchaser.get("/tenders")).json()["items"]
    assert [one["project_id"] for one in listed] == [project]


async def test_a_refusal_goes_back_and_what_changed_since_is_not_approved(people: Cast) -> None:
    project = await people.ask()
    await people.plan(project)
    await people.group(project)
    await people.declare(project)
    await people.act(people.purchaser, project, "propose")
    assert (await people.approve(project, "refuse")).status_code == 200
    shown = (await people.purchaser.get(f"/projects/{project}")).json()
    assert (shown["stage"], shown["state"], shown["remarks"][0]["said"]) == (3, "returned", "seen and weighed")
    await people.act(people.purchaser, project, "propose")
    old = (await people.approver.get(f"/projects/{project}")).json()["proposal_id"]
    await people.purchaser.put(
        f"/projects/{project}/stages/3/due", json={"version": shown["version"] + 1, "due_on": "2026-12-24"}
    )
    stale = await people.approver.post(f"/approvals/{old}/decision", json={"verdict": "approve"})
    problem(stale, 409, "CHANGED_SINCE")
    assert (await stages_of(people.house, project))[3] == "waiting"
    assert (await people.act(people.purchaser, project, "propose")).status_code == 200
    assert (await people.approve(project)).status_code == 200


async def test_no_stage_has_a_side_door(people: Cast) -> None:
    """Old tabs, foreign acts, facts of a project nobody approved, and a stop that is final."""
    project = await people.ask()
    for act in ("finish", "propose"):
        problem(await people.act(people.purchaser, project, act), 409, "NOT_ALLOWED_HERE")
    problem(await people.act(people.purchaser, project, "plan", plan=PLAN), 409, "NOT_ALLOWED_HERE")
    problem(await people.act(people.purchaser, project, "draw", experts=3), 409, "NOT_ALLOWED_HERE")
    world = people.house.world
    async with world.db.transaction() as tx:
        for fact in Fact:
            await note_stage(world, tx, project, fact)
    assert await stages_of(people.house, project) == {1: "waiting"}
    stopped = await people.act(people.asker, project, "stop", reason="no longer needed")
    assert (stopped.status_code, stopped.json()["acts"]) == (200, [])
    problem(await people.act(people.purchaser, project, "accept"), 409, "NOT_ALLOWED_HERE")


async def test_facts_of_a_tender_move_the_later_stages_and_a_budget_is_not_passed_by_cutting(people: Cast) -> None:
    house, world = people.house, people.house.world
    project = await people.approved()
    made = (await people.purchaser.post("/tenders", json={"template": "multi_lot", "project_id": project})).json()
    shown = (await people.purchaser.get(f"/tenders/{made['id']}")).json()
    draft = shown["draft"]
    for lot in draft["lots"]:
        lot |= {"title_zh": "压缩机", "title_en": "Lot", "quantity": "1000", "unit": "台", "ceiling_price": "160"}
    await people.purchaser.put(f"/tenders/{made['id']}", json={**draft, "version": shown["version"]})
    flight = (await people.purchaser.get(f"/tenders/{made['id']}/preflight")).json()
    assert "TOGETHER_OVER_BUDGET" in {one["code"] for one in flight["warnings"]}
    async with world.db.transaction() as tx:
        await note_stage(world, tx, project, Fact.TENDER_PUBLISHED)
        await note_stage(world, tx, project, Fact.AWARDED)
        await note_stage(world, tx, None, Fact.AWARDED)
    after = await stages_of(house, project)
    assert {stage: after[stage] for stage in (4, 5, 6, 7)} == {4: "done", 5: "done", 6: "done", 7: "in_progress"}
    problem(await people.act(people.purchaser, project, "stop", reason="changed our mind"), 409, "NOT_ALLOWED_HERE")
    async with world.db.snapshot() as tx:
        held = await store.load_project(tx, project)
    assert held.stages[Stage.TENDER].done_on is not None


async def test_whoever_a_stage_waits_for_is_reminded_once(people: Cast) -> None:
    made = (await people.asker.post("/projects", json=NEED)).json()
    world = people.house.world

    async def reminders() -> list[str]:
        await remind_once(world)
        found = (await people.asker.get("/notices")).json()["notices"]
        return [one["params"]["due_on"] for one in found if one["kind"] == "stage_due"]

    assert await reminders() == []
    for version, day, told in ((1, "2026-11-24", []), (2, "2026-11-23", ["2026-11-23"])):
        body = {"version": version, "due_on": day}
        await people.purchaser.put(f"/projects/{made['id']}/stages/1/due", json=body)
        assert await reminders() == told
        assert await reminders() == told


async def test_who_asks_does_not_approve(people: Cast) -> None:
    """A requester who is an approver, too, is no second person."""
    house = people.house
    both = await make_actor(house.world, Role.REQUESTER, Role.APPROVER)
    async with client(house, both) as asker:
        people.asker = asker
        project = await people.ask()
        await people.plan(project)
        named = {"decision_maker": both.account_id, "purchasing_lead": house.purchaser.account_id}
        problem(await people.act(people.purchaser, project, "group", **named), 409, "SAME_PERSON")
        await people.group(project)
        await people.declare(project)
        await people.act(people.purchaser, project, "propose")
        proposal = await _newest(people, project)
        own = await asker.post(f"/approvals/{proposal.id}/decision", json={"verdict": "approve"})
        problem(own, 409, "SAME_PERSON")


async def _newest(people: Cast, project: str) -> Proposal:
    proposal = (await people.approver.get(f"/projects/{project}")).json()["proposal_id"]
    async with people.house.world.db.snapshot() as tx:
        return await load_proposal(tx, proposal)
