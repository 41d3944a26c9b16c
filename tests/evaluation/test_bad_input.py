"""Bad input of the scoring service, by API and by SQL: a coded refusal or a stated result, never a wrong rank.

Sheets are in tests/domain/scoring/test_score_sheet.py (the same by the command and `POST /api/scoring/preview`: weights
that do not sum, gaps and overlaps, zero, negative and 40-digit prices, one bid, all equal, mixed currencies, missing
marks, marks over range), marks in test_marks.py, bids in tests/attacks and tests/live_rounds. Here: a tender's own
rules by API, and rules changed in the database after publication.
"""

from typing import Any

import pytest
from sqlalchemy import update

from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.scoring.formulas import formula_to_json, has_total
from app.domain.scoring.presets import PRESETS, Preset
from app.domain.scoring.rules import evaluation_from_json, evaluation_to_json
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation.rule_schemas import EvaluationView
from app.evaluation.tables import mark
from app.evaluation.timekeeper import turn
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store
from tests.callers import caller
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import (
    EVALUATORS,
    GOOD,
    at_tender,
    lock,
    make_sealed_stage,
    mark_all,
    open_prices,
    seat,
)
from tests.evaluation.stage import Stage
from tests.evaluation.test_marks import entries_of
from tests.evaluation.test_sealed_ranking import PRICES, ranking
from tests.worlds import TestWorld, make_actor

ROWS = [{"from": None, "to": "0", "points": "100"}, {"from": "0", "to": None, "points": "50"}]


def table(*changes: dict[str, Any]) -> dict[str, Any]:
    """A piecewise formula with its rows changed."""
    rows = [{**row, **change} for row, change in zip(ROWS, changes, strict=True)]
    return {"code": "piecewise", "params": {"axis": "deviation", "benchmark": "mean", "rows": rows}}


BAD_RULES: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str]]] = [
    ({"weight": "61"}, {}, ("evaluation.price.weight", "WEIGHTS_NOT_100")),
    ({}, {"weight": "-40"}, ("evaluation.technical.weight", "OUT_OF_RANGE")),
    ({"weight": "9" * 40}, {}, ("evaluation.price.weight", "MALFORMED")),
    ({"formula": table({}, {"from": "1"})}, {}, ("evaluation.price.formula.params.rows.1.from", "GAP")),
    ({"formula": table({"to": "5"}, {})}, {}, ("evaluation.price.formula.params.rows.1.from", "OVERLAP")),
    (
        {"formula": {"code": "fixed_band", "params": {"best": "0", "worst": "9" * 40}}},
        {},
        ("evaluation.price.formula.params.worst", "MALFORMED"),
    ),
    ({}, {"criteria": []}, ("evaluation.technical.criteria", "MISSING_VALUE")),
    (
        {},
        {"ahp": [{"parent": "", "items": ["a", "b"], "matrix": [["1", "9"], ["9", "1"]], "digits": 2}]},
        ("evaluation.technical.ahp.0.matrix.1.0", "NOT_RECIPROCAL"),
    ),
]


async def test_a_tenders_own_rules_are_refused_by_field(house: TestWorld) -> None:
    """Saved as typed, named by the pre-flight, and not published."""
    async with caller(house.world, await make_actor(house.world, Role.PURCHASER)) as client:
        begun = {"template": "large", "category": "compressors", "title_zh": "压缩机", "title_en": "Compressors"}
        path = f"/api/tenders/{(await client.post('/api/tenders', json=begun)).json()['id']}"
        shown = (await client.get(path)).json()
        draft, version = shown["draft"], shown["version"]
        for price, technical, fault in BAD_RULES:
            evaluation = draft["evaluation"]
            changed = {
                **evaluation,
                "price": {**evaluation["price"], **price},
                "technical": {**evaluation["technical"], **technical},
            }
            saved = await client.put(path, json={**draft, "evaluation": changed, "version": version})
            assert saved.status_code == 200, saved.text
            version = saved.json()["version"]
            flight = (await client.get(f"{path}/preflight")).json()
            assert fault in {(one["field"], one["code"]) for one in flight["faults"]}, flight["faults"]
            refused = await client.post(f"{path}/submit", json={"version": version})
            assert (refused.status_code, refused.json()["code"]) == (409, "INCOMPLETE")


