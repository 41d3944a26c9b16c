"""The debrief of a bidder that was not chosen: own figures alone, the distance in bands, equal bytes on repeat."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.award import reading
from app.award.debriefing import debrief_data
from app.domain.awarding import LotRanking, RankedRow
from app.domain.debriefing import BANDS, Distance, Unit, band_of, distance
from app.identity.access import Actor
from app.suppliers.store import Names
from app.tenders import store as tender_store
from tests.award.acts import as_seen_by, award_first, read
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import lock_good, make_sealed_stage, open_prices
from tests.evaluation.stage import Stage
from tests.worlds import TestWorld, make_world

PRICES = {"青禾": "271.40", "岚川": "290.00", "澄锐": "274.90", "朗峤": "7319.02"}


def a_ranking(*rows: tuple[str, str | None]) -> LotRanking:
    made = [
        RankedRow(f"R{at}", at, Decimal(amount), at, is_tied=False, total=None if total is None else Decimal(total))
        for at, (amount, total) in enumerate(rows, start=1)
    ]
    return LotRanking("lot", tuple(made), "0" * 64)


def test_distances_are_bands() -> None:
    by_price = a_ranking(("100.00", None), ("102.00", None), ("102.01", None), ("151.00", None), ("100.00", None))
    assert [distance(by_price, f"R{at}") for at in range(1, 6)] == [
        None, Distance(Unit.PERCENT, Decimal(2)), Distance(Unit.PERCENT, Decimal(3)), Distance(Unit.PERCENT, None),
        Distance(Unit.PERCENT, Decimal(1), is_equal=True),
    ]  # fmt: skip
    by_total = a_ranking(("290.00", "93.68"), ("271.00", "93.60"))
    assert distance(by_total, "R2") == Distance(Unit.POINTS, Decimal(1))
    assert distance(by_total, "R9") is None


@given(st.decimals(min_value=0, max_value=50, allow_nan=False, places=4))
def test_the_band_is_the_narrowest_that_holds(apart: Decimal) -> None:
    band = band_of(apart)
    assert band is not None
    assert apart <= band
    assert all(apart > other for other in BANDS if other < band)


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def draw(stage: Stage, actor: Actor, lang: str = "zh") -> httpx.Response:
    async with as_seen_by(stage, actor) as client:
        return await client.get("/debrief/pdf", params={"lang": lang})


async def test_own_figures_alone_after_the_decision(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world, evaluation=an_evaluation(shortlist={"count": 2}))
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    loser = stage.bidders["青禾"]
    assert (await draw(stage, loser.actor)).status_code == 404
    await award_first(stage)
    own = (await read(stage, loser.actor, "result"))["lots"][0]
    assert (own["rank"], own["distance"]) == (2, {"unit": "points", "within": "1", "is_equal": False})
    drawn = await draw(stage, loser.actor)
    assert drawn.content[:5] == b"%PDF-"
    made.clock.wind(hours=3)
    assert (await draw(stage, loser.actor)).content == drawn.content != (await draw(stage, loser.actor, "en")).content
    assert (await draw(stage, stage.purchaser)).status_code == 403
    async with made.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, stage.tender_id)
        sheets = {
            name: await reading.load_own_sheet(made.world, tx, tender, each.supplier_id)
            for name, each in stage.bidders.items()
        }
    for name, sheet in sheets.items():
        text = json.dumps(debrief_data(sheet, Names(name, name)), ensure_ascii=False)
        others = [word for other, price in PRICES.items() if other != name for word in (other, price)]
        assert not [word for word in others if word in text]
    assert sheets["朗峤"].lots[0][1].rank is None
