"""The decision room: sensitivity and what-if by label, stamped, for readers of the ranking alone, and never kept."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.visibility import Phase, Role
from app.evaluation import store
from app.tenders import store as tender_store
from tests.award.acts import ranked_rows
from tests.award.test_evaluated import ranked
from tests.callers import caller
from tests.evaluation.stage import Stage
from tests.worlds import TestWorld, make_actor, make_world


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def what_if(stage: Stage, **change: Any) -> Any:
    async with caller(stage.world, stage.purchaser) as client:
        body = {"lot_id": stage.lots[0], **change}
        return await client.post(f"/api/tenders/{stage.tender_id}/what-if", json=body)


async def test_the_room_tells_how_firm_the_ranking_stands_and_tries_without_keeping(made: TestWorld) -> None:
    stage, rows = await ranked(made)
    labels = [row["label"] for row in rows]
    assert [row["shortlist_reason"] for row in rows] == ["among_best", "among_best", "beyond_count"]
    async with caller(made.world, stage.purchaser) as client:
        told = (await client.get(f"/api/tenders/{stage.tender_id}/sensitivity")).json()
    (lot,) = told["lots"]
    assert (told["stamp"], told["price_weight"], told["threshold"]) == ("WHAT-IF", "60", "70")
    official = {line["label"]: (line["ranks"][60], line["totals"][60]) for line in lot["lines"]}
    assert official == {row["label"]: (row["rank"], row["total"]) for row in rows}
    assert float(lot["first"]["low"]) <= 60 <= float(lot["first"]["high"])
    assert [each["label"] for each in lot["leaving"]] == labels
    assert lot["pareto"]
    assert set(lot["pareto"]) <= set(labels)
    opinion = {each["label"]: each for each in lot["second_opinion"]}
    assert {label: each["official_rank"] for label, each in opinion.items()} == {
        row["label"]: row["rank"] for row in rows
    }
    assert all(0 <= float(each["closeness"]) <= 1 for each in opinion.values())

    async with made.world.db.snapshot() as tx:
        before = await store.list_rankings(tx, stage.tender_id)
    tried = (await what_if(stage, without=[labels[0]], price_weight="100", count=1)).json()
    assert (tried["stamp"], tried["rows"][0]["rank"], len(tried["rows"])) == ("WHAT-IF", 1, 2)
    assert tried["shortlist"] == [tried["rows"][0]["label"]]
    failing = (await what_if(stage, values=[{"label": labels[1], "criterion": "c2", "value": "1"}])).json()
    assert failing["failing"] == [labels[1]]
    for change, status in (({"price_weight": "101"}, 409), ({"without": ["R1"]}, 409), ({"count": 0}, 422)):
        assert (await what_if(stage, **change)).status_code == status
    async with made.world.db.snapshot() as tx:
        assert await store.list_rankings(tx, stage.tender_id) == before
    assert (await ranked_rows(stage))[0] == rows


async def test_who_may_not_read_the_ranking_learns_nothing_from_the_room(made: TestWorld) -> None:
    stage, _rows = await ranked(made)
    path = f"/api/tenders/{stage.tender_id}/sensitivity"
    body = {"lot_id": stage.lots[0]}
    async with caller(made.world, await make_actor(made.world, Role.APPROVER)) as client:
        assert (await client.get(path)).json()["lots"] == []
        assert (await client.post(f"/api/tenders/{stage.tender_id}/what-if", json=body)).status_code == 404
        async with made.world.db.transaction() as tx:
            await tender_store.set_phase(tx, stage.tender_id, phase=Phase.DECISION)
        assert (await client.get(path)).json()["lots"]
    async with caller(made.world, stage.bidders["青禾"].actor) as client:
        assert (await client.get(path)).status_code == 403
        assert (await client.post(f"/api/tenders/{stage.tender_id}/what-if", json=body)).status_code == 403
