"""The HTTP edge: shapes, doors, refusals as problems, and what each audience is shown."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import openpyxl
import pytest

from app.domain.visibility import Phase, Role
from app.identity.access import Actor
from app.main import build_app
from app.tenders import store
from tests.tenders.houses import House, add_supplier, begin, join, load, publish, reach_deadline
from tests.worlds import make_actor, sign_in


@asynccontextmanager
async def client(house: House, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    cookies, headers = await sign_in(house.world, actor)
    transport = httpx.ASGITransport(build_app(house.world))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver/api", cookies=cookies, headers=headers
    ) as opened:
        yield opened


def problem(response: httpx.Response, status: int, code: str) -> dict[str, str]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == code
    detail: dict[str, str] = body["detail"]
    return detail


async def test_from_template_to_published_over_http(house: House) -> None:
    async with client(house, house.purchaser) as buyer:
        templates = (await buyer.get("/templates")).json()
        assert [one["template"] for one in templates] == ["quick", "multi_lot", "best_price"]
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
        assert {one["code"] for one in flight["warnings"]} == {"NO_TRANSLATION", "FEW_SUPPLIERS", "NO_BASELINE"}
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
        hidden = ["FY25", "280", "Supplier", "供应商", *(rep.supplier_id or "-" for rep in house.reps)]
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
    assert times["opens_at"] == "2026-11-25T02:00:00.000Z"
    assert times["closes_at"] == "2026-11-25T02:30:00.000Z"
    assert times["hard_stop_at"] == "2026-11-25T03:15:00.000Z"


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


@pytest.mark.parametrize(
    "spoiled",
    [
        {"unknown_field": 1},
        {"version": "1"},
        {"version": 0},
        {"lots": [{"ceiling_price": 286.40}]},
        {"lots": [{"id": "mine"}]},
        {"rules": {"feedback": "everything"}},
        {"rules": {"reserve": "1"}},
        {"min_bidders": "three"},
        {"currency": "x" * 1001},
    ],
)
async def test_malformed_drafts_are_problems_without_an_echo(house: House, spoiled: dict[str, Any]) -> None:
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer:
        shown = (await buyer.get(f"/tenders/{draft.id}")).json()
        body = {**shown["draft"], "version": shown["version"], **spoiled}
        answered = await buyer.put(f"/tenders/{draft.id}", json=body)
    detail = problem(answered, 422, "NOT_UNDERSTOOD")
    assert set(detail) == {"fields"}
    assert "286.4" not in answered.text
    assert (await load(house, draft.id)).version == draft.version


@pytest.mark.parametrize("body", [{}, {"template": "quick", "copy_of": "0" * 32}, {"template": "huge"}])
async def test_a_draft_begins_from_exactly_one_thing(house: House, body: dict[str, str]) -> None:
    async with client(house, house.purchaser) as buyer:
        problem(await buyer.post("/tenders", json=body), 422, "NOT_UNDERSTOOD")


async def test_faults_come_by_field(house: House) -> None:
    draft = await begin(house, response_due="soon")
    async with client(house, house.purchaser) as buyer:
        refused = await buyer.post(f"/tenders/{draft.id}/submit", json={"version": draft.version})
        assert problem(refused, 409, "INCOMPLETE") == {"response_due": "NOT_A_TIME"}
        said = await buyer.get(f"/tenders/{draft.id}/sentences")
        problem(said, 409, "INCOMPLETE")


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
    body = {"summary_zh": "变更", "summary_en": "Change", "terms_en": "30 days", "opens_at": "2026-11-26T10:00"}
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
        assert shown["opens_at"] == "2026-11-26T02:00:00.000Z"
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


async def test_pasted_lines_come_back_cell_by_cell(house: House) -> None:
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer:
        path = f"/tenders/{draft.id}/lines/parse"
        parsed = (await buyer.post(path, json={"text": "Motor\t475,962\tpc\nFan\t5\tpc"})).json()
        assert (parsed["clean_rows"], parsed["faulty_rows"]) == (1, 1)
        cell = parsed["rows"][0]["cells"][1]
        assert (cell["typed"], cell["fault"], cell["choices"]) == ("475,962", "AMBIGUOUS", ["475962", "475.962"])
        resolved = (await buyer.post(path, json={"text": "Motor\t475,962\tpc", "style": "point"})).json()
        assert resolved["rows"][0]["values"]["quantity"] == "475962"
        columns = ["item_code", None, "description", "quantity", "unit"]
        chosen = (await buyer.post(path, json={"text": "7\tx\tMotor\t5\tpc", "columns": columns})).json()
        assert chosen["rows"][0]["values"]["item_code"] == "7"
    assert (await load(house, draft.id)).version == draft.version


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[Any]] = [
        ["料号", "名称", "数量", "单位", "基准价"],
        ["0001", "Motor", 1234.5, "pc", "1.234,56"],
        ["0002", "Pump", "１２", "pc", 9.9],
        ["0003", "Fan", "=1+1", "pc", 0.1 + 0.2],
        ["0004", "Pipe", 5, None, None],
        ["0005", "Valve", 5, "pc", None],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("D5:D6")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def test_a_workbook_comes_back_cell_by_cell(house: House) -> None:
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer:
        files = {"file": ("lines.xlsx", a_workbook())}
        parsed = (await buyer.post(f"/tenders/{draft.id}/lines/import", files=files)).json()
    faults = {cell["address"]: cell["fault"] for row in parsed["rows"] for cell in row["cells"] if cell["fault"]}
    assert faults == {
        "E2": "AMBIGUOUS",
        "C4": "FORMULA_IN_CELL",
        "D5": "MERGED_CELL",
        "D6": "MERGED_CELL",
    }
    values = [row["values"] for row in parsed["rows"]]
    assert values[0]["quantity"] == "1234.5"
    assert values[1] == {
        "item_code": "0002",
        "description": "Pump",
        "quantity": "12",
        "unit": "pc",
        "baseline_price": "9.9",
    }
    assert values[2]["baseline_price"] == "0.3"


async def test_what_is_no_workbook_is_refused_as_a_whole(house: House) -> None:
    draft = await begin(house)
    async with client(house, house.purchaser) as buyer:
        files = {"file": ("lines.xlsx", b"not a workbook")}
        parsed = (await buyer.post(f"/tenders/{draft.id}/lines/import", files=files)).json()
    assert (parsed["fault"], parsed["rows"]) == ("NOT_A_SPREADSHEET", [])


async def test_the_lists_of_a_builder(house: House) -> None:
    async with client(house, house.purchaser) as buyer:
        choices = (await buyer.get("/tender-choices")).json()
    assert {"code": "CNY", "minor_units": 2} in choices["currencies"]
    assert "Asia/Shanghai" in choices["time_zones"]


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
