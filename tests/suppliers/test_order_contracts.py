"""Orders that name their contract: typed, imported, listed, realised; and what their review tells the project."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.award.order_book import BOOK
from app.domain.kinds import Kind
from app.domain.process import Stage as ProjectStage
from app.domain.process import StageState
from app.domain.visibility import Role
from app.infra.days import today_of
from app.suppliers import performance_reading, reviewing
from app.suppliers.order_columns import FileKind
from app.suppliers.order_importing import Imported, ImportOrders, import_orders
from app.suppliers.performance_store import Review
from app.suppliers.store import set_supplier
from app.tenders.store import load_tender
from tests.award.acts import award_first, decide
from tests.award.projects import course_of, put_under_project
from tests.award.test_contract_ending import end
from tests.award.test_contracts import LOT, draft, post
from tests.award.test_payment_files import sign
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.suppliers.parties import a_code, entries_of
from tests.worlds import TestWorld, make_actor, make_world


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def reference_of(stage: Stage) -> str:
    """What people call the tender, and so its contracts."""
    async with stage.world.db.snapshot() as tx:
        return (await load_tender(tx, stage.tender_id)).reference


async def contracted(made: TestWorld) -> tuple[Stage, str, str, str]:
    """A tender with a signed contract: the stage, the winner, the loser, the reference."""
    stage = await make_stage(made.world, [LOT])
    winner, loser = (stage.bidders[name].actor for name in ("青禾", "岚川"))
    await award_first(stage)
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    await sign(made, stage, winner)
    reference = await reference_of(stage)
    return stage, str(winner.supplier_id), str(loser.supplier_id), reference


async def order(stage: Stage, firm: str, number: str, contract: str, day: date | None = None) -> httpx.Response:
    on = (day or today_of(stage.world)).isoformat()
    body = {"supplier_id": firm, "number": number, "category": "compressors", "item": "1.5P", "unit": "台"}
    parts = [{"on": on, "quantity": "100"}]
    return await post(stage, stage.purchaser, "orders", **body, promises=parts, contract=contract)


async def listed(stage: Stage, **query: str) -> list[tuple[str, Any]]:
    async with caller(stage.world, stage.purchaser) as client:
        page = (await client.get("/api/orders", params=query)).json()
    return [(one["number"], one["contract"] and one["contract"]["reference"]) for one in page["orders"]]


async def test_an_order_names_a_contract_of_its_supplier_that_holds(made: TestWorld) -> None:
    stage, firm, loser, reference = await contracted(made)
    for who, named, fault in (
        (firm, "T-NONE", "UNKNOWN_CONTRACT"), (loser, reference, "OTHER_SUPPLIER"),
    ):  # fmt: skip
        wrong = await order(stage, who, "PO-9", named)
        assert (wrong.json()["code"], wrong.json()["detail"]) == ("INCOMPLETE", {"contract": fault})
    assert (await order(stage, firm, "PO-1", f" {reference} ")).json()["contract"] == {
        "tender_id": stage.tender_id, "reference": reference,
    }  # fmt: skip
    assert (await order(stage, firm, "PO-2", "")).json()["contract"] is None
    assert await listed(stage) == [("PO-1", reference), ("PO-2", None)]
    assert await listed(stage, contract=reference) == [("PO-1", reference)]
    assert await listed(stage, contract="T-NONE") == []
    async with caller(stage.world, stage.purchaser) as client:
        named = (await client.get(f"/api/suppliers/{firm}/contracts-in-force")).json()
        assert (await client.get(f"/api/suppliers/{loser}/contracts-in-force")).json() == []
    assert [one["reference"] for one in named] == [reference]
    entered = [one.data for one in await entries_of(made.world, f"supplier:{firm}") if one.kind is Kind.ORDER_ENTERED]
    assert [one.get("tender") for one in entered] == [stage.tender_id, None]
    # Ended, it takes no order any more; those it has stay with it.
    last = today_of(made.world).isoformat()
    assert (await decide(stage, await end(stage, "terminate", last))).status_code == 200
    assert (await order(stage, firm, "PO-3", reference)).status_code == 201
    made.clock.wind(days=1)
    assert (await order(stage, firm, "PO-4", reference)).json()["detail"] == {"contract": "CONTRACT_ENDED"}
    assert await listed(stage, contract=reference) == [("PO-1", reference), ("PO-3", reference)]


async def test_a_file_names_contracts_and_each_bad_cell_is_named(made: TestWorld) -> None:
    stage, firm, loser, reference = await contracted(made)
    codes = {firm: a_code(1), loser: a_code(2)}
    async with made.world.db.transaction() as tx:
        for one, code in codes.items():
            await set_supplier(tx, one, credit_code=code)
    day = today_of(made.world)
    rows = [
        ("PO-1", firm, reference, day), ("PO-2", firm, "", day), ("PO-3", loser, reference, day),
        ("PO-4", firm, "T-NONE", day), ("PO-5", firm, reference, day), ("PO-5", firm, "", day + timedelta(days=9)),
    ]  # fmt: skip
    head = "order number,credit code,category,item,quantity,unit,promised on,contract"
    lines = [f"{number},{codes[who]},compressors,1.5P,100,台,{on},{named}" for number, who, named, on in rows]
    file = ImportOrders(FileKind.ORDERS, "\n".join([head, *lines]).encode())
    done = await import_orders(made.world, stage.purchaser, file, BOOK)
    assert isinstance(done, Imported)
    assert (done.total, done.created) == (6, 2)
    assert [(one.cell, one.code.value) for one in done.faults] == [
        ("H4", "OTHER_SUPPLIER"), ("H5", "UNKNOWN_CONTRACT"), ("A6", "OTHER_ROW"), ("H7", "DUPLICATE_IN_FILE"),
    ]  # fmt: skip
    assert await listed(stage) == [("PO-1", reference), ("PO-2", None)]


async def test_a_closed_review_of_its_orders_ends_the_projects_stage(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    project = await put_under_project(stage, await make_actor(made.world, Role.REQUESTER))
    await draft(stage, firm)
    await sign(made, stage, winner)
    assert (await course_of(stage, project))[ProjectStage.PERFORMANCE] is StageState.IN_PROGRESS
    reference = await reference_of(stage)
    last_year = today_of(made.world).year - 1
    for number, day, named in (
        ("PO-1", date(last_year, 2, 1), ""), ("PO-2", date(last_year, 5, 1), reference),
    ):  # fmt: skip
        assert (await order(stage, firm, number, named, day)).status_code == 201
    # The first quarter has no order of the contract: its review is nothing to the project.
    for period, state in (("Q1", StageState.IN_PROGRESS), ("Q2", StageState.DONE)):
        found = await reviewing.make_review(made.world, stage.purchaser, firm, "compressors", f"{last_year}-{period}")
        assert isinstance(found, Review)
        assert isinstance(await reviewing.reply(made.world, winner, found.id, "As it was."), Review)
        assert isinstance(await reviewing.close(made.world, stage.purchaser, found.id, BOOK), Review)
        assert (await course_of(stage, project))[ProjectStage.PERFORMANCE] is state, period


async def test_what_another_contract_called_off_realises_nothing_here(made: TestWorld) -> None:
    first, firm, _, reference = await contracted(made)
    second = await make_stage(made.world, [LOT])
    await award_first(second)
    winner = str(second.bidders["青禾"].actor.supplier_id)
    day = today_of(made.world) - timedelta(3)
    entered = await order(first, firm, "PO-1", reference, day)
    assert entered.status_code == 201, entered.text
    body = {"lot_id": second.lots[0], "orders": ["PO-1"]}
    path = f"tenders/{second.tender_id}/savings/realised"
    refused = (await post(second, second.purchaser, path, **body)).json()
    assert refused["code"] == "NOT_ALLOWED_HERE"
    if winner == firm:
        assert refused["detail"]["because"] == "other_contract"
    (seen,) = (await performance_reading.read_orders(made.world, None, contract=reference, book=BOOK))[0]
    assert seen.order.quantity == Decimal(100)
