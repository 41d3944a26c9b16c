"""An auditor retraces a best-and-final round from the journal alone; whatever was tampered with is found."""

from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, delete, update

from app.audit.agreement_facts import AgreementFacts
from app.audit.planning import plan_bundle
from app.audit.sight import Sight
from app.audit.store import Export
from app.award import store
from app.award.final_tables import final_price
from app.domain.chaining import Fault
from app.domain.countersigning import Approvals
from app.domain.entries import Entry
from app.domain.final_retracing import KINDS, FinalRetrace
from app.domain.kinds import Kind
from app.domain.retracing import TenderRetrace
from app.domain.sealing.header import decode, encode
from app.journal.store import list_entries
from app.tenders import store as tender_store
from tests.award.acts import decide
from tests.award.test_contracts import draft, post
from tests.award.test_final_offers import WHY, ask, begin, close, hand_in, make_awarded, seen
from tests.evaluation.stage import Stage
from tests.fences import tear_down_fence
from tests.worlds import TestWorld, make_world

Bend = Callable[[list[Entry]], list[Entry]]
Prices = dict[tuple[str, str], Decimal]


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def read(stage: Stage) -> tuple[list[Entry], Prices, dict[str, Any]]:
    """The chain, the award's prices, and what a published document says of them."""
    async with stage.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
        awards = await store.list_awards(tx, [stage.tender_id])
        lots = await tender_store.list_lots(tx, stage.tender_id)
        tender = await tender_store.load_tender(tx, stage.tender_id)
    told = [{"id": lot.id, "number": lot.number, "scale": lot.scale} for lot in lots]
    document = {**(tender.frozen or {}), "currency": tender.currency, "lots": told}
    return list(entries), {(each.lot_id, each.supplier_id): each.amount for each in awards}, document


def retrace(entries: Sequence[Entry], prices: Prices, document: dict[str, Any]) -> Fault | None:
    finals = FinalRetrace()
    found = (finals.take(entry, prices, document) for entry in entries if entry.kind in KINDS)
    return next((fault for fault in found if fault is not None), None)


async def make_opened(made: TestWorld) -> Stage:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    for amount in ("270.00", "262.00"):
        assert (await hand_in(stage, winner, amount)).status_code == 200
    assert await close(made, stage) == 1
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    return stage


async def test_what_happened_retraces_also_within_the_whole_chain(made: TestWorld) -> None:
    stage = await make_opened(made)
    entries, prices, document = await read(stage)
    assert {entry.kind for entry in entries} >= KINDS - {Kind.BAFO_CANCELLED}
    assert retrace(entries, prices, document) is None
    approvals, whole = Approvals(), TenderRetrace(is_partial=True)
    assert [approvals.take(entry) for entry in entries] == [None] * len(entries)
    assert [whole.take(entry) for entry in entries] == [None] * len(entries)


def _bend(kind: Kind, change: Callable[[dict[str, Any]], dict[str, Any]], nth: int = 0) -> Bend:
    def bent(entries: list[Entry]) -> list[Entry]:
        at = [number for number, entry in enumerate(entries) if entry.kind is kind][nth]
        entry = entries[at]
        return [*entries[:at], entry._replace(data={**entry.data, **change(dict(entry.data))}), *entries[at + 1 :]]

    return bent


def _ct(data: dict[str, Any]) -> dict[str, Any]:
    held = decode(data["ct"])
    assert held is not None
    return {"ct": encode(bytes([held[0] ^ 1]) + held[1:])}


