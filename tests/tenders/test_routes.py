"""The HTTP edge: shapes, doors, refusals as problems, and what each audience is shown."""

import pytest

from app.domain.tendering import DeadlineVerdict
from app.domain.visibility import Phase, Role
from app.journal.store import list_entries
from app.tenders import store
from tests.tenders.edges import client, problem
from tests.tenders.houses import House, add_supplier, begin, join, load, publish, reach_deadline
from tests.worlds import make_actor


async def test_from_template_to_published_over_http(house: House) -> None:
    async with client(house, house.purchaser) as buyer:
        templates = (await buyer.get("/templates")).json()
        named = [one["template"] for one in templates]
        assert named == ["quick", "multi_lot", "best_price", "sealed", "large", "scored"]
        made = await buyer.post("/tenders", json={"template": "quick", "title_zh": "压缩机", "category": "compressors"})
        assert made.status_code == 201
        tender_id = made.json()["id"]
        shown = (await buyer.get(f"/tenders/{tender_id}")).json()
        draft = shown["draft"]
        draft["lots"][0] |= {"quantity": "１００", "unit": "台", "ceiling_price": "1,286.40"}
        saved = await buyer.put(f"/tenders/{tender_id}", json={**draft, "version": shown["version"]})
        assert saved.status_code == 200, saved.text
        assert saved.json()["draft"]["lots"][0]["quantity"] == "100"
        assert saved.json()["draft"]["lots"][0]["ceiling_price"] == "1286.40"
        flight = (await buyer.get(f"/tenders/{tender_id}/preflight")).json()
        assert (flight["may_submit"], flight["faults"], flight["expected"]["by_rule"]) == (True, [], 4)
        warned = {one["code"] for one in flight["warnings"]}
        assert warned == {"NO_TRANSLATION", "FEW_SUPPLIERS", "NO_BASELINE", "SHORT_RESPONSE"}
        assert flight["sentences"] == (await buyer.get(f"/tenders/{tender_id}/sentences")).json()
        version = saved.json()["version"]
        submitted = await buyer.post(f"/tenders/{tender_id}/submit", json={"version": version})
        proposal_id = submitted.json()["proposal_id"]
        assert [one["id"] for one in (await buyer.get(f"/tenders/{tender_id}")).json()["pending"]] == [proposal_id]
    async with client(house, house.approver) as approver:
        decided = await approver.post(f"/approvals/{proposal_id}/decision", json={"verdict": "approve"})
        assert decided.status_code == 200, decided.text
        seen = (await approver.get(f"/tenders/{tender_id}")).json()
    assert (seen["state"], seen["phase"], seen["hat"], seen["acts"]) == ("responding", "Q", "approver", [])
    assert seen["document"]["lots"][0]["ceiling_price"] == "1286.40"
    assert len(seen["invited"]) == 4
    assert seen["joined"] is None


async def test_a_supplier_sees_the_published_document_and_its_own_answer_and_nothing_else(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, house.reps[1])
    async with client(house, house.reps[0]) as supplier:
        shown = await supplier.get(f"/tenders/{tender.id}")
        body = shown.json()
        assert body["audience"] == "supplier"
        assert body["document"] == tender.frozen
        assert body["own"] == {
            "response": "none",
            "terms_version": 0,
            "reason": "",
            "joined": False,
            "needs_acknowledgement": False,
            "can_answer": True,
        }
        assert {"draft", "invited", "joined", "baselines", "pending", "continuation"}.isdisjoint(body)
        # Amounts as JSON has them: three digits alone are in many an id.
        hidden = ["FY25", '"280"', '"280.', "Supplier", "供应商", *(rep.supplier_id or "-" for rep in house.reps)]
        hidden += [rep.account_id for rep in house.reps] + [house.purchaser.account_id, house.purchaser.name]
        assert [one for one in hidden if one in shown.text] == []
        accepted = await supplier.post(f"/tenders/{tender.id}/response", json={"response": "accept", "version": 1})
        assert accepted.json()["own"]["joined"] is True
        listed = (await supplier.get("/tenders")).json()
        assert listed["audience"] == "supplier"
        assert [(one["id"], one["own"]["joined"]) for one in listed["items"]] == [(tender.id, True)]


