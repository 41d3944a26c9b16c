"""Technical and commercial side together: after the price opening, after a live round; the cut; who sees it when."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.domain.awarding import ranking_digest
from app.domain.certification import Grade
from app.domain.kinds import Kind
from app.domain.scoring.shortlist_rules import ShortlistRules
from app.domain.shortlisting import make_shortlist, shortlist_data
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import store
from app.evaluation.service import rank_tender
from app.evaluation.timekeeper import turn
from app.sealed_rounds.tables import opened_price
from app.tenders import store as tender_store
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    at_tender,
    bidder_by_alias,
    close_live,
    lock,
    lock_good,
    make_sealed_stage,
    mark_all,
    open_prices,
    seat,
)
from tests.evaluation.stage import Stage
from tests.evaluation.test_marks import entries_of
from tests.worlds import TestWorld

PRICES = {"青禾": "271.40", "岚川": "290.00", "澄锐": "274.90", "朗峤": "7319.02"}
PRICE_ONLY = {
    "technical": None, "price": {"weight": "100", "formula": {"code": "price_only", "params": {}}},
    "shortlist": {"count": 2}, "freeze_technical": False,
}  # fmt: skip


async def ranking(stage: Stage, role: Role = Role.PURCHASER) -> Any:
    actor = {Role.PURCHASER: stage.purchaser, Role.APPROVER: stage.approver, Role.AUDITOR: stage.auditor}.get(role)
    async with at_tender(stage, actor or stage.others["甲"]) as client:
        return (await client.get("/ranking")).json()


async def names_of(stage: Stage) -> dict[str, str]:
    """{label: bidder}."""
    async with stage.world.db.snapshot() as tx:
        (stored, *_) = await store.list_rankings(tx, stage.tender_id)
    return {label: stage.bidder_of(tag) for label, tag in store.open_map(stage.world, stored).items()}


async def test_the_ranking_of_a_sealed_tender(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    assert await turn(house.world) == 1
    assert await turn(house.world) == 0
    shown, names = await ranking(stage), await names_of(stage)
    (lot,) = shown["lots"]
    # 青禾: 80 technical, 100 price: 92.00. 澄锐: 86, 96.13: 92.08. 岚川: 94, 290 is 6.853 % above: 79.44: 85.27.
    assert [
        (names[row["label"]], row["technical_points"], row["price_points"], row["total"], row["is_shortlisted"])
        for row in lot["rows"]
    ] == [
        ("澄锐", "86.00", "96.13", "92.08", True),
        ("青禾", "80.00", "100.00", "92.00", True),
        ("岚川", "94.00", "79.44", "85.26", True),
    ]
    by_alias = await bidder_by_alias(stage)
    assert [by_alias[row["t_alias"]] for row in lot["rows"]] == [names[row["label"]] for row in lot["rows"]]
    assert [(by_alias[each["t_alias"]], each["technical_points"]) for each in lot["failed"]] == [("朗峤", "60.00")]
    assert lot["shortlist"] == {
        "count": 3, "labels": [row["label"] for row in lot["rows"]], "cut_off_ties": False,
    }  # fmt: skip
    assert shown["evaluation"]["price"]["formula"]["code"] == "deduct_from_benchmark"
    assert shown["scores_digest"]
    assert {row["alias"] for row in lot["rows"]} == {None}


async def test_a_failing_bid_is_never_opened_and_its_price_stands_nowhere(house: TestWorld) -> None:
    """Attack O08, from the side of the marks: it is not passing, so it is not opened, so it is in no row and page."""
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    await rank_tender(house.world, stage.tender_id)
    async with house.world.db.snapshot() as tx:
        opened = {row.tag for row in await tx.execute(opened_price.select())}
    assert stage.bidders["朗峤"].tag not in opened
    for role in (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR):
        assert "7319.02" not in json.dumps(await ranking(stage, role))
    async with at_tender(stage, stage.bidders["朗峤"].actor) as client:
        assert "7319.02" not in (await client.get("/result")).text


async def test_the_entries_say_what_was_ranked_and_cut(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, evaluation=an_evaluation(shortlist={"count": 2}))
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    await rank_tender(house.world, stage.tender_id)
    (made,), (cut,) = await entries_of(stage, Kind.RANKING_MADE), await entries_of(stage, Kind.SHORTLIST_MADE)
    rows = made.data["rows"]
    assert rows[0].keys() == {"label", "rank", "amount", "n", "tied", "technical_points", "price_points", "total"}
    assert made.data["digest"] == ranking_digest(stage.lots[0], rows)
    assert cut.data["labels"] == [row["label"] for row in rows[:2]]
    async with house.world.db.snapshot() as tx:
        (stored,) = await store.list_rankings(tx, stage.tender_id)
    again = make_shortlist(stage.lots[0], stored.official.rows, ShortlistRules(2))
    assert cut.data == shortlist_data(again, made.data["digest"])
    # No number in the order of receipt: it would tell who was first (d14).
    assert [row["n"] for row in rows] == [1, 1, 1]
    body = made.body.decode() + cut.body.decode()
    assert not any(bidder.tag in body or bidder.supplier_id in body for bidder in stage.bidders.values())


async def test_points_by_grade_are_on_the_total_and_their_grades_are_told_first(house: TestWorld) -> None:
    points = {"A": "2.5", "B": "0", "C": "0", "D": "0"}
    stage = await make_sealed_stage(
        house.world, evaluation=an_evaluation(certification={"points": points}), grade=Grade.A
    )
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    assert await rank_tender(house.world, stage.tender_id)
    (told,), (made,) = await entries_of(stage, Kind.GRADES_TOLD), await entries_of(stage, Kind.RANKING_MADE)
    assert len(told.data["grades"]) == 4
    assert told.seq < made.seq
    for row in made.data["rows"]:
        weighed = (40 * Decimal(row["technical_points"]) + 60 * Decimal(row["price_points"])) / 100
        assert abs(Decimal(row["total"]) - weighed - Decimal("2.5")) <= Decimal("0.01")


async def test_of_equal_offers_the_earlier_received_stands_first_and_all_at_the_cut_are_in(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, evaluation=an_evaluation(shortlist={"count": 1}))
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, dict.fromkeys(GOOD, (4, 4)))
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [{"朗峤": "100.00", "青禾": "90.00", "岚川": "90.00", "澄锐": "95.00"}])
    await rank_tender(house.world, stage.tender_id)
    shown, names = await ranking(stage), await names_of(stage)
    (lot,) = shown["lots"]
    assert [(names[row["label"]], row["is_tied"], row["is_shortlisted"]) for row in lot["rows"]] == [
        ("青禾", True, True), ("岚川", True, True), ("澄锐", False, False), ("朗峤", False, False),
    ]  # fmt: skip
    assert (lot["shortlist"]["count"], lot["shortlist"]["cut_off_ties"]) == (1, True)
    (made,) = await entries_of(stage, Kind.RANKING_MADE)
    assert [row["n"] for row in made.data["rows"]] == [1, 2, 1, 1]


async def test_price_only_without_a_technical_side(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, evaluation=PRICE_ONLY, is_opened=False)
    async with house.world.db.transaction() as tx:
        from app.sealed_rounds import store as sealed_store  # noqa: PLC0415 - this test alone releases by hand

        held = await sealed_store.find_round_of(tx, stage.tender_id)
        assert held is not None
        everyone = sorted(bidder.tag for bidder in stage.bidders.values())
        await sealed_store.set_round(tx, held, passing={stage.lots[0]: everyone})
    await open_prices(stage, [PRICES])
    await rank_tender(house.world, stage.tender_id)
    shown, names = await ranking(stage), await names_of(stage)
    (lot,) = shown["lots"]
    assert [(names[row["label"]], row["total"], row["is_shortlisted"]) for row in lot["rows"]] == [
        ("青禾", None, True), ("澄锐", None, True), ("岚川", None, False), ("朗峤", None, False),
    ]  # fmt: skip
    assert (lot["failed"], shown["scores_digest"]) == ([], None)


async def test_after_a_live_round_the_last_bids_count_and_both_aliases_stand_in_the_row(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world, has_live=True)
    await lock_good(stage)
    await close_live(
        stage, [[("青禾", "280.00"), ("岚川", "290.00"), ("澄锐", "274.90"), ("岚川", "270.00"), ("青禾", "271.40")]]
    )
    await rank_tender(house.world, stage.tender_id)
    shown, names = await ranking(stage), await names_of(stage)
    (lot,) = shown["lots"]
    assert [(names[row["label"]], row["amount"], row["price_points"]) for row in lot["rows"]] == [
        ("岚川", "270.00", "100.00"), ("澄锐", "274.90", "94.56"), ("青禾", "271.40", "98.44"),
    ]  # fmt: skip
    assert all(row["alias"] in "ABCD" and row["t_alias"].startswith("T") for row in lot["rows"])
    (made,) = await entries_of(stage, Kind.RANKING_MADE)
    assert [row["n"] for row in made.data["rows"]] == [4, 3, 5]


async def test_where_nobody_passes_the_tender_is_unsuccessful(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, dict.fromkeys(GOOD, (2, 2)))
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [PRICES])
    assert await rank_tender(house.world, stage.tender_id)
    async with house.world.db.snapshot() as tx:
        assert (await tender_store.load_tender(tx, stage.tender_id)).state is TenderState.UNSUCCESSFUL


@pytest.mark.parametrize(
    ("role", "is_seen"),
    [(Role.PURCHASER, True), (Role.AUDITOR, True), (Role.APPROVER, False), (Role.EVALUATOR, False)],
)
async def test_who_sees_it_in_the_phase_of_prices(house: TestWorld, role: Role, is_seen: bool) -> None:
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    before = await ranking(stage, role)
    assert (before["state"], before["lots"], before["scores_digest"]) == ("waiting", [], None)
    await open_prices(stage, [PRICES])
    await rank_tender(house.world, stage.tender_id)
    shown = await ranking(stage, role)
    assert bool(shown["lots"]) == is_seen
    assert (shown["scores_digest"] is not None) == is_seen
