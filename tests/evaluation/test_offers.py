"""The technical offers for purchaser, approver and auditor: by T-alias, each cell from the phase the matrix says."""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.visibility import Phase, Role, visited
from app.evaluation.offer_views import OfferSight
from app.identity.access import Actor
from tests.callers import caller
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    NAMES,
    at_tender,
    bidder_by_alias,
    lock,
    make_sealed_stage,
    mark_all,
    open_prices,
    seat,
)
from tests.evaluation.stage import Stage
from tests.evaluation.test_agreeing import agree
from tests.worlds import TestWorld, make_world

PRICES = {"青禾": "271.40", "岚川": "290.00", "澄锐": "274.90", "朗峤": "7319.02"}
PATH = tuple(Phase)
NOTHING, ALIASES = (False,) * 4, (True, False, False, False)


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


@pytest.mark.parametrize(
    ("role", "before", "technical", "prices"),
    [
        (Role.PURCHASER, NOTHING, NOTHING, (True, True, True, False)),
        (Role.APPROVER, NOTHING, ALIASES, (True, True, True, True)),
        (Role.AUDITOR, NOTHING, (True, True, False, False), (True, True, True, True)),
    ],
)
def test_what_each_reader_may_have_of_an_offer(
    role: Role, before: Sequence[bool], technical: Sequence[bool], prices: Sequence[bool]
) -> None:
    phases = {Phase.CLOSED_UNOPENED: before, Phase.TECHNICAL_OPENED: technical, Phase.LIVE: technical}
    for phase, expected in {**phases, Phase.PRICES: prices, Phase.FILED: prices}.items():
        found = OfferSight.of({role}, visited(phase, PATH))
        assert (found.aliases, found.answers, found.totals, found.marks) == tuple(expected), (role, phase)


async def read(stage: Stage, actor: Actor) -> Any:
    async with at_tender(stage, actor) as client:
        answer = await client.get("/offers")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_offers_open_with_the_phases_and_never_name_anybody(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    whose = await bidder_by_alias(stage)
    alias = next(alias for alias, name in whose.items() if name == "青禾")
    assert (await agree(stage, "甲", alias=alias, value="4.5", reason="quieter than asked")).status_code == 200
    early = {role: await read(stage, getattr(stage, role)) for role in ("purchaser", "approver", "auditor")}
    assert (early["purchaser"]["state"], early["purchaser"]["lots"]) == ("waiting", [])
    assert [each["alias"] for each in early["approver"]["lots"][0]["offers"]] == ["T1", "T2", "T3", "T4"]
    assert "efficiency of" not in json.dumps(early["approver"])
    assert "efficiency of 青禾" in json.dumps(early["auditor"], ensure_ascii=False)
    assert all("seen by" not in json.dumps(each) for each in early.values())
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [PRICES])
    for role, marks in (("purchaser", 0), ("approver", 3), ("auditor", 3)):
        shown = await read(stage, getattr(stage, role))
        offer = next(each for each in shown["lots"][0]["offers"] if each["alias"] == alias)
        cell = offer["criteria"][0]
        assert (offer["points"], offer["passes"]) == ("83.00", True)
        assert (cell["text"], cell["agreed"], len(cell["marks"])) == ("efficiency of 青禾", "4.5", marks)
        assert (cell["reason"] == "quieter than asked") == bool(marks)
        assert [each["seat"] for each in cell["marks"]] == ["E1", "E2", "E3"][:marks]
        text = json.dumps(shown, ensure_ascii=False)
        assert not any(bidder.tag in text for bidder in stage.bidders.values())
        assert not any(person.account_id in text for person in stage.others.values())
        assert all(price not in text for price in PRICES.values())
    assert set(whose.values()) == set(NAMES)


async def test_whoever_has_no_such_hat_gets_what_a_tender_that_is_not_there_gives(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world)
    for actor in (stage.others["甲"], stage.bidders["青禾"].actor):
        async with caller(made.world, actor) as client:
            found = [
                await client.get(f"/api/tenders/{each}/offers") for each in (stage.tender_id, made.world.ids.new())
            ]
        assert found[0].status_code in {403, 404}
        assert found[0].content == found[1].content