async def test_the_scheduled_times_of_each_lot_are_shown(house: House) -> None:
    tender = await publish(house)
    async with client(house, house.reps[0]) as supplier:
        (times,) = (await supplier.get(f"/tenders/{tender.id}")).json()["lot_times"]
    assert times["opens_at"] == "2026-11-25T06:00:00.000Z"
    assert times["closes_at"] == "2026-11-25T06:30:00.000Z"
    assert times["hard_stop_at"] == "2026-11-25T07:15:00.000Z"


async def test_absent_forbidden_and_uninvited_are_one_answer(house: House) -> None:
    stranger = await add_supplier(house, 14, category="copper_tube")
    tender, draft = await publish(house), await begin(house)
    async with client(house, stranger) as supplier:
        answers = [await supplier.get(f"/tenders/{one}") for one in (tender.id, draft.id, "0" * 32, "x")]
        answers += [await supplier.get(f"/tenders/{one}/sentences") for one in (tender.id, "0" * 32)]
        body = {"response": "accept", "version": 1}
        answers += [await supplier.post(f"/tenders/{one}/response", json=body) for one in (tender.id, "0" * 32)]
        assert (await supplier.get("/tenders")).json() == {"audience": "supplier", "items": []}
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    async with client(house, house.evaluator) as evaluator:
        hidden = await evaluator.get(f"/tenders/{draft.id}")
    assert (hidden.status_code, hidden.content) == (404, answers[0].content)


async def test_an_evaluator_sees_the_notice_without_baseline_draft_or_names(house: House) -> None:
    tender = await publish(house)
    async with client(house, house.evaluator) as evaluator:
        body = (await evaluator.get(f"/tenders/{tender.id}")).json()
        assert body["document"] == tender.frozen
        assert (body["draft"], body["baselines"], body["invited"], body["joined"]) == (None, None, None, None)
        assert [one["id"] for one in (await evaluator.get("/tenders")).json()["items"]] == [tender.id]


async def test_the_number_who_joined_shows_from_the_live_phase_on(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:3])

    async def joined() -> list[tuple[int | None, int | None]]:
        found = []
        for person in (house.purchaser, house.approver, house.auditor, house.evaluator):
            async with client(house, person) as staff:
                row = (await staff.get("/tenders")).json()["items"][0]
                found.append(((await staff.get(f"/tenders/{tender.id}")).json()["joined"], row["joined"]))
        return found

    assert await joined() == [(None, None)] * 4
    await reach_deadline(house, tender.id)
    assert await joined() == [(None, None)] * 4
    async with house.world.db.transaction() as tx:
        await store.set_phase(tx, tender.id, phase=Phase.LIVE)
    assert await joined() == [(3, 3), (3, 3), (3, 3), (None, None)]


async def test_staff_without_a_hat_for_tenders_is_kept_out(house: House) -> None:
    admin = await make_actor(house.world, Role.ADMIN)
    tender = await publish(house)
    async with client(house, admin) as other:
        problem(await other.get("/tenders"), 403, "NOT_YOUR_ROLE")
        problem(await other.get(f"/tenders/{tender.id}"), 404, "NOT_FOUND")


@pytest.mark.parametrize("who", ["approver", "auditor", "evaluator", "supplier"])
async def test_only_purchasers_write(house: House, who: str) -> None:
    tender = await publish(house)
    person = house.reps[0] if who == "supplier" else getattr(house, who)
    reason = {"reason": "because of it"}
    async with client(house, person) as other:
        answers = [
            await other.post("/tenders", json={"template": "quick"}),
            await other.put(f"/tenders/{tender.id}", json={"version": 1}),
            await other.post(f"/tenders/{tender.id}/submit", json={"version": 1}),
            await other.post(f"/tenders/{tender.id}/cancel", json=reason),
            await other.post(f"/tenders/{tender.id}/continue", json=reason),
            await other.post(f"/tenders/{tender.id}/amendments", json={"summary_zh": "a", "summary_en": "b"}),
            await other.post(f"/tenders/{tender.id}/lines/parse", json={"text": "a"}),
        ]
    assert {one.status_code for one in answers} == {403}