def _result(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(data: dict[str, Any]) -> dict[str, Any]:
        (record,) = data["records"]
        (result,) = record["results"]
        return {"records": [{**record, "results": [{**result, **changes}]}]}

    return change


def _paper(data: dict[str, Any]) -> dict[str, Any]:
    return {"document": {**data["document"], "lots": [{**one, "amount": "271.40"} for one in data["document"]["lots"]]}}


TAMPERED: dict[str, Bend] = {
    "a bent ciphertext": _bend(Kind.BAFO_RECEIVED, _ct, 1),
    "a late offer": _bend(Kind.BAFO_RECEIVED, lambda data: {"received_at": data["closes_at"]}),
    "another package": _bend(Kind.BAFO_RECEIVED, lambda _: {"package": "0" * 64}),
    "another lot": _bend(Kind.BAFO_RECEIVED, lambda _: {"lot": "f" * 32}),
    "another close": _bend(Kind.BAFO_INVITED, lambda _: {"closes_at": "2099-01-01T00:00:00.000Z"}),
    "another reason": _bend(Kind.BAFO_INVITED, lambda _: {"reason": "something else altogether"}),
    "other suppliers": _bend(Kind.BAFO_INVITED, lambda _: {"suppliers": ["e" * 32]}),
    "another price told": _bend(Kind.BAFO_OPENED, _result(amount="261.00")),
    "a price that did not count": _bend(Kind.BAFO_OPENED, _result(result="refused:ABOVE_CEILING")),
    "no result": _bend(Kind.BAFO_OPENED, lambda data: {"records": [{**data["records"][0], "results": []}]}),
    "other prices before": _bend(Kind.BAFO_OPENED, lambda _: {"prices": []}),
    "other tags": _bend(Kind.BAFO_OPENED, lambda data: {"tags": dict.fromkeys(data["tags"], "d" * 32)}),
    "a contract at the old price": _bend(Kind.CONTRACT_DRAFTED, _paper),
    "an offer left out": lambda entries: [each for each in entries if each.kind is not Kind.BAFO_RECEIVED],
    "an opening left out": lambda entries: [each for each in entries if each.kind is not Kind.BAFO_OPENED],
    "no invitation": lambda entries: [each for each in entries if each.kind is not Kind.BAFO_INVITED],
}


async def test_what_was_tampered_with_is_found(made: TestWorld) -> None:
    entries, prices, document = await read(await make_opened(made))
    for name, bend in TAMPERED.items():
        assert retrace(bend(entries), prices, document) is not None, name
    public = {**document, "rulebook": "public"}
    assert retrace(entries, prices, public) is not None
    # An approval of another close is none of this round.
    approvals = Approvals()
    bent = _bend(Kind.BAFO_INVITED, lambda _: {"closes_at": "2099-01-01T00:00:00.000Z"})(entries)
    assert any(approvals.take(entry) is not None for entry in bent)


async def test_called_off_by_an_approval_or_with_its_award(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    assert (await decide(stage, await ask(made, stage))).status_code == 200
    assert (await hand_in(stage, winner, "200.00")).status_code == 200
    held = (await seen(stage, stage.purchaser))["rounds"][0]
    asked = await post(stage, stage.purchaser, f"final-rounds/{held['id']}/cancellation", reason=WHY)
    assert (await decide(stage, asked)).status_code == 200
    entries, prices, document = await read(stage)
    assert retrace(entries, prices, document) is None
    approvals = Approvals()
    assert [approvals.take(entry) for entry in entries] == [None] * len(entries)
    by_nobody = _bend(Kind.BAFO_CANCELLED, lambda _: {"proposal": None})(entries)
    assert retrace(by_nobody, prices, document) is not None
    finals = FinalRetrace()
    for entry in entries:
        if entry.kind is Kind.BAFO_CANCELLED:
            finals.reopen()
            gone = entry._replace(data={**entry.data, "proposal": None})
            assert finals.take(gone, {}, document) is None
        elif entry.kind in KINDS:
            assert finals.take(entry, prices, document) is None


async def scope_of(made: TestWorld, stage: Stage) -> tuple[int, bool]:
    """How much of the tender's chain an auditor may take out of the house now."""
    job = cast("Export", SimpleNamespace(scope={"all": True}, tender_ids=[]))
    async with made.world.db.snapshot() as tx:
        plan = await plan_bundle(made.world, tx, job, None)
    (found,) = [scope for scope in plan.chains if scope.chain == f"tender:{stage.tender_id}"]
    return found.seq, found.is_partial


async def test_no_bundle_tells_that_somebody_has_handed_in(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    before = await scope_of(made, stage)
    assert (await hand_in(stage, winner, "240.00")).status_code == 200
    assert before[1]
    assert await scope_of(made, stage) == before
    async with made.world.db.snapshot() as tx:
        last = (await list_entries(tx, chain=f"tender:{stage.tender_id}"))[-1]
        assert not await Sight(made.world, tx).counts(last)
    await close(made, stage)
    seq, is_partial = await scope_of(made, stage)
    assert (seq > before[0], is_partial) == (True, False)


def _differences(connection: Connection, facts: AgreementFacts) -> list[str]:
    return [text for _, text in facts.differences(lambda query: list(connection.execute(query)))]


async def test_a_price_altered_in_the_table_is_found(made: TestWorld) -> None:
    stage = await make_opened(made)
    entries, _, _ = await read(stage)
    facts = AgreementFacts(stage.tender_id)
    for entry in entries:
        facts.take({"kind": entry.kind.value, "seq": entry.seq, "data": entry.data})
    async with made.world.db.transaction() as tx:
        assert await tx.run_sync(_differences, facts) == []
        await tear_down_fence(tx)
        await tx.execute(update(final_price).values(amount=Decimal("299.00")))
        assert await tx.run_sync(_differences, facts) == ["a final price differs in the table: amount"]
        await tx.execute(delete(final_price))
        assert await tx.run_sync(_differences, facts) == ["the table lacks a final price"]
