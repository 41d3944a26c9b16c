"""Savings as they harden: claimed, contracted, realised, each against baseline, budget and best start price."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.kinds import Kind
from app.domain.measuring import Certainty, Figure, FigureKind, LotCosts, Reference, best_start, decide_figure, measure
from app.domain.ranking import PlacedBid
from app.domain.refusals import Refusal
from app.domain.saving import Basis
from app.identity.access import Actor
from app.journal.store import list_entries
from tests.award.acts import as_seen_by, award_first, ranked_rows, read
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00")]
A_FIGURE = Figure(FigureKind.REALISED, Decimal("135000.00"), "invoice", date(2026, 1, 2), quantity=Decimal(500))


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


def test_the_best_start_is_the_lowest_of_first_bids() -> None:
    bids = [PlacedBid("a", Decimal(280), 1), PlacedBid("b", Decimal(275), 2), PlacedBid("a", Decimal(271), 3)]
    assert best_start(bids, quantity=Decimal(10), basis=Basis.UNIT) == 2750
    assert best_start([], quantity=Decimal(10), basis=Basis.UNIT) is None


def test_what_was_delivered_is_compared_with_its_part_of_the_reference() -> None:
    costs = LotCosts(
        quantity=Decimal(1000),
        digits=2,
        references={Reference.BASELINE: Decimal(300_000), Reference.BUDGET: None},
        costs={Certainty.CLAIMED: Decimal(271_400), Certainty.CONTRACTED: None, Certainty.REALISED: Decimal(135_000)},
        delivered=Decimal(500),
    )
    rows = measure(costs).rows
    assert (rows[Certainty.REALISED][Reference.BASELINE].money, Certainty.CONTRACTED in rows) == (
        Decimal(15_000),
        False,
    )
    assert rows[Certainty.CLAIMED][Reference.BASELINE].percent == Decimal("9.53")
    assert rows[Certainty.CLAIMED][Reference.BUDGET].is_baseline_missing


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=1, max_value=10**9), st.integers(1, 1000))
def test_the_whole_delivered_is_the_whole_reference(amount: Decimal, quantity: int) -> None:
    costs = LotCosts(
        Decimal(quantity), 2, {Reference.BASELINE: amount}, {Certainty.REALISED: amount}, Decimal(quantity)
    )
    assert measure(costs).rows[Certainty.REALISED][Reference.BASELINE].money == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"amount": Decimal(0)}, "OUT_OF_RANGE"), ({"amount": Decimal("1.001")}, "PRECISION"),
        ({"amount": Decimal("NaN")}, "OUT_OF_RANGE"), ({"source": " "}, "INCOMPLETE"),
        ({"quantity": None}, "INCOMPLETE"), ({"quantity": Decimal(1001)}, "OUT_OF_RANGE"),
        ({"as_of": date(2026, 1, 4)}, "OUT_OF_RANGE"),
        ({"kind": FigureKind.BUDGET}, "NOT_ALLOWED_HERE"),
    ],
)  # fmt: skip
def test_a_figure_that_could_not_be_one_is_refused(changes: dict[str, Any], code: str | None) -> None:
    figure = Figure(**({name: getattr(A_FIGURE, name) for name in Figure.__slots__} | changes))
    today = date(2026, 1, 3)
    refusal = decide_figure(figure, is_awarded=True, lot_quantity=Decimal(1000), digits=2, today=today)
    assert (None if refusal is None else refusal.code.value) == code
    too_soon = decide_figure(A_FIGURE, is_awarded=False, lot_quantity=Decimal(1000), digits=2, today=today)
    assert isinstance(too_soon, Refusal)


async def record(stage: Stage, actor: Actor | None = None, **changes: Any) -> httpx.Response:
    day = stage.world.clock.now().date().isoformat()
    body = {"lot_id": stage.lots[0], "kind": "budget", "amount": "290000.00", "source": "FY26 plan", "as_of": day}
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/savings", json={**body, **changes})


async def test_from_the_claim_to_the_realised_saving(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    assert (await record(stage)).status_code == 204
    for actor in (stage.purchaser, stage.approver, stage.auditor):
        (told,) = (await read(stage, actor, "budgets"))["budgets"]
        assert (told["lot_id"], told["amount"], told["source"]) == (stage.lots[0], "290000.00", "FY26 plan")
    early = await record(stage, kind="contracted", amount="270000.00")
    assert (early.status_code, early.json()["code"]) == (409, "NOT_DECIDED")
    assert (await record(stage, stage.approver)).status_code == 403
    assert (await record(stage, amount=290000)).status_code == 422
    await award_first(stage)
    assert (await record(stage, kind="contracted", amount="270000.00", source="contract 7")).status_code == 204
    realised = await record(stage, kind="realised", amount="136000.00", quantity="500", source="invoices")
    assert realised.status_code == 204
    (lot,) = (await read(stage, stage.auditor, "savings"))["lots"]
    money = {row["certainty"]: [cell["money"] for cell in row["against"]] for row in lot["rows"]}
    assert money == {
        "claimed": ["28600.00", "18600.00", "3600.00"],
        "contracted": ["30000.00", "20000.00", "5000.00"],
        "realised": ["14000.00", "9000.00", "1500.00"],
    }
    assert [each["source"] for each in lot["references"]] == ["last contract", "FY26 plan", None]
    async with made.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    assert [entry.data["figure"] for entry in entries if entry.kind is Kind.SAVINGS_RECORDED] == [
        "budget", "contracted", "realised",
    ]  # fmt: skip
    async with caller(made.world, stage.auditor) as client:
        portfolio = (await client.get("/api/savings")).json()
    assert [(each["certainty"], each["money"]) for each in portfolio["by_certainty"]] == [
        ("claimed", "28600.00"), ("contracted", "30000.00"), ("realised", "14000.00"),
    ]  # fmt: skip
    async with as_seen_by(stage, stage.bidders["青禾"].actor) as client:
        assert (await client.get("/savings")).status_code == 403