async def test_two_purchasers_editing_at_once_over_http(house: House) -> None:
    draft = await begin(house)
    async with house.world.db.transaction() as tx:
        # As an earlier version wrote it: what was added since is nobody's change.
        old = {name: value for name, value in draft.draft["rules"].items() if name not in {"basis", "tells_lead"}}
        await store.set_tender(tx, draft.id, draft={**draft.draft, "rules": old})
    async with client(house, house.purchaser) as first, client(house, house.colleague) as second:
        mine = (await first.get(f"/tenders/{draft.id}")).json()
        theirs = (await second.get(f"/tenders/{draft.id}")).json()
        saved = await first.put(
            f"/tenders/{draft.id}", json={**mine["draft"], "title_en": "A", "version": mine["version"]}
        )
        assert saved.status_code == 200
        late = await second.put(
            f"/tenders/{draft.id}", json={**theirs["draft"], "title_en": "B", "version": theirs["version"]}
        )
        detail = problem(late, 409, "CHANGED_SINCE")
    assert detail == {"version": str(theirs["version"] + 1), "changed": "title_en", "by_role": "purchaser"}


async def test_published_is_frozen_over_http(house: House) -> None:
    tender = await publish(house)
    async with client(house, house.purchaser) as buyer:
        shown = (await buyer.get(f"/tenders/{tender.id}")).json()
        assert shown["acts"] == ["amend", "cancel"]
        refused = await buyer.put(f"/tenders/{tender.id}", json={**shown["draft"], "version": shown["version"]})
        assert problem(refused, 409, "FROZEN") == {"state": "responding"}
        again = await buyer.post(f"/tenders/{tender.id}/submit", json={"version": shown["version"]})
        problem(again, 409, "FROZEN")


async def test_sentences_of_draft_and_published_document_are_the_same(house: House) -> None:
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer, client(house, house.reps[0]) as supplier:
        before = (await buyer.get(f"/tenders/{draft.id}/sentences")).json()
        submitted = await buyer.post(f"/tenders/{draft.id}/submit", json={"version": draft.version})
        async with client(house, house.approver) as approver:
            path = f"/approvals/{submitted.json()['proposal_id']}/decision"
            assert (await approver.post(path, json={"verdict": "approve"})).status_code == 200
        assert (await supplier.get(f"/tenders/{draft.id}/sentences")).json() == before
    assert len(before["zh"]) == len(before["en"]) > 10


async def test_whom_the_rule_invites_and_whom_not(house: House) -> None:
    await add_supplier(house, 11, is_suspended=True)
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer:
        found = (await buyer.get(f"/tenders/{draft.id}/eligible")).json()
    assert [one["name_en"] for one in found["by_rule"]] == [f"Supplier 00{n}" for n in range(1, 5)]
    (excluded,) = found["excluded"]
    assert (excluded["name_en"], excluded["code"]) == ("Supplier 011", "SUPPLIER_SUSPENDED")
    assert excluded["may_be_outside"] is False


async def test_amendment_and_answer_to_old_terms_over_http(house: House) -> None:
    tender = await publish(house)
    body = {"summary_zh": "变更", "summary_en": "Change", "terms_en": "30 days", "opens_at": "2026-11-26T14:00"}
    async with client(house, house.purchaser) as buyer, client(house, house.reps[0]) as supplier:
        proposed = (await buyer.post(f"/tenders/{tender.id}/amendments", json=body)).json()
        async with client(house, house.approver) as approver:
            path = f"/approvals/{proposed['proposal_id']}/decision"
            assert (await approver.post(path, json={"verdict": "approve"})).status_code == 200
        old = {"response": "accept", "version": 1}
        refused = await supplier.post(f"/tenders/{tender.id}/response", json=old)
        assert problem(refused, 409, "AMENDED") == {"version": "2"}
        shown = (await supplier.get(f"/tenders/{tender.id}")).json()
        assert shown["amendments"][0]["changes"][0] == {"path": "terms_en", "before": "", "after": "30 days"}
        assert shown["opens_at"] == "2026-11-26T06:00:00.000Z"
        frozen = {**body, "ceiling_price": "1"}
        problem(await buyer.post(f"/tenders/{tender.id}/amendments", json=frozen), 422, "NOT_UNDERSTOOD")


