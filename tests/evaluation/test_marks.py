"""Panel, declaration, blind sheet, submission: every refusal, and that nobody sees what is another's."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.panel import draw_aliases
from app.evaluation.timekeeper import draw
from app.journal.store import list_entries
from app.notices.tables import notice
from app.tenders.tables import tender
from tests.callers import caller
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    at_tender,
    bidder_by_alias,
    call,
    declare,
    lock_good,
    make_sealed_stage,
    mark_all,
    open_technical,
    seat,
)
from tests.evaluation.stage import Stage
from tests.worlds import TestWorld, make_actor


async def entries_of(stage: Stage, kind: Kind) -> list[Any]:
    async with stage.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}", limit=10_000)
    return [entry for entry in entries if entry.kind is kind]


def cell(stage: Stage, alias: str = "T1", **changes: Any) -> dict[str, Any]:
    return {
        "lot_id": stage.lots[0], "alias": alias, "criterion": "c1", "mark": 4, "comment": "", "version": 0, **changes,
    }  # fmt: skip


async def put(stage: Stage, name: str, **changes: Any) -> Any:
    async with at_tender(stage, stage.others[name]) as client:
        return await client.put("/sheet/marks", json=cell(stage, **changes))


async def sheet(stage: Stage, name: str) -> Any:
    async with at_tender(stage, stage.others[name]) as client:
        return (await client.get("/sheet")).json()


async def test_the_panel_is_called_in_order_and_told(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, is_opened=False)
    called = await call(stage, "乙", "甲")
    assert called.status_code == 200
    assert [(each["name"], each["is_chair"], each["state"]) for each in called.json()["members"]] == [
        ("乙", True, "invited"), ("甲", False, "invited"),
    ]  # fmt: skip
    assert {each["name"] for each in called.json()["candidates"]} == {"丙", "外人"}
    (entry,) = await entries_of(stage, Kind.PANEL_INVITED)
    assert entry.data == {"seats": 2}
    assert stage.others["甲"].account_id not in entry.body.decode()
    # Called again, only the new one is told.
    assert [each["name"] for each in (await call(stage, "乙", "丙")).json()["members"]] == ["乙", "丙"]
    async with house.world.db.snapshot() as tx:
        kinds = [row.kind for row in await tx.execute(notice.select())]
    assert kinds.count(NoticeKind.PANEL_INVITATION.value) == 3


async def test_who_may_be_called(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    stage.others["两顶"] = await make_actor(house.world, Role.EVALUATOR, Role.APPROVER)
    stage.others["采购"] = stage.purchaser
    codes = [(await call(stage, *names)).json()["code"] for names in (["两顶"], ["采购"], [], ["甲", "甲"])]
    assert codes == ["NOT_ALLOWED_HERE", "NOT_ALLOWED_HERE", "OUT_OF_RANGE", "OUT_OF_RANGE"]
    assert len(await entries_of(stage, Kind.SCORING_REFUSED)) == 4
    async with at_tender(stage, stage.others["甲"]) as client:
        assert (await client.post("/panel", json={"accounts": []})).status_code == 403
        assert (await client.get("/panel")).status_code == 403


async def test_the_panel_stands_from_the_first_submitted_sheet_on(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲", "乙")
    await mark_all(stage, "乙", GOOD)
    refused = await call(stage, "甲", "丙")
    assert (refused.status_code, refused.json()["code"]) == (409, "TOO_LATE")
    async with at_tender(stage, stage.purchaser) as client:
        shown = (await client.get("/panel")).json()
    assert (shown["can_invite"], shown["candidates"]) == (False, [])
    assert [each["state"] for each in shown["members"]] == ["ready", "submitted"]


async def test_marking_waits_for_declaration_and_opening(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, is_opened=False)
    await call(stage, "甲", "乙")
    invited = await sheet(stage, "甲")
    assert (invited["state"], invited["lots"]) == ("invited", [])
    assert len(invited["rules"]["criteria"][0]["levels"]) == 6
    assert (await put(stage, "甲")).json()["code"] == "NOT_DECLARED"
    assert (await declare(stage, "甲")).status_code == 204
    assert (await sheet(stage, "甲"))["state"] == "waiting"
    assert (await put(stage, "甲")).json()["code"] == "TOO_EARLY"
    assert await draw(house.world) == 0
    await open_technical(stage)
    assert await draw(house.world) == 1
    assert not await draw_aliases(house.world, stage.tender_id)
    shown = await sheet(stage, "甲")
    assert (shown["state"], shown["progress"]) == ("marking", {"done": 0, "total": 8})
    # Declared by one, not by the other: who has not declared sees no offer.
    assert (await sheet(stage, "乙"))["lots"] == []
    async with house.world.db.snapshot() as tx:
        kinds = [row.kind for row in await tx.execute(notice.select())]
    assert kinds.count(NoticeKind.MARKS_DUE.value) == 2


async def test_aliases_are_drawn_sealed_and_committed_to(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, lots=2)
    entries = await entries_of(stage, Kind.ALIASES_DRAWN)
    assert [entry.data["lot"] for entry in entries] == list(stage.lots)
    for entry in entries:
        assert entry.data.keys() == {"round", "lot", "set", "digest"}
        assert entry.data["set"] == "T"
        async with house.world.db.snapshot() as tx:
            held = await panel_store.load_alias_set(house.world, tx, entry.data["lot"])
        assert held is not None
        assert sorted(held.tags) == ["T1", "T2", "T3", "T4"]
        assert set(held.tags.values()) == {bidder.tag for bidder in stage.bidders.values()}
        assert held.digest == entry.data["digest"]
        assert not any(bidder.tag in entry.body.decode() for bidder in stage.bidders.values())


async def test_every_evaluator_has_an_own_order_that_stays(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, lots=12)
    await seat(stage, "甲", "乙")
    orders = {}
    for name in ("甲", "乙"):
        shown = [[offer["alias"] for offer in lot["offers"]] for lot in (await sheet(stage, name))["lots"]]
        again = [[offer["alias"] for offer in lot["offers"]] for lot in (await sheet(stage, name))["lots"]]
        assert shown == again
        assert all(sorted(order) == ["T1", "T2", "T3", "T4"] for order in shown)
        orders[name] = shown
    # Twelve lots in the same order by chance: once in 24¹².
    assert orders["甲"] != orders["乙"]


async def test_the_sheet_shows_answers_by_alias_and_neither_tag_nor_name(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    by_alias = await bidder_by_alias(stage)
    shown = await sheet(stage, "甲")
    (lot,) = shown["lots"]
    for offer in lot["offers"]:
        assert offer["answers"][0]["text"] == f"efficiency of {by_alias[offer['alias']]}"
        assert offer["marks"] == {each: {"mark": None, "comment": "", "version": 0} for each in ("c1", "c2")}
    for bidder in stage.bidders.values():
        assert bidder.tag not in json.dumps(shown)
        assert bidder.supplier_id not in json.dumps(shown)


async def test_marks_are_saved_as_typed_and_a_stale_one_is_told_what_is_there(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    first = await put(stage, "甲", mark=None, comment="quiet")
    assert (first.status_code, first.json()["version"], first.json()["progress"]["done"]) == (200, 1, 0)
    # A mark that needs a comment is kept without one: nothing typed is lost.
    second = await put(stage, "甲", mark=5, version=1)
    assert second.json() == {"mark": 5, "comment": "", "version": 2, "progress": {"done": 1, "total": 8}}
    # The same once more, its answer lost on the way.
    assert (await put(stage, "甲", mark=5, version=1)).json()["version"] == 2
    stale = await put(stage, "甲", mark=3, version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "CHANGED_SINCE")
    assert stale.json()["detail"] == {"version": "2", "mark": "5", "comment": ""}
    assert (await put(stage, "甲", alias="T2", version=3)).json()["detail"]["version"] == "0"


@pytest.mark.parametrize("mark", [-1, 6, 100])
async def test_what_is_no_mark(house: TestWorld, mark: int) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    refused = await put(stage, "甲", mark=mark)
    assert (refused.status_code, refused.json()["code"]) == (409, "NOT_A_MARK")
    (entry,) = await entries_of(stage, Kind.SCORING_REFUSED)
    assert entry.data == {"act": "mark", "code": "NOT_A_MARK"}


async def test_what_points_nowhere_or_is_not_understood(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    for changes in ({"alias": "T5"}, {"criterion": "c3"}, {"lot_id": "0" * 32}):
        assert (await put(stage, "甲", **changes)).status_code == 404
    bad: list[dict[str, Any]] = [
        {"mark": "4"},
        {"mark": 4.5},
        {"mark": True},
        {"alias": "A"},
        {"version": -1},
        {"x": 1},
    ]
    for faulty in bad:
        assert (await put(stage, "甲", **faulty)).status_code == 422


async def test_without_a_seat_there_is_nothing(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    async with at_tender(stage, stage.others["外人"]) as client:
        answers = [
            await client.get("/sheet"), await client.get("/consensus"),
            await client.post("/sheet/submission"), await client.post("/scores/lock", json={"digest": "0" * 64}),
            await client.put("/sheet/marks", json=cell(stage)),
            await client.post("/declaration", json={"has_conflict": False}),
        ]  # fmt: skip
    assert [each.status_code for each in answers] == [404] * 6
    for actor in (stage.purchaser, stage.approver, stage.auditor, stage.bidders["青禾"].actor):
        async with at_tender(stage, actor) as client:
            assert (await client.get("/sheet")).status_code == 403
            assert (await client.get("/consensus")).status_code == 403


async def test_a_tender_without_technical_criteria_has_no_panel(house: TestWorld) -> None:
    price_only = {
        "technical": None, "price": {"weight": "100", "formula": {"code": "price_only", "params": {}}},
        "shortlist": {"count": 3}, "freeze_technical": False,
    }  # fmt: skip
    stage = await make_sealed_stage(house.world, evaluation=price_only)
    assert (await call(stage, "甲")).status_code == 404


async def test_a_conflict_recuses_at_once_and_hides_everything(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲", "乙")
    await mark_all(stage, "甲", GOOD, submit=False)
    assert (await declare(stage, "甲", conflict=True)).status_code == 204
    async with at_tender(stage, stage.others["甲"]) as client:
        answers = [
            await client.get("/sheet"), await client.get("/consensus"), await client.post("/sheet/submission"),
            await client.put("/sheet/marks", json=cell(stage)),
            await client.post("/declaration", json={"has_conflict": False}),
            # Not only the own sheet: the whole tender.
            await client.get("/ranking"), await client.get("/decision"), await client.get("/result"),
            await client.get(""),
        ]  # fmt: skip
    assert [each.status_code for each in answers] == [404] * 9
    assert len({each.text for each in answers}) == 1
    async with caller(house.world, stage.others["甲"]) as client:
        (item,) = (await client.get("/api/evaluations")).json()["items"]
    assert (item["state"], item["done"], item["total"], item["is_chair"]) == ("recused", 0, 0, False)
    (first, second) = await entries_of(stage, Kind.CONFLICT_DECLARED), await entries_of(stage, Kind.MARKS_SUBMITTED)
    assert [entry.data for entry in first] == [{"has_conflict": False}, {"has_conflict": False}, {"has_conflict": True}]
    assert second == []
    # What was declared is for approver and auditor; the purchaser sees that the seat is empty.
    for actor, text in ((stage.purchaser, None), (stage.approver, "my brother works there")):
        async with at_tender(stage, actor) as client:
            gone = next(each for each in (await client.get("/panel")).json()["members"] if each["name"] == "甲")
        assert gone["state"] == "recused"
        assert (gone["declaration"] or {}).get("text") == text
    assert (await call(stage, "甲", "乙")).json()["code"] == "RECUSED"
    called = await call(stage, "乙", "丙")
    assert [(each["name"], each["is_chair"]) for each in called.json()["members"]] == [
        ("乙", True), ("丙", False), ("甲", False),
    ]  # fmt: skip


async def test_a_sheet_is_submitted_complete_or_not_at_all(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲", "乙")
    async with at_tender(stage, stage.others["甲"]) as client:
        empty = await client.post("/sheet/submission")
    assert (empty.json()["code"], empty.json()["detail"]["missing"]) == ("MARKS_MISSING", "8")
    await mark_all(stage, "甲", GOOD, submit=False)
    await put(stage, "甲", mark=5, comment=" ", version=1)
    async with at_tender(stage, stage.others["甲"]) as client:
        bare = (await client.post("/sheet/submission")).json()
    assert (bare["code"], bare["detail"]) == (
        "COMMENT_MISSING", {"missing": "1", "lot": stage.lots[0], "alias": "T1", "criterion": "c1"},
    )  # fmt: skip
    await put(stage, "甲", mark=5, comment="best on the market", version=2)
    async with at_tender(stage, stage.others["甲"]) as client:
        done = await client.post("/sheet/submission")
        again = await client.post("/sheet/submission")
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    assert (again.status_code, again.json()["code"]) == (409, "LOCKED")
    assert (await put(stage, "甲", mark=2, version=3)).json()["code"] == "LOCKED"
    (entry,) = await entries_of(stage, Kind.MARKS_SUBMITTED)
    assert len(entry.data["marks"]) == 8
    assert entry.data["marks"][0].keys() == {"lot", "offer", "criterion", "mark", "comment"}
    assert entry.data["seat"] in {"E1", "E2"}
    assert entry.actor_ref is None
    assert stage.others["甲"].account_id not in entry.body.decode()


async def test_nobody_marks_a_tender_that_has_ended(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    async with house.world.db.transaction() as tx:
        await tx.execute(update(tender).values(state=TenderState.CANCELLED.value))
    assert (await put(stage, "甲")).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await declare(stage, "甲")).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await call(stage, "乙")).json()["code"] == "NOT_ALLOWED_HERE"


async def test_no_page_of_anybody_holds_a_peers_mark_before_or_after(house: TestWorld) -> None:
    """VISIBILITY.md d39: every page of the evaluation, as every role, before submission, in consensus, after lock."""
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    stage.others["两"] = await make_actor(house.world, Role.EVALUATOR)
    readers = {**stage.others, "PUR": stage.purchaser, "APP": stage.approver, "AUD": stage.auditor}
    for name, actor in readers.items():
        async with at_tender(stage, actor) as client:
            pages = ("/sheet", "/consensus", "/panel", "/ranking", "/result")
            texts = [(await client.get(path)).text for path in pages]
        for peer in EVALUATORS:
            # Each evaluator's comments name it: they are the marks' own canary.
            assert (f"seen by {peer}" in "".join(texts)) == (peer == name), (name, peer)


async def test_the_list_of_my_evaluations(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲", "乙")
    await mark_all(stage, "甲", GOOD)
    async with caller(house.world, stage.others["甲"]) as client:
        (item,) = (await client.get("/api/evaluations")).json()["items"]
    assert (item["state"], item["done"], item["total"], item["is_chair"]) == ("submitted", 8, 8, True)
    async with caller(house.world, stage.others["外人"]) as client:
        assert (await client.get("/api/evaluations")).json()["items"] == []
    async with caller(house.world, stage.purchaser) as client:
        assert (await client.get("/api/evaluations")).status_code == 403