async def change_document(stage: Stage, *, with_hash: bool = False, **changes: Any) -> Any:
    """What somebody with the database does: another formula in the published document; gives the true one back."""
    async with stage.world.db.transaction() as tx:
        tender = await tender_store.load_tender(tx, stage.tender_id)
        frozen = {**(tender.frozen or {}), **changes}
        own = {"frozen_hash": digest_of(frozen)} if with_hash else {}
        await tender_store.set_tender(tx, stage.tender_id, frozen=frozen, **own)
    return {"evaluation": (tender.frozen or {})["evaluation"]}


async def change_marks(stage: Stage, before: int, after: int) -> None:
    """The same with what was submitted."""
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(mark).where(mark.c.mark == before).values(mark=after))


@pytest.mark.parametrize("with_hash", [False, True])
async def test_rules_changed_by_sql_neither_lock_nor_rank(house: TestWorld, *, with_hash: bool) -> None:
    stage = await make_sealed_stage(house.world)
    async with house.world.db.transaction() as tx:
        tender = await tender_store.load_tender(tx, stage.tender_id)
        data = {"document": dict(tender.frozen or {}), "hash": tender.frozen_hash}
        await append(house.world, tx, NewEntry(tender.chain, Kind.TENDER_PUBLISHED, data, tender=tender.id))
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    formula = {"code": "min_max", "params": {}}
    other = evaluation_to_json(evaluation_from_json(an_evaluation(price={"weight": "60", "formula": formula})))
    await change_marks(stage, 3, 2)
    refused = await lock(stage)
    assert (refused.status_code, refused.json()["code"]) == (409, "FROZEN")
    await change_marks(stage, 2, 3)
    true = await change_document(stage, evaluation=other, with_hash=with_hash)
    refused = await lock(stage)
    assert (refused.status_code, refused.json()["code"]) == (409, "FROZEN")
    await change_document(stage, with_hash=True, **true)
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [PRICES])

    await change_document(stage, evaluation=other, with_hash=with_hash)
    for _ in range(2):
        assert await turn(house.world) == 0
    async with at_tender(stage, stage.purchaser) as client:
        waiting = await client.get("/ranking")
        report = await client.post("/reports")
    assert (
        (waiting.status_code, waiting.json()["code"]) == (report.status_code, report.json()["code"]) == (409, "FROZEN")
    )
    noted = [dict(each.data) for each in await entries_of(stage, Kind.SCORING_REFUSED)]
    assert [each["act"] for each in noted] == ["lock", "lock", "rank"]
    assert await entries_of(stage, Kind.RANKING_MADE) == []

    await change_document(stage, with_hash=True, **true)
    assert await turn(house.world) == 1
    (lot,) = (await ranking(stage))["lots"]
    assert next(row["amount"] for row in lot["rows"]) == "274.90"


@pytest.mark.parametrize(
    ("prices", "totals"),
    [
        # One bid alone has all the price points; equal ones stand in the order of the record.
        ({"青禾": "271.40"}, ["92.00"]),
        ({"青禾": "271.40", "岚川": "271.40", "澄锐": "271.40"}, ["97.60", "94.40", "92.00"]),
    ],
)
async def test_one_bid_and_all_equal_have_a_stated_rank(
    house: TestWorld, prices: dict[str, str], totals: list[str]
) -> None:
    stage = await make_sealed_stage(house.world, names=list(prices))
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    assert (await lock(stage)).status_code == 200
    await open_prices(stage, [prices])
    assert await turn(house.world) == 1
    (lot,) = (await ranking(stage))["lots"]
    assert [(row["rank"], row["total"], row["price_points"]) for row in lot["rows"]] == [
        (at, total, "100.00") for at, total in enumerate(totals, start=1)
    ]
    async with stage.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, stage.tender_id)
    assert tender.state is TenderState.EVALUATION


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_known_rule_has_its_shape_on_the_wire(preset: Preset) -> None:
    """The ranking's page tells the rules: one that it could not tell would be a page that fails."""
    technical, has_sum = an_evaluation()["technical"], has_total(preset.formula)
    technical["weight"] = "40" if has_sum else "0"
    price = {"weight": "60" if has_sum else "100", "formula": formula_to_json(preset.formula)}
    written = evaluation_to_json(evaluation_from_json(an_evaluation(technical=technical, price=price)))
    assert EvaluationView.model_validate(written).price.formula.code == written["price"]["formula"]["code"]
