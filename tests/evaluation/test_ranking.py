"""The official ranking: made once for all lots, by random label, its map sealed, its digest journaled."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.domain.awarding import ranking_digest
from app.domain.kinds import Kind
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.evaluation import store
from app.evaluation.service import rank_tender
from app.evaluation.tables import ranking
from app.evaluation.timekeeper import turn
from app.journal.store import list_entries
from app.tenders import store as tender_store
from app.tenders.tables import tender
from tests.callers import caller
from tests.evaluation.stage import BASELINE, Stage, make_stage, void_bid
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "271.40"), ("朗峤", "290.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def rankings_of(stage: Stage) -> list[store.StoredRanking]:
    async with stage.world.db.snapshot() as tx:
        return await store.list_rankings(tx, stage.tender_id)


async def entries_of(stage: Stage, kind: Kind) -> list[dict[str, object]]:
    async with stage.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    return [dict(entry.data) for entry in entries if entry.kind is kind]


async def test_the_best_bid_of_each_counts_and_of_equals_the_earlier_stands_first(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    assert await rank_tender(made.world, stage.tender_id)
    (stored,) = await rankings_of(stage)
    tags = store.open_map(made.world, stored)
    rows = [(stage.bidder_of(tags[row.label]), row.rank, str(row.amount), row.n, row.is_tied)
            for row in stored.official.rows]  # fmt: skip
    assert rows == [
        ("青禾", 1, "271.40", 3, True),
        ("澄锐", 2, "271.40", 4, True),
        ("岚川", 3, "275.00", 2, False),
        ("朗峤", 4, "290.00", 5, False),
    ]


async def test_a_second_turn_changes_nothing(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT, []])
    assert await turn(made.world) == 1
    first = await rankings_of(stage)
    assert await turn(made.world) == 0
    assert not await rank_tender(made.world, stage.tender_id)
    assert await rankings_of(stage) == first
    assert len(await entries_of(stage, Kind.RANKING_MADE)) == 2


async def test_the_journal_has_rows_and_digest_and_neither_tag_nor_name(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await rank_tender(made.world, stage.tender_id)
    (data,) = await entries_of(stage, Kind.RANKING_MADE)
    rows = data["rows"]
    assert isinstance(rows, list)
    assert rows[0].keys() == {"label", "rank", "amount", "n", "tied"}
    assert data["digest"] == ranking_digest(stage.lots[0], rows)
    for bidder in stage.bidders.values():
        assert bidder.tag not in json.dumps(data)
        assert bidder.supplier_id not in json.dumps(data)


async def test_the_map_is_sealed_in_the_table_and_bound_to_its_lot(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await rank_tender(made.world, stage.tender_id)
    async with made.world.db.snapshot() as tx:
        row = (await tx.execute(select(ranking))).one()
    assert not any(bidder.tag.encode() in row.map_sealed for bidder in stage.bidders.values())
    with pytest.raises(ValueError, match="does not open"):
        made.world.keys.unseal("scoring", row.map_sealed, b"another lot")


async def test_a_void_that_comes_later_ranks_again_under_the_old_labels(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await rank_tender(made.world, stage.tender_id)
    (before,) = await rankings_of(stage)
    await void_bid(stage, 3)
    assert await turn(made.world) == 1
    assert await turn(made.world) == 0
    (after,) = await rankings_of(stage)
    assert after.version == 2
    assert after.official.digest != before.official.digest
    assert store.open_map(made.world, after) == store.open_map(made.world, before)
    assert [str(row.amount) for row in after.official.rows] == ["271.40", "275.00", "280.00", "290.00"]


async def test_without_a_single_bid_the_tender_is_unsuccessful(made: TestWorld) -> None:
    stage = await make_stage(made.world, [[], []])
    await rank_tender(made.world, stage.tender_id)
    async with made.world.db.snapshot() as tx:
        found = await tender_store.load_tender(tx, stage.tender_id)
    assert (found.state, found.phase) == (TenderState.UNSUCCESSFUL, Phase.PRICES)
    assert await entries_of(stage, Kind.TENDER_UNSUCCESSFUL) == [{"reason": "NO_BID"}]


async def test_nothing_is_ranked_before_the_last_lot_has_closed(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    async with made.world.db.transaction() as tx:
        await tx.execute(update(tender).values(state=TenderState.RESPONSE_CLOSED.value, phase=Phase.LIVE.value))
    assert await turn(made.world) == 0
    assert not await rank_tender(made.world, stage.tender_id)
    async with caller(made.world, stage.purchaser) as client:
        body = (await client.get(f"/api/tenders/{stage.tender_id}/ranking")).json()
    assert (body["state"], body["lots"]) == ("waiting", [])


async def test_labels_are_drawn_per_lot_and_tell_no_order(made: TestWorld) -> None:
    """VISIBILITY.md section 1, attack N03: over many lots label and rank agree in order about half the time."""
    lots = [[("青禾", "270.00"), ("岚川", "280.00")] for _ in range(60)]
    stage = await make_stage(made.world, lots)
    await rank_tender(made.world, stage.tender_id)
    pairs = [[row.label for row in each.official.rows] for each in await rankings_of(stage)]
    agreeing = sum(pair[0] < pair[1] for pair in pairs)
    # 60 fair coins fall outside of this less than once in ten thousand runs.
    assert 14 < agreeing < 46
    assert len({tuple(pair) for pair in pairs}) > 40


@pytest.mark.parametrize(
    ("role", "phase", "is_seen"),
    [
        (Role.PURCHASER, Phase.PRICES, True), (Role.APPROVER, Phase.PRICES, False),
        (Role.APPROVER, Phase.DECISION, True), (Role.AUDITOR, Phase.PRICES, True),
        (Role.EVALUATOR, Phase.PRICES, False), (Role.EVALUATOR, Phase.DECISION, True),
    ],
)  # fmt: skip
async def test_who_sees_the_ranking_when(made: TestWorld, role: Role, phase: Phase, is_seen: bool) -> None:
    stage = await make_stage(made.world, [LOT])
    await rank_tender(made.world, stage.tender_id)
    async with made.world.db.transaction() as tx:
        await tender_store.set_phase(tx, stage.tender_id, phase=phase)
    async with caller(made.world, await make_actor(made.world, role)) as client:
        answer = await client.get(f"/api/tenders/{stage.tender_id}/ranking")
    assert answer.status_code == 200
    assert bool(answer.json()["lots"]) == is_seen
    if is_seen:
        row = answer.json()["lots"][0]["rows"][0]
        assert (row["rank"], row["amount"], row["is_tied"], row["needs_reason"]) == (1, "271.40", True, None)
        assert row["alias"] in "ABCD"
        assert (row["saving"] is None) == (role is Role.EVALUATOR)


async def test_suppliers_and_administrators_do_not_reach_it(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await rank_tender(made.world, stage.tender_id)
    for actor in (stage.bidders["青禾"].actor, await make_actor(made.world, Role.ADMIN)):
        async with caller(made.world, actor) as client:
            answer = await client.get(f"/api/tenders/{stage.tender_id}/ranking")
        assert answer.status_code == 403
        assert "271.4" not in answer.text
    async with caller(made.world) as client:
        assert (await client.get(f"/api/tenders/{stage.tender_id}/ranking")).status_code == 401


async def test_savings_stand_beside_each_row(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT, LOT], baselines=[None, BASELINE])
    await rank_tender(made.world, stage.tender_id)
    async with caller(made.world, stage.purchaser) as client:
        first, second = (await client.get(f"/api/tenders/{stage.tender_id}/ranking")).json()["lots"]
    assert first["rows"][0]["saving"]["is_baseline_missing"]
    assert second["rows"][0]["saving"] == {
        "awarded": "271400.00", "baseline": "300000.00", "money": "28600.00", "percent": "9.53",
        "is_baseline_missing": False,
    }  # fmt: skip
