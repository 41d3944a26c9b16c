"""A lot's realised figure out of its orders: whose, how much of it, and never by a side door."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.infra.days import today_of
from tests.award.acts import award_first, ranked_rows
from tests.award.test_contracts import post
from tests.award.test_payments import get
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

LOT = [("青禾", "271.40"), ("岚川", "275.00"), ("澄锐", "277.00")]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def order(stage: Stage, firm: str, number: str, accepted: str, unit: str = "台") -> None:
    """An order and what arrived of it."""
    day = (today_of(stage.world) - timedelta(3)).isoformat()
    promises = [{"on": day, "quantity": "600"}]
    body = {"supplier_id": firm, "number": number, "category": "compressors", "item": "1.5P", "unit": unit}
    made = await post(stage, stage.purchaser, "orders", **body, promises=promises)
    assert made.status_code == 201, made.text
    if accepted != "0":
        arrived = {"number": "DN-1", "delivered_on": day, "accepted": accepted, "rejected": "5"}
        done = await post(stage, stage.purchaser, f"orders/{made.json()['id']}/deliveries", **arrived)
        assert done.status_code == 201, done.text


async def realise(stage: Stage, *orders: str, **changes: Any) -> httpx.Response:
    body = {"lot_id": stage.lots[0], "orders": list(orders), **changes}
    return await post(stage, stage.purchaser, f"tenders/{stage.tender_id}/savings/realised", **body)


async def test_what_arrived_is_realised_at_the_price_of_the_award(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    firm, loser = (str(stage.bidders[name].actor.supplier_id) for name in ("青禾", "岚川"))
    assert (await realise(stage, "PO-1")).json()["code"] == "NOT_DECIDED"
    await award_first(stage)
    lot = (await get(stage, stage.purchaser, f"/api/tenders/{stage.tender_id}/savings"))["lots"][0]
    unit = lot.get("unit", "台")
    await order(stage, firm, "PO-1", "300", unit)
    await order(stage, firm, "PO-2", "200", unit)
    await order(stage, firm, "PO-3", "0", unit)
    await order(stage, firm, "PO-4", "600", unit)
    await order(stage, loser, "PO-5", "1", unit)
    await order(stage, firm, "PO-6", "1", "箱")
    for orders, code in (
        (["PO-9"], "NOT_ALLOWED_HERE"), (["PO-1", "PO-5"], "NOT_ALLOWED_HERE"), (["PO-3"], "INCOMPLETE"),
        (["PO-6"], "MIXED_UNITS"), (["PO-1", "PO-2", "PO-4"], "OUT_OF_RANGE"),
    ):  # fmt: skip
        assert (await realise(stage, *orders)).json()["code"] == code, orders
    assert (await realise(stage, "PO-1", lot_id="0" * 32)).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await realise(stage, "PO-1", " PO-2", "PO-1")).status_code == 204
    lot = (await get(stage, stage.purchaser, f"/api/tenders/{stage.tender_id}/savings"))["lots"][0]
    (row,) = [one for one in lot["rows"] if one["certainty"] == "realised"]
    assert row["cost"] == "135700.00"
    year = await get(stage, stage.auditor, "/api/year-view")
    (realised,) = [one for one in year["whole"]["savings"] if one["certainty"] == "realised"]
    assert realised["money"] == "14300.00"
    assert [(one["percent"], one["amount"]) for one in year["base"]["spend"][0]["shares"]] == [("100.0", "271400.00")]
