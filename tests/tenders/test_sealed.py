"""Tenders with a sealed round: drafts over HTTP, publication, the response deadline, amendments (SCREENS.md PL-06)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.amending import Amendment, illegal_changes
from app.domain.drafting import Draft, Template, draft_from_json
from app.domain.freezing import freeze
from app.domain.kinds import Kind
from app.domain.procedures import Procedure
from app.domain.refusals import Code, Refusal
from app.domain.sealed_rules import sealed_rules_from_json
from app.domain.tendering import DeadlineVerdict, TenderState
from app.domain.visibility import Phase
from app.tenders import amending, ending, store
from app.tenders.service import BeginTender, create_tender
from tests.tenders.edges import client
from tests.tenders.houses import (
    House,
    approve,
    begin,
    entries_of,
    join,
    last_entry,
    load,
    publish,
    reach_deadline,
    save,
    submit,
)

pytestmark = pytest.mark.asyncio


def criteria_of(draft: Draft) -> list[dict[str, Any]]:
    evaluation: Any = draft.evaluation
    found: list[dict[str, Any]] = evaluation["technical"]["criteria"]
    return found


# ── drafts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_criteria_get_ids_of_their_own(house: House) -> None:
    made = await begin(house, Template.LARGE)
    before = draft_from_json(made.draft)
    ids = [one["id"] for one in criteria_of(before)]
    assert len(set(ids)) == 4
    assert all(ids)
    first, second, *_ = criteria_of(before)
    evaluation: Any = before.evaluation
    typed = [second, {**first, "id": ""}, {**first, "id": second["id"]}, {**first, "id": "e" * 32}]
    technical = {**evaluation["technical"], "criteria": typed}
    saved = await save(house, made, replace(before, evaluation={**evaluation, "technical": technical}))
    after = [one["id"] for one in criteria_of(draft_from_json(saved.draft))]
    assert after[0] == second["id"]
    assert len(set(after)) == 4
    assert not {"", "e" * 32} & set(after)


async def test_a_round_is_reserved_when_a_draft_first_asks_for_it(house: House) -> None:
    live = await begin(house)
    large = await begin(house, Template.LARGE)
    assert (live.procedure, live.sealed_round_id) == (Procedure.LIVE, None)
    assert large.procedure is Procedure.SEALED_LIVE
    assert large.first_round_id == large.sealed_round_id
    old, new = draft_from_json(live.draft), draft_from_json(large.draft)
    sealed = await save(house, live, replace(old, procedure="sealed", sealed=new.sealed, evaluation=new.evaluation))
    assert sealed.sealed_round_id is not None
    assert sealed.sealed_round_id != sealed.round_id
    back = await save(house, sealed, replace(draft_from_json(sealed.draft), procedure="live"))
    assert (back.procedure, back.first_round_id) == (Procedure.LIVE, back.round_id)
    assert back.sealed_round_id == sealed.sealed_round_id
    # Nothing typed was lost on the way.
    assert draft_from_json(back.draft).sealed == new.sealed


async def test_a_copy_is_a_tender_of_its_own(house: House) -> None:
    earlier = await publish(house, Template.LARGE)
    copied = await create_tender(house.world, house.purchaser, BeginTender(None, earlier.id))
    assert not isinstance(copied, Refusal)
    assert copied.sealed_round_id not in (None, earlier.sealed_round_id)
    old, new = draft_from_json(earlier.draft), draft_from_json(copied.draft)
    assert not {one["id"] for one in criteria_of(old)} & {one["id"] for one in criteria_of(new)}
    assert [one["title_en"] for one in criteria_of(old)] == [one["title_en"] for one in criteria_of(new)]


async def test_a_draft_goes_round_over_http(house: House) -> None:
    async with client(house, house.purchaser) as buyer:
        templates = {one["template"]: one["draft"] for one in (await buyer.get("/templates")).json()}
        assert {name: one["procedure"] for name, one in templates.items()} == {
            "quick": "live",
            "multi_lot": "live",
            "best_price": "live",
            "sealed": "sealed",
            "large": "sealed_live",
            "scored": "sealed",
        }
        assert templates["quick"]["sealed"] is None
        assert len(templates["large"]["evaluation"]["technical"]["criteria"]) == 4
        made = (await buyer.post("/tenders", json={"template": "large", "category": "compressors"})).json()
        view = (await buyer.get(f"/tenders/{made['id']}")).json()
        draft = view["draft"]
        assert (view["procedure"], view["rounds"]) == ("sealed_live", [])
        draft["evaluation"]["technical"]["criteria"][0]["weight"] = "forty"
        draft["sealed"]["closes_at"] = "some day"
        draft["lots"][0]["minimum_price"] = "１２．５０"
        saved = await buyer.put(f"/tenders/{made['id']}", json={**draft, "version": made["version"]})
        assert saved.status_code == 200, saved.text
        stored = saved.json()["draft"]
        assert stored["lots"][0]["minimum_price"] == "12.50"
        assert stored | {"lots": []} == draft | {"lots": []}
        found = (await buyer.get(f"/tenders/{made['id']}/preflight")).json()
        named = {(one["field"], one["code"]) for one in found["faults"]}
        assert ("sealed.closes_at", "NOT_A_TIME") in named
        assert any(field == "evaluation.technical.criteria.0.weight" for field, _ in named)
        edit = await last_entry(house, made["id"], Kind.TENDER_EDITED)
        assert "evaluation.technical.criteria.0.weight" in edit.data["changed"]


async def test_the_wire_takes_no_other_shapes(house: House) -> None:
    made = await begin(house, Template.LARGE)
    async with client(house, house.purchaser) as buyer:
        draft = (await buyer.get(f"/tenders/{made.id}")).json()["draft"]
        for wrong in (
            {"procedure": "auction"},
            {"sealed": {**draft["sealed"], "custody": "nobody"}},
            {"sealed": {**draft["sealed"], "has_technical": "yes"}},
            {"evaluation": {**draft["evaluation"], "more": 1}},
        ):
            sent = await buyer.put(f"/tenders/{made.id}", json={**draft, **wrong, "version": made.version})
            assert sent.status_code == 422


# ── publication ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_publication_freezes_both_rounds(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    assert tender.frozen is not None
    async with house.world.db.snapshot() as tx:
        rounds = await store.list_rounds(tx, tender.id)
        sealed = await store.find_sealed_round(tx, tender.id)
        live = await store.find_live_round(tx, tender.id)
        listed = await store.list_with_sealed_round(tx, [TenderState.RESPONDING])
        assert await store.list_with_sealed_round(tx, [TenderState.EVALUATION]) == []
    assert [(one.number, one.kind, one.id) for one in rounds] == [
        (1, "sealed", tender.sealed_round_id),
        (2, "live", tender.round_id),
    ]
    assert [sealed, live] == rounds
    assert [one.id for one in listed] == [tender.id]
    assert sealed is not None
    assert tender.opens_at == sealed_rules_from_json(sealed.rules).opens_at
    assert [one.rules for one in rounds] == [one["rules"] for one in tender.frozen["rounds"]]
    entry = await last_entry(house, tender.id, Kind.TENDER_PUBLISHED)
    assert entry.data["hash"] == freeze(entry.data["document"]) == tender.frozen_hash


async def test_a_sealed_tender_has_no_live_round(house: House) -> None:
    tender = await publish(house, Template.SEALED)
    async with house.world.db.snapshot() as tx:
        assert await store.find_live_round(tx, tender.id) is None
        assert [one.kind for one in await store.list_rounds(tx, tender.id)] == ["sealed"]
        assert (await store.list_lots(tx, tender.id))[0].minimum_price is None


async def test_minimum_prices_are_rows_too(house: House) -> None:
    draft = await begin(house, Template.SEALED)
    old = draft_from_json(draft.draft)
    lots = tuple(replace(lot, minimum_price="200.00", start_price="250.00") for lot in old.lots)
    saved = await save(house, draft, replace(old, lots=lots))
    await approve(house, await submit(house, saved))
    async with house.world.db.snapshot() as tx:
        (lot,) = await store.list_lots(tx, saved.id)
    assert (lot.minimum_price, lot.start_price) == (Decimal("200.00"), None)


async def test_a_supplier_reads_all_it_needs(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    async with client(house, house.reps[0]) as supplier:
        view = (await supplier.get(f"/tenders/{tender.id}")).json()
        said = (await supplier.get(f"/tenders/{tender.id}/sentences")).json()
        (row,) = (await supplier.get("/tenders")).json()["items"]
    assert view["procedure"] == row["procedure"] == "sealed_live"
    assert view["sealed_round_id"] == row["sealed_round_id"] == tender.sealed_round_id
    assert [(one["kind"], one["closes_at"] is None) for one in view["rounds"]] == [("sealed", False), ("live", True)]
    assert view["document"]["evaluation"]["technical"]["criteria"][0]["levels"][5]["en"]
    assert any("Server custody" in one for one in said["en"])
    assert any("服务器保管" in one for one in said["zh"])
    assert len(view["lot_times"]) == 1


async def test_the_approver_is_told_both_times(house: House) -> None:
    made = await begin(house, Template.LARGE)
    proposal = await submit(house, made)
    summary = proposal.summary
    draft = draft_from_json(made.draft)
    sealed, rules = draft.sealed or {}, draft.rules or {}
    assert summary["procedure"] == "sealed_live"
    assert (summary["opens_at"], summary["sealed_closes_at"]) == (sealed["opens_at"], sealed["closes_at"])
    assert summary["live_opens_at"] == rules["opens_at"]
    assert {"field": "sealed.custody", "code": "SERVER_CUSTODY"} in summary["warnings"]


# ── phases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_tender_has_visited_its_own_path(house: House) -> None:
    tender = await publish(house, Template.SEALED)
    async with house.world.db.transaction() as tx:
        for phase in (Phase.SEALED, Phase.CLOSED_UNOPENED, Phase.PRICES):
            tender = await store.set_phase(tx, tender.id, phase=phase)
    assert "".join(tender.visited) == "DQSKP"


# ── the response deadline ──────────────────────────────────────────────────────────────────────────────────────────


async def test_too_few_can_go_on_until_the_sealed_round_opens(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    await join(house, tender, house.reps[0])
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.EXTEND
    extended = await load(house, tender.id)
    assert extended.response_due_at is not None
    assert extended.opens_at is not None
    assert extended.response_due_at < extended.opens_at
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.ASK
    async with house.world.db.snapshot() as tx:
        assert not await store.may_open(tx, tender.id)
    house.clock.at = extended.opens_at - timedelta(milliseconds=1)
    assert await ending.keep_deadline(house.world, tender.id) is DeadlineVerdict.WAIT
    house.clock.at = extended.opens_at
    assert await ending.keep_deadline(house.world, tender.id) is DeadlineVerdict.FAIL
    assert (await load(house, tender.id)).state is TenderState.UNSUCCESSFUL


# ── amendments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def later(**times: str) -> Amendment:
    return Amendment("密封轮推迟", "The sealed round moves", {}, (), **times)


async def test_times_of_both_rounds_move_and_are_followed(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    sealed = draft_from_json(tender.draft).sealed or {}
    moved = {"sealed_opens_at": _day_after(sealed["opens_at"]), "sealed_closes_at": _day_after(sealed["closes_at"])}
    proposal = await amending.propose_amendment(house.world, house.purchaser, tender.id, later(**moved))
    await approve(house, None if isinstance(proposal, Refusal) else proposal)
    after = await load(house, tender.id)
    async with house.world.db.snapshot() as tx:
        found = await store.find_sealed_round(tx, tender.id)
        live = await store.find_live_round(tx, tender.id)
        record = (await store.list_amendments(tx, tender.id))[0]
    assert found is not None
    assert live is not None
    rules = sealed_rules_from_json(found.rules)
    assert tender.opens_at is not None
    assert after.opens_at == rules.opens_at == tender.opens_at + timedelta(days=1)
    assert live.rules == (tender.frozen or {})["rounds"][1]["rules"]
    assert {one["path"] for one in record.change} == {"times.opens_at", "rounds.0.rules.closes_at"}
    assert illegal_changes(tender.frozen or {}, after.frozen or {}) == []


async def test_nothing_is_amended_after_the_sealed_opening(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    assert tender.opens_at is not None
    house.clock.at = tender.opens_at
    refused = await amending.propose_amendment(
        house.world, house.purchaser, tender.id, later(opens_at="2027-01-05T14:00")
    )
    assert isinstance(refused, Refusal)
    assert refused.code is Code.TOO_LATE
    assert Kind.TENDER_REFUSED in [entry.kind for entry in await entries_of(house, tender.id)]


def _day_after(typed: str) -> str:
    day = int(typed[8:10]) + 1
    return f"{typed[:8]}{day:02d}{typed[10:]}" if day <= 30 else f"2026-12-01{typed[10:]}"


# ── previews and lists ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_purchaser_sees_what_suppliers_will_see(house: House) -> None:
    made = await begin(house, Template.LARGE)
    async with client(house, house.purchaser) as buyer:
        ahead = (await buyer.get(f"/tenders/{made.id}/preview")).json()
        draft = (await buyer.get(f"/tenders/{made.id}")).json()["draft"]
        spoilt = {**draft, "sealed": {**draft["sealed"], "closes_at": ""}, "version": made.version}
    await approve(house, await submit(house, made))
    tender = await load(house, made.id)
    async with client(house, house.reps[0]) as supplier:
        shown = (await supplier.get(f"/tenders/{made.id}")).json()
        assert (await supplier.get(f"/tenders/{made.id}/preview")).status_code == 403
    assert ahead["document"] == shown["document"] == tender.frozen
    assert ahead["lot_times"] == shown["lot_times"]
    assert ahead["leverage"]["percent"] == "0.59"
    assert len(ahead["leverage"]["levels"]) == 4
    assert "Price points = 100 × lowest price ÷ own price." in ahead["sentences"]["en"]
    other = await begin(house, Template.LARGE)
    async with client(house, house.purchaser) as buyer:
        assert (await buyer.put(f"/tenders/{other.id}", json=spoilt)).status_code == 200
        refused = await buyer.get(f"/tenders/{other.id}/preview")
    assert (refused.status_code, refused.json()["code"]) == (409, "INCOMPLETE")


async def test_the_list_says_what_comes_next(house: House) -> None:
    tender = await publish(house, Template.LARGE)
    await join(house, tender, *house.reps)

    async def upcoming() -> str | None:
        async with client(house, house.purchaser) as buyer:
            (row,) = (await buyer.get("/tenders")).json()["items"]
        return None if row["next_deadline"] is None else str(row["next_deadline"]["kind"])

    assert await upcoming() == "response_due"
    await reach_deadline(house, tender.id)
    assert await upcoming() == "opens_at"
    sealed, live = (tender.frozen or {})["rounds"]
    for at, kind in (
        (sealed["rules"]["opens_at"], "sealed_closes_at"),
        (sealed["rules"]["closes_at"], "live_opens_at"),
        (live["rules"]["opens_at"], None),
    ):
        house.clock.at = datetime.fromisoformat(at)
        assert await upcoming() == kind
