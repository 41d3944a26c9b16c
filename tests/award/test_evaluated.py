"""A decision on an evaluation: the first of the shortlist is preferred, and every bidder gets its own score."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.sealing.record import Result, record_core
from app.sealed_rounds import opening_store
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.opening_store import Opening
from tests.award.acts import ask_unsealing, decide, propose, ranked_rows, read
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    bidder_by_alias,
    lock,
    lock_good,
    make_sealed_stage,
    mark_all,
    open_prices,
    seat,
)
from tests.evaluation.stage import Stage
from tests.evaluation.test_agreeing import agree
from tests.worlds import TestWorld, make_world

PRICES = {"青禾": "271.40", "岚川": "290.00", "澄锐": "274.90", "朗峤": "7319.02"}


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def ranked(world: TestWorld, count: int = 2, **changes: Any) -> tuple[Stage, list[dict[str, Any]]]:
    evaluation = an_evaluation(shortlist={"count": count})
    stage = await make_sealed_stage(world.world, evaluation=evaluation, **changes)
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    (rows,) = await ranked_rows(stage)
    return stage, rows


async def test_the_first_of_the_shortlist_needs_no_reason_another_does_and_one_outside_is_refused(
    made: TestWorld,
) -> None:
    stage, rows = await ranked(made)
    assert [row["needs_reason"] for row in rows] == [None, "not_first", "not_first"]
    outside = await propose(stage, [(rows[2]["label"], "I like it")])
    assert (outside.status_code, outside.json()["code"]) == (409, "NOT_ALLOWED_HERE")
    assert outside.json()["detail"]["rule"] == "shortlist"
    bare = await propose(stage, [(rows[1]["label"], " ")])
    assert bare.json()["code"] == "REASON_MISSING"
    asked = await propose(stage, [(rows[1]["label"], "better service")])
    assert asked.status_code == 201
    assert (await decide(stage, asked)).status_code == 200
    shown = await read(stage, stage.purchaser, "decision")
    assert (shown["choices"][0]["label"], shown["choices"][0]["reserve"]) == (rows[1]["label"], rows[0]["label"])


async def test_the_scope_shortlist_unseals_the_shortlist_and_nobody_else(made: TestWorld) -> None:
    stage, rows = await ranked(made, scope="shortlist")
    assert (await decide(stage, await propose(stage, [(rows[0]["label"], "")]))).status_code == 200
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    (lot,) = (await read(stage, stage.purchaser, "result"))["lots"]
    assert [each["label"] for each in lot["unsealed"]] == [row["label"] for row in rows[:2]]
    text = json.dumps(lot, ensure_ascii=False)
    assert "岚川" not in text
    assert "朗峤" not in text


async def test_every_bidder_gets_its_own_score_and_reasons_and_no_comment(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world)
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    alias = next(alias for alias, name in (await bidder_by_alias(stage)).items() if name == "青禾")
    assert (await agree(stage, "甲", alias=alias, value="4.5", reason="a louder fan than asked for")).status_code == 200
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [PRICES])
    ((first, *_),) = await ranked_rows(stage)
    assert (await decide(stage, await propose(stage, [(first["label"], "")]))).status_code == 200
    waiting = await read(stage, stage.bidders["青禾"].actor, "result")
    assert (waiting["lots"][0]["technical"], waiting["lots"][0]["outcome"]) == (None, None)
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    own = (await read(stage, stage.bidders["青禾"].actor, "result"))["lots"][0]
    assert own["rank"] in {1, 2}
    assert own["technical"] == {
        "points": "83.00", "threshold": "70", "passes": True,
        "criteria": [
            {"criterion": "c1", "number": 1, "title_zh": "能效", "title_en": "Efficiency", "weight": "30",
             "value": "4.5", "reason": "a louder fan than asked for"},
            {"criterion": "c2", "number": 2, "title_zh": "能效", "title_en": "Efficiency", "weight": "70",
             "value": "4.0", "reason": ""},
        ],
    }  # fmt: skip
    failed = (await read(stage, stage.bidders["朗峤"].actor, "result"))["lots"][0]
    assert (failed["outcome"], failed["rank"], failed["amount"]) == ("below_threshold", None, None)
    assert (failed["technical"]["points"], failed["technical"]["passes"]) == ("60.00", False)
    for name in ("青禾", "岚川", "澄锐", "朗峤"):
        text = json.dumps(await read(stage, stage.bidders[name].actor, "result"), ensure_ascii=False)
        assert "seen by" not in text
        assert ("louder fan" in text) == (name == "青禾")


async def note_opening(stage: Stage, envelope: str, results: dict[str, str]) -> None:
    """The record of an opening with these results: {bidder: result}."""
    async with stage.world.db.transaction() as tx:
        held = await sealed_store.find_round_of(tx, stage.tender_id)
        assert held is not None
        named = [Result(name, stage.bidders[name].tag, 1, said, "0" * 64) for name, said in results.items()]
        core = record_core(
            round_id=held.round_id, lot=stage.lots[0], envelope=envelope,
            opened_at="", custody="server", results=named, key_id="",
        )  # fmt: skip
        new = Opening(held.round_id, stage.lots[0], envelope, stage.world.clock.now(), len(named), "0" * 64, {}, b"")
        await opening_store.insert_opening(stage.world, tx, new, core)


async def test_a_bidder_whose_sealed_offer_could_not_count_is_told_why_and_nobody_else_is(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world)
    await lock_good(stage)
    await note_opening(stage, "tech", {"青禾": "opened", "岚川": "bidder_malformed"})
    await note_opening(stage, "price", {"青禾": "opened", "岚川": "returned_unopened", "澄锐": "refused:ABOVE_CEILING"})
    await open_prices(stage, [{"青禾": "271.40"}])
    ((first,),) = await ranked_rows(stage)
    assert (await decide(stage, await propose(stage, [(first["label"], "the only one left")]))).status_code == 200
    waiting = await read(stage, stage.bidders["岚川"].actor, "result")
    assert (waiting["lots"][0]["outcome"], waiting["lots"][0]["finding"]) == (None, None)
    assert (await decide(stage, await ask_unsealing(stage))).status_code == 200
    for name, outcome, finding in (
        ("青禾", "preferred", None),
        ("岚川", "not_counted", {"envelope": "tech", "code": "bidder_malformed"}),
        ("澄锐", "not_counted", {"envelope": "price", "code": "ABOVE_CEILING"}),
        ("朗峤", "below_threshold", None),
    ):
        own = (await read(stage, stage.bidders[name].actor, "result"))["lots"][0]
        assert (own["outcome"], own["finding"]) == (outcome, finding), name
