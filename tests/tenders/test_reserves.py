"""Secret reserve prices of a draft: typed, sealed at once, bound by the approval, told to nobody afterwards (d03)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.domain.amending import Amendment
from app.domain.drafting import Template, draft_from_json
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.reserve_pricing import COMMITMENT, commitments_of
from app.identity.access import Actor
from app.journal.store import list_entries
from app.tenders import amending, ending, reserving, service, store
from app.tenders.reserve_store import list_reserves
from app.tenders.reserving import SetReserve, set_reserves
from app.tenders.service import BeginTender
from app.tenders.store import Tender
from app.tenders.tables import reserve_price
from tests.callers import caller
from tests.domain.tender_drafts import a_lot
from tests.tenders.houses import (
    House,
    approve,
    begin,
    decide,
    entries_of,
    last_entry,
    load,
    publish,
    save,
    submit,
)


async def ask(house: House, actor: Actor, method: str, tender: Tender, body: Any = None) -> tuple[int, Any]:
    async with caller(house.world, actor) as client:
        answer = await client.request(method, f"/api/tenders/{tender.id}/reserves", json=body)
    return answer.status_code, answer.json()


def body(tender: Tender, *amounts: str, seen: str | None = None) -> dict[str, Any]:
    lots = tender.draft["lots"]
    named = zip(lots, amounts, strict=False)
    return {"lots": [{"lot_id": lot["id"], "amount": amount, "seen": seen} for lot, amount in named]}


async def refused_readings(house: House) -> list[tuple[str, Any]]:
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system", limit=5000)
    return [(entry.actor_role, dict(entry.data)) for entry in entries if entry.kind is Kind.READING_REFUSED]


async def test_purchaser_types_it_and_approver_reads_it_and_nobody_else(house: House) -> None:
    draft = await begin(house, Template.MULTI_LOT)
    status, told = await ask(house, house.purchaser, "PUT", draft, body(draft, "￥271.4", ""))
    assert status == 200
    (first, second) = told["lots"]
    assert (first["amount"], second["amount"], second["commitment"]) == ("271.40", None, None)
    assert await ask(house, house.approver, "GET", draft) == (200, told)
    status, refused = await ask(house, house.auditor, "GET", draft)
    assert (status, refused["code"]) == (409, "TOO_EARLY")
    for actor in (house.evaluator, house.reps[0]):
        assert (await ask(house, actor, "GET", draft))[0] == 403
    for actor in (house.approver, house.auditor, house.reps[0]):
        assert (await ask(house, actor, "PUT", draft, body(draft, "260.00")))[0] == 403
    assert await refused_readings(house) == [("auditor", {"reading": "reserve_price", "code": "TOO_EARLY"})]


async def test_the_journal_tells_that_it_was_set_and_never_the_figure(house: House) -> None:
    draft = await begin(house, reserves=["271.40"])
    (lot,) = draft.draft["lots"]
    (one,) = (await last_entry(house, draft.id, Kind.RESERVE_SET)).data["lots"]
    assert one["lot"] == lot["id"]
    assert len(one["commitment"]) == 64
    seen = one["commitment"]
    # The same figure changes nothing, another one gets another salt and commitment, an empty one takes it away.
    for amount, entries in (("271.4", 1), ("271.39", 2), ("271.40", 3)):
        assert await set_reserves(house.world, house.purchaser, draft.id, [SetReserve(lot["id"], amount, seen)]) is None
        told = [entry for entry in await entries_of(house, draft.id) if entry.kind is Kind.RESERVE_SET]
        assert len(told) == entries
        seen = told[-1].data["lots"][0]["commitment"]
    assert seen != one["commitment"]
    assert await set_reserves(house.world, house.purchaser, draft.id, [SetReserve(lot["id"], "", seen)]) is None
    gone = await last_entry(house, draft.id, Kind.RESERVE_SET)
    assert gone.data["lots"] == [{"lot": lot["id"], "commitment": None}]
    assert "271" not in str([entry.data for entry in await entries_of(house, draft.id)])


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("286.41", "ABOVE_CEILING"),
        ("271.405", "PRECISION"),
        ("0", "NOT_AN_AMOUNT"),
        ("271,405", "NOT_AN_AMOUNT"),
        ("none", "NOT_AN_AMOUNT"),
    ],
)
async def test_what_cannot_be_one_is_refused_without_being_repeated(house: House, typed: str, code: str) -> None:
    draft = await begin(house)
    status, told = await ask(house, house.purchaser, "PUT", draft, body(draft, typed))
    assert (status, told["code"]) == (409, "INCOMPLETE")
    assert told["detail"] == {"lots.0.reserve_price": code}
    assert typed == "0" or typed not in str(told)
    refused = await last_entry(house, draft.id, Kind.TENDER_REFUSED)
    assert refused.data["detail"] == {"lots.0.reserve_price": code}
    assert (await ask(house, house.purchaser, "PUT", draft, body(draft, "286.40")))[0] == 200


async def test_it_is_not_below_the_least_price_that_counts(house: House) -> None:
    draft = await begin(house, Template.SEALED, lots=(a_lot(1, minimum_price="250.00"),))
    assert (await ask(house, house.purchaser, "PUT", draft, body(draft, "249.99")))[1]["detail"] == {
        "lots.0.reserve_price": "BELOW_MINIMUM"
    }
    assert (await ask(house, house.purchaser, "PUT", draft, body(draft, "250.00")))[0] == 200


async def test_the_slower_of_two_is_told(house: House) -> None:
    draft = await begin(house, reserves=["271.40"])
    (lot,) = draft.draft["lots"]
    for seen in (None, "e" * 64):
        found = await set_reserves(house.world, house.colleague, draft.id, [SetReserve(lot["id"], "260", seen)])
        assert isinstance(found, Refusal)
        assert found.code is Code.CHANGED_SINCE
    unknown = await set_reserves(house.world, house.colleague, draft.id, [SetReserve("e" * 32, "260", None)])
    assert isinstance(unknown, Refusal)


async def test_the_preflight_looks_at_it_again_when_the_draft_changes(house: House) -> None:
    draft = await begin(house, reserves=["271.40"])
    (lot,) = draft_from_json(draft.draft).lots
    lower = replace(lot, ceiling_price="270.00", baseline_price="", baseline_source="", baseline_on="")
    draft = await save(house, draft, replace(draft_from_json(draft.draft), lots=(lower,)))
    async with caller(house.world, house.purchaser) as client:
        found = (await client.get(f"/api/tenders/{draft.id}/preflight")).json()
    assert {"field": "lots.0.reserve_price", "code": "ABOVE_CEILING", "detail": {}} in found["faults"]
    assert not found["may_submit"]
    async with house.world.db.transaction() as tx:
        await tx.execute(update(reserve_price).values(sealed=b"\0" * 412))
    async with caller(house.world, house.purchaser) as client:
        found = (await client.get(f"/api/tenders/{draft.id}/preflight")).json()
    assert "UNREADABLE" in {fault["code"] for fault in found["faults"]}
    (shown,) = (await ask(house, house.purchaser, "GET", draft))[1]["lots"]
    assert (shown["amount"], shown["is_altered"]) == (None, True)


async def test_publication_binds_it_and_seals_it(house: House) -> None:
    draft = await begin(house, Template.MULTI_LOT, reserves=["271.40"])
    proposal = await submit(house, draft)
    assert "271.4" not in str((proposal.change, proposal.summary))
    lot = proposal.change["document"]["lots"][0]
    assert COMMITMENT in lot
    assert COMMITMENT not in proposal.change["document"]["lots"][1]
    await approve(house, proposal)
    tender = await load(house, draft.id)
    for actor in (house.purchaser, house.approver, house.auditor):
        status, told = await ask(house, actor, "GET", tender)
        assert (status, told["code"]) == (409, "TOO_EARLY")
    assert [role for role, _ in await refused_readings(house)] == ["purchaser", "approver", "auditor"]
    lot_id = tender.draft["lots"][0]["id"]
    seen = commitments_of(tender.frozen)[lot_id]
    for amount in ("260.00", ""):
        found = await set_reserves(house.world, house.purchaser, tender.id, [SetReserve(lot_id, amount, seen)])
        assert isinstance(found, Refusal)
        assert found.code is Code.FROZEN
    async with caller(house.world, house.reps[0]) as client:
        said = (await client.get(f"/api/tenders/{tender.id}/sentences")).json()
        shown = await client.get(f"/api/tenders/{tender.id}")
    assert any(seen in sentence for sentence in said["zh"])
    assert any("secret reserve price" in sentence for sentence in said["en"])
    assert shown.json()["document"]["lots"][0][COMMITMENT] == seen


async def test_a_change_after_the_submission_voids_the_approval(house: House) -> None:
    draft = await begin(house, reserves=["271.40"])
    proposal = await submit(house, draft)
    (lot,) = draft.draft["lots"]
    seen = proposal.change["document"]["lots"][0][COMMITMENT]
    assert await set_reserves(house.world, house.purchaser, draft.id, [SetReserve(lot["id"], "271.41", seen)]) is None
    refused = await decide(house, proposal)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE


async def test_all_have_one_length_at_rest(house: House) -> None:
    lots = tuple(a_lot(number, ceiling_price="9000000.00") for number in (1, 2))
    draft = await begin(house, Template.MULTI_LOT, lots=lots, reserves=["1", "8123456.71"])
    async with house.world.db.snapshot() as tx:
        held = await list_reserves(tx, draft.id)
        opened = await reserving.read_draft_reserves(house.world, tx, draft)
    assert len({len(one.sealed) for one in held.values()}) == 1
    assert {one.amount for one in opened.values() if one} == {Decimal(1), Decimal("8123456.71")}


async def test_a_copy_and_a_lot_that_was_dropped_carry_none_over(house: House) -> None:
    lots = tuple(a_lot(number) for number in (1, 2, 3))
    draft = await begin(house, Template.MULTI_LOT, lots=lots, reserves=["271.40", "", "260.00"])
    copied = await service.create_tender(house.world, house.purchaser, BeginTender(None, draft.id))
    assert not isinstance(copied, Refusal)
    status, told = await ask(house, house.purchaser, "GET", copied)
    assert status == 200
    assert [(one["amount"], one["commitment"]) for one in told["lots"]] == [(None, None)] * 3
    first, second, _third = draft_from_json(draft.draft).lots
    draft = await save(house, draft, replace(draft_from_json(draft.draft), lots=(first, second)))
    await approve(house, await submit(house, draft))
    async with house.world.db.snapshot() as tx:
        assert set(await list_reserves(tx, draft.id)) == {first.id}


async def test_without_one_nothing_is_published_and_nothing_refused(house: House) -> None:
    tender = await publish(house)
    assert COMMITMENT not in str(tender.frozen)
    assert await ask(house, house.purchaser, "GET", tender) == (200, {"lots": []})
    assert await refused_readings(house) == []


@pytest.mark.parametrize("is_published", [False, True])
async def test_a_cancelled_tenders_stays_sealed_for_ever(house: House, is_published: bool) -> None:
    tender = await (publish if is_published else begin)(house, reserves=["271.40"])
    proposal = await ending.cancel_tender(house.world, house.purchaser, tender.id, "no longer needed")
    if is_published:
        await approve(house, proposal if not isinstance(proposal, Refusal) else None)
    async with house.world.db.transaction() as tx:
        ended = await store.lock_tender(tx, tender.id)
        assert await reserving.list_opened(house.world, tx, tender.id) == {}
        assert await reserving.read_draft_reserves(house.world, tx, ended) == {}
    for actor in (house.purchaser, house.approver, house.auditor):
        status, told = await ask(house, actor, "GET", tender)
        assert (status, told["code"]) == (409, "NOT_ALLOWED_HERE")


async def test_an_amendment_leaves_it_as_it_is(house: House) -> None:
    tender = await publish(house, reserves=["271.40"])
    told = Amendment(summary_zh="条款变更", summary_en="Terms changed", texts={"terms_zh": "新条款"}, lots=())
    proposal = await amending.propose_amendment(house.world, house.purchaser, tender.id, told)
    await approve(house, proposal)
    amended = await load(house, tender.id)
    assert amended.terms_version == 2
    assert commitments_of(amended.frozen) == commitments_of(tender.frozen)
    assert (await ask(house, house.purchaser, "GET", amended))[0] == 409


async def test_a_row_that_is_gone_does_not_stop_the_prices(house: House) -> None:
    tender = await publish(house, Template.MULTI_LOT, reserves=["271.40", "260.00"])
    lots = [lot["id"] for lot in (tender.frozen or {})["lots"]]
    async with house.world.db.transaction() as tx:
        await tx.execute(delete(reserve_price).where(reserve_price.c.lot_id == lots[0]))
        rows = (await tx.execute(select(reserve_price.c.lot_id))).all()
        assert [row.lot_id for row in rows] == lots[1:]
        held = await store.lock_tender(tx, tender.id)
        await reserving.open_reserves(house.world, tx, held, lots)
        await reserving.open_reserves(house.world, tx, held, lots[1:])
        assert set(await reserving.list_opened(house.world, tx, tender.id)) == {lots[1]}
    told = [entry for entry in await entries_of(house, tender.id) if entry.kind is Kind.RESERVE_OPENED]
    results = {entry.lot: entry.data["result"] for entry in told}
    assert (len(told), results) == (2, {lots[0]: "altered_in_custody", lots[1]: "opened"})