async def test_a_draft_is_dropped_and_a_published_tender_needs_two(house: House) -> None:
    draft, tender = await begin(house), await publish(house)
    body = {"reason": "the need has changed"}
    async with client(house, house.purchaser) as buyer:
        assert (await buyer.post(f"/tenders/{draft.id}/cancel", json=body)).json() == {"proposal_id": None}
        proposed = (await buyer.post(f"/tenders/{tender.id}/cancel", json=body)).json()
        assert proposed["proposal_id"]
        problem(await buyer.post(f"/tenders/{tender.id}/cancel", json={"reason": "no"}), 422, "NOT_UNDERSTOOD")
        detail = problem(await buyer.post(f"/tenders/{tender.id}/continue", json=body), 409, "NOT_ALLOWED_HERE")
    assert detail["continuation"] == "not_needed"


async def test_the_portfolio_by_state(house: House) -> None:
    draft, tender = await begin(house), await publish(house)
    async with client(house, house.purchaser) as buyer:
        everything = (await buyer.get("/tenders")).json()["items"]
        drafts = (await buyer.get("/tenders", params={"state": "draft"})).json()["items"]
    assert {one["id"] for one in everything} == {draft.id, tender.id}
    assert [(one["id"], one["invited"]) for one in drafts] == [(draft.id, None)]
    published = next(one for one in everything if one["id"] == tender.id)
    assert published["next_deadline"] == {"kind": "response_due", "at": "2026-11-24T09:00:00.000Z"}
    assert (published["invited"], published["lots"]) == (4, 1)


async def test_a_continuation_is_offered_only_while_it_is_the_question(house: House) -> None:
    tender = await publish(house, response_extension_minutes=0)
    await join(house, tender, house.reps[0])
    await reach_deadline(house, tender.id)
    async with client(house, house.purchaser) as buyer:
        shown = (await buyer.get(f"/tenders/{tender.id}")).json()
        assert (shown["continuation"], shown["acts"]) == ("needed", ["amend", "cancel", "continue"])
        assert shown["joined"] is None
        proposed = await buyer.post(f"/tenders/{tender.id}/continue", json={"reason": "one is enough here"})
    async with client(house, house.approver) as approver:
        path = f"/approvals/{proposed.json()['proposal_id']}/decision"
        assert (await approver.post(path, json={"verdict": "approve"})).status_code == 200
    assert (await load(house, tender.id)).continuation == "granted"


async def test_the_sentences_name_the_deadline_in_force_after_an_extension(house: House) -> None:
    tender = await publish(house, response_extension_minutes=120)
    assert await reach_deadline(house, tender.id) is DeadlineVerdict.EXTEND
    async with client(house, house.reps[0]) as supplier:
        said = (await supplier.get(f"/tenders/{tender.id}/sentences")).json()
        shown = (await supplier.get(f"/tenders/{tender.id}")).json()
    assert "2026-11-24 19:00+08:00" in " ".join(said["zh"])
    assert "2026-11-24 19:00+08:00" in " ".join(said["en"])
    assert (shown["response_due_at"], shown["is_extended"]) == ("2026-11-24T11:00:00.000Z", True)


async def test_a_refused_beginning_is_journaled_on_the_systems_chain(house: House) -> None:
    async with client(house, house.purchaser) as buyer:
        refused = await buyer.post("/tenders", json={"template": "quick", "time_zone": "Mars/Olympus"})
    assert problem(refused, 409, "INCOMPLETE") == {"time_zone": "UNKNOWN_ZONE"}
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system")
    assert entries[-1].data["act"] == "create"
