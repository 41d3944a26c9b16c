"""OCDS tells a contract once both have signed, and its payments once the tender is filed (VISIBILITY.md d61, d62)."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from app.audit.releasing import load_contracting
from app.domain.ocds import Contracted
from app.infra.days import today_of
from app.tenders import store as tender_store
from tests.award.acts import award_first
from tests.award.test_contracts import draft, post, row
from tests.award.test_payment_files import LOT, sign
from tests.award.test_payments import get
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import TestWorld, make_world


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def contracts(stage: Stage) -> Sequence[Contracted]:
    """What a release would tell of contracts now."""
    async with stage.world.db.snapshot() as tx:
        told = await load_contracting(stage.world, tx, await tender_store.load_tender(tx, stage.tender_id))
    return told.contracts


async def test_a_contract_is_told_once_signed_and_its_payments_once_filed(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    winner = stage.bidders["青禾"].actor
    firm = str(winner.supplier_id)
    await award_first(stage)
    assert (await draft(stage, firm)).status_code == 204
    assert await contracts(stage) == []
    await sign(made, stage, winner)
    (told,) = await contracts(stage)
    assert (told.id, told.paid) == ((await row(stage, winner))["contract"]["id"], [])
    assert {each.to.id for each in told.awards} == {firm}
    today = today_of(made.world)
    part = {"kind": "delivery", "amount": "271400.00", "falls_on": today.isoformat(), "credit_days": 30}
    path = f"tenders/{stage.tender_id}/payments/plan"
    assert (await post(stage, stage.purchaser, path, supplier_id=firm, milestones=[part])).status_code == 204
    (milestone,) = (await get(stage, stage.purchaser))["milestones"]
    documents = f"payments/{milestone['id']}/documents"
    invoice = {"kind": "invoice", "number": "FP-1", "amount": "271400.00", "dated_on": today.isoformat()}
    transfer = {**invoice, "kind": "payment", "number": "T-1", "amount": "1400.00", "method": "transfer"}
    for document in (invoice, transfer):
        assert (await post(stage, stage.purchaser, documents, **document)).status_code == 204
    (told,) = await contracts(stage)
    assert [(each.on, each.amount) for each in told.paid] == [(today, Decimal(1400))]
