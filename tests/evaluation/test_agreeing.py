"""The consensus room and the lock: figures of several marks, reasons, the digest, and that nothing moves afterwards."""

import asyncio
from typing import Any

import pytest

from app.domain.kinds import Kind
from app.domain.marking import scores_digest
from app.domain.noticing import NoticeKind
from app.evaluation import panel_store
from app.live_rounds import basis_store
from app.notices.tables import notice
from app.sealed_rounds import store as sealed_store
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    at_tender,
    bidder_by_alias,
    call,
    declare,
    lock,
    lock_good,
    make_sealed_stage,
    mark_all,
    seat,
)
from tests.evaluation.stage import Stage
from tests.evaluation.test_marks import cell, entries_of, put
from tests.worlds import TestWorld


async def consensus(stage: Stage, name: str) -> Any:
    async with at_tender(stage, stage.others[name]) as client:
        return (await client.get("/consensus")).json()


async def agree(stage: Stage, name: str, **changes: Any) -> Any:
    body = {
        "lot_id": stage.lots[0], "alias": "T1", "criterion": "c1", "value": "3.5", "reason": "seen twice", "version": 0,
        **changes,
    }  # fmt: skip
    async with at_tender(stage, stage.others[name]) as client:
        return await client.put("/consensus", json=body)


def cell_of(shown: Any, alias: str, criterion: str) -> Any:
    offer = next(each for each in shown["lots"][0]["offers"] if each["alias"] == alias)
    return next(each for each in offer["criteria"] if each["criterion"] == criterion)


async def alias_of(stage: Stage, name: str) -> str:
    return next(alias for alias, each in (await bidder_by_alias(stage)).items() if each == name)


async def test_until_the_last_sheet_there_are_counts_alone(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in ("甲", "乙"):
        await mark_all(stage, name, GOOD)
    shown = await consensus(stage, "甲")
    assert (shown["state"], shown["submitted"], shown["seats"], shown["lots"], shown["digest"]) == (
        "waiting", 2, 3, [], None,
    )  # fmt: skip
    assert (await agree(stage, "甲")).json()["code"] == "MARKS_MISSING"
    async with at_tender(stage, stage.others["甲"]) as client:
        refused = await client.post("/scores/lock", json={"digest": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (409, "MARKS_MISSING")
    assert refused.json()["detail"] == {"sheets": "1"}
    # The one who has not submitted is recused: the others are through.
    assert (await declare(stage, "丙", conflict=True)).status_code == 204
    assert (await consensus(stage, "甲"))["state"] == "open"


async def test_the_value_by_rule_and_its_spread(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name, mark in zip(EVALUATORS, (2, 4, 5), strict=True):
        await mark_all(stage, name, {**GOOD, "青禾": (mark, 4)})
    shown = cell_of(await consensus(stage, "甲"), await alias_of(stage, "青禾"), "c1")
    assert shown == {
        "criterion": "c1", "count": 3, "lowest": 2, "median": "4.0", "highest": 5, "outliers": 1, "own": 2,
        "is_outlier": True, "rule": "3.7", "value": "3.7", "reason": "", "version": 0, "changes": [],
    }  # fmt: skip


async def test_of_two_marks_no_spread_is_shown(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲", "乙")
    for name in ("甲", "乙"):
        await mark_all(stage, name, GOOD)
    room = await consensus(stage, "甲")
    shown = cell_of(room, "T1", "c1")
    assert [shown[name] for name in ("count", "lowest", "median", "highest", "outliers")] == [2, None, None, None, None]
    assert room["leaning"] is room["lots"][0]["offers"][0]["leaning"] is None


async def test_who_leans_reads_it_and_the_others_how_many(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, {**GOOD, "青禾": (0, 0)} if name == "甲" else GOOD)
    alias, found = await alias_of(stage, "青禾"), {}
    for name in ("甲", "乙"):
        shown = await consensus(stage, name)
        offer = next(each for each in shown["lots"][0]["offers"] if each["alias"] == alias)
        found[name] = (shown["leaning"], offer["leaning"])
    # Four levels under the median in one of four offers: one overall, and there three beyond.
    none = {"own": "0.0", "is_leaning": False, "evaluators": 1}
    mine = [{"own": own, "is_leaning": True, "evaluators": 1} for own in ("-1.0", "-3.0")]
    assert found == {"甲": tuple(mine), "乙": (none, none)}


async def test_the_median_where_the_rules_say_so(house: TestWorld) -> None:
    base = an_evaluation()
    median = an_evaluation(technical={**base["technical"], "aggregation": "median"})
    stage = await make_sealed_stage(house.world, evaluation=median)
    await seat(stage, *EVALUATORS)
    for name, mark in zip(EVALUATORS, (0, 4, 5), strict=True):
        await mark_all(stage, name, {**GOOD, "青禾": (mark, 4)})
    shown = cell_of(await consensus(stage, "丙"), await alias_of(stage, "青禾"), "c1")
    assert (shown["rule"], shown["own"], shown["is_outlier"]) == ("4.0", 5, False)


async def test_an_agreed_value_has_a_reason_and_a_version(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    alias = await alias_of(stage, "青禾")
    codes = [
        (await agree(stage, "甲", alias=alias, **changes)).json()["code"]
        for changes in ({"reason": " "}, {"value": "5.1"}, {"value": "3.55"}, {"version": 1})
    ]
    assert codes == ["REASON_MISSING", "OUT_OF_RANGE", "PRECISION", "CHANGED_SINCE"]
    assert (await agree(stage, "甲", alias="T9")).status_code == 404
    before = (await consensus(stage, "甲"))["digest"]
    agreed = await agree(stage, "乙", alias=alias)
    assert agreed.status_code == 200
    assert agreed.json()["digest"] != before
    shown = cell_of(await consensus(stage, "甲"), alias, "c1")
    assert (shown["rule"], shown["value"], shown["reason"], shown["version"]) == ("4.0", "3.5", "seen twice", 1)
    stale = (await agree(stage, "丙", alias=alias, value="4.5")).json()
    assert (stale["code"], stale["detail"]) == (
        "CHANGED_SINCE", {"version": "1", "reason": "seen twice", "value": "3.5"},
    )  # fmt: skip
    # Back to the rule needs no reason.
    assert (await agree(stage, "丙", alias=alias, value="4", reason="", version=1)).status_code == 200
    shown = await consensus(stage, "甲")
    assert shown["digest"] == before
    assert [(each["before"], each["value"], each["reason"]) for each in cell_of(shown, alias, "c1")["changes"]] == [
        ("4.0", "3.5", "seen twice"), ("3.5", "4.0", ""),
    ]  # fmt: skip
    entries = await entries_of(stage, Kind.CONSENSUS_CHANGED)
    assert [(each.data["from"], each.data["to"], each.data["reason"]) for each in entries] == [
        ("4.0", "3.5", "seen twice"), ("3.5", "4.0", ""),
    ]  # fmt: skip
    assert all(each.actor_ref is None for each in entries)


async def test_the_chair_locks_what_it_sees_and_nobody_else(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    refused = await lock(stage, "乙")
    assert (refused.json()["code"], refused.json()["detail"]) == ("NOT_ALLOWED_HERE", {"rule": "chair"})
    async with at_tender(stage, stage.others["甲"]) as client:
        stale = await client.post("/scores/lock", json={"digest": "0" * 64})
    assert (stale.status_code, stale.json()["code"]) == (409, "CHANGED_SINCE")
    locked = await lock(stage)
    assert (locked.status_code, locked.json()["state"]) == (200, "locked")
    (entry,), (released,) = await entries_of(stage, Kind.SCORES_LOCKED), await entries_of(stage, Kind.PRICES_RELEASED)
    assert entry.data["digest"] == scores_digest(entry.data["lots"]) == locked.json()["digest"]
    points = {each["offer"]: (each["points"], each["passes"]) for each in entry.data["lots"][0]["offers"]}
    names = await bidder_by_alias(stage)
    assert {names[alias]: each for alias, each in points.items()} == {
        "青禾": ("80.00", True), "岚川": ("94.00", True), "澄锐": ("86.00", True), "朗峤": ("60.00", False),
    }  # fmt: skip
    assert released.data["lots"] == [{"lot": stage.lots[0], "passing": 3, "failing": 1}]
    assert released.data["lock"] == entry.data["digest"]
    async with house.world.db.snapshot() as tx:
        held = await sealed_store.find_round_of(tx, stage.tender_id)
        kinds = [row.kind for row in await tx.execute(notice.select())]
    assert held is not None
    passing = sorted(stage.bidders[name].tag for name in ("青禾", "岚川", "澄锐"))
    assert held.passing == {stage.lots[0]: passing}
    assert held.release_digest == entry.data["digest"]
    assert kinds.count(NoticeKind.SCORES_LOCKED.value) == 4


async def test_after_the_lock_every_write_is_refused_and_nothing_moves(house: TestWorld) -> None:
    """Attack O07: a mark changed after the lock, by the API."""
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    async with house.world.db.snapshot() as tx:
        before = await panel_store.find_lock(tx, stage.tender_id)
        marks = await panel_store.list_marks(tx, stage.tender_id, [stage.others["甲"].account_id])
    refused = [
        await put(stage, "甲", mark=1, version=1), await agree(stage, "甲"), await lock(stage),
        await declare(stage, "甲", conflict=True), await call(stage, "外人"),
    ]  # fmt: skip
    async with at_tender(stage, stage.others["甲"]) as client:
        refused.append(await client.post("/sheet/submission"))
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(409, "LOCKED")] * 6
    async with house.world.db.snapshot() as tx:
        assert await panel_store.find_lock(tx, stage.tender_id) == before
        assert await panel_store.list_marks(tx, stage.tender_id, [stage.others["甲"].account_id]) == marks
    assert len(await entries_of(stage, Kind.SCORING_REFUSED)) == 6
    assert len(await entries_of(stage, Kind.SCORES_LOCKED)) == 1


async def test_a_value_agreed_while_the_chair_locks_is_in_the_lock_or_refused(house: TestWorld) -> None:
    """Two people at one instant: whichever comes second meets what the first has done."""
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    digest = (await consensus(stage, "甲"))["digest"]
    async with at_tender(stage, stage.others["甲"]) as client:
        locking = client.post("/scores/lock", json={"digest": digest})
        locked, agreed = await asyncio.gather(locking, agree(stage, "乙"))
    found = {each.status_code for each in (locked, agreed)}
    assert found == {200, 409}
    (refused,) = [each.json()["code"] for each in (locked, agreed) if each.status_code == 409]
    assert refused == ("LOCKED" if agreed.status_code == 409 else "CHANGED_SINCE")
    async with house.world.db.snapshot() as tx:
        held = await panel_store.find_lock(tx, stage.tender_id)
    assert (held is None) == (locked.status_code == 409)


async def test_two_at_the_same_cell_do_not_overwrite_each_other(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    answers = await asyncio.gather(*(agree(stage, name, value=f"3.{at}") for at, name in enumerate(EVALUATORS)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert len(await entries_of(stage, Kind.CONSENSUS_CHANGED)) == 1


async def test_who_is_recused_after_submitting_counts_no_more(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, {**GOOD, "青禾": (5, 5) if name == "甲" else (3, 3)})
    alias = await alias_of(stage, "青禾")
    assert cell_of(await consensus(stage, "乙"), alias, "c1")["rule"] == "3.7"
    assert (await declare(stage, "甲", conflict=True)).status_code == 204
    shown = await consensus(stage, "乙")
    assert (cell_of(shown, alias, "c1")["rule"], shown["is_chair"], shown["seats"]) == ("3.0", True, 2)
    entry = (await entries_of(stage, Kind.CONFLICT_DECLARED))[-1]
    assert entry.data["has_conflict"]
    assert entry.data["seat"] in {"E1", "E2", "E3"}
    assert (await lock(stage, "乙")).status_code == 200


async def test_a_wholly_recused_panel_is_replaced(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, "甲")
    await mark_all(stage, "甲", GOOD)
    await declare(stage, "甲", conflict=True)
    await seat(stage, "乙")
    await mark_all(stage, "乙", GOOD)
    assert (await lock(stage, "乙")).status_code == 200
    seats = [entry.data["seat"] for entry in await entries_of(stage, Kind.MARKS_SUBMITTED)]
    assert len(set(seats)) == 2


@pytest.mark.parametrize("freezes", [True, False])
async def test_the_points_go_into_the_live_round_where_the_tender_says_so(house: TestWorld, freezes: bool) -> None:
    stage = await make_sealed_stage(
        house.world, evaluation=an_evaluation(freeze_technical=freezes), has_live=True, lots=2
    )
    await lock_good(stage)
    async with house.world.db.snapshot() as tx:
        found = [await basis_store.find_frozen_technical(house.world, tx, lot) for lot in stage.lots]
        held = await panel_store.find_lock(tx, stage.tender_id)
    assert held is not None
    if not freezes:
        assert found == [None, None]
        return
    for each in found:
        assert each is not None
        points, digest = each
        assert {stage.bidder_of(tag): str(value) for tag, value in points.items()} == {
            "青禾": "80.00", "岚川": "94.00", "澄锐": "86.00",
        }  # fmt: skip
        assert digest == held.digest


async def test_a_criterion_below_its_minimum_fails_the_offer(house: TestWorld) -> None:
    base = an_evaluation()
    criteria = [{**base["technical"]["criteria"][0], "threshold": "90"}, base["technical"]["criteria"][1]]
    stage = await make_sealed_stage(
        house.world, evaluation=an_evaluation(technical={**base["technical"], "criteria": criteria})
    )
    await lock_good(stage)
    (released,) = await entries_of(stage, Kind.PRICES_RELEASED)
    # Only 澄锐 has a 5 in the first criterion.
    assert released.data["lots"] == [{"lot": stage.lots[0], "passing": 1, "failing": 3}]


async def test_before_the_opening_there_is_nothing_to_agree_on(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, is_opened=False)
    await seat(stage, "甲")
    assert (await consensus(stage, "甲"))["state"] == "waiting"
    assert (await agree(stage, "甲")).json()["code"] == "TOO_EARLY"
    assert cell(stage)["alias"] == "T1"
