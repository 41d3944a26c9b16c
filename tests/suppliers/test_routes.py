"""Suppliers over HTTP: who reaches what, what is never in an answer, every refusal with its code."""

import io
import json
import re

import httpx
import openpyxl

from app.domain.approving import Verdict
from app.domain.visibility import Datum, Phase, Role, mode
from app.main import build_app
from app.suppliers.evidencing import MOST_BYTES
from tests.callers import caller
from tests.suppliers.parties import a_code, certify, decide, entries_of, hire, propose, register
from tests.suppliers.test_evidence import PDF, a_png
from tests.suppliers.workbooks import a_row, a_sheet
from tests.worlds import TestWorld, make_actor

SECRETS = ("lanchuan.example", "赵代表", "5555 0100")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BODY = {
    "name_zh": "岚川压缩机", "name_en": "Lanchuan Compressor", "credit_code": a_code(1), "city": "Shanghai",
    "categories": ["compressors"],
    "contact": {"name": "赵代表", "email": "rep@lanchuan.example", "phone": "021 5555 0100"},
    "locale": "zh",
}  # fmt: skip
MARKS = {
    "quality": "94",
    "delivery": "90",
    "credit": "92",
    "valid_until": "2027-06-30T16:00:00.000Z",
    "note": "As audited on paper.",
}


def problem_of(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, body["code"], body["detail"]


async def test_from_registration_to_a_certified_supplier(house: TestWorld) -> None:
    staff = await hire(house.world)
    async with caller(house.world, staff.purchaser) as client:
        made = await client.post("/api/suppliers", json=BODY)
        assert made.status_code == 201
        path = f"/api/suppliers/{made.json()['id']}"
        proposed = await client.post(f"{path}/certifications", json=MARKS)
        assert (proposed.status_code, proposed.json()["score"], proposed.json()["grade"]) == (201, "92.4", "A")
        before = (await client.get(path)).json()
        assert (before["standing"], [one["kind"] for one in before["pending"]]) == (
            "not_certified", ["certification.certify"],
        )  # fmt: skip
        await decide(house.world, staff.approver, proposed.json()["proposal_id"])
        after = (await client.get(path)).json()
    assert (after["standing"], after["pending"], after["certified_categories"]) == ("certified", [], ["compressors"])
    assert after["current"]["marks"] == {"quality": "94", "delivery": "90", "credit": "92"}
    assert after["current"]["weights"] == {"quality": "0.5", "delivery": "0.3", "credit": "0.2"}
    assert (after["current"]["score"], after["current"]["valid_until"]) == ("92.4", "2027-06-30T16:00:00.000Z")


async def test_the_dossier_is_open_to_the_roles_of_the_matrix_and_nobody_else(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    paths = ("/api/suppliers", f"/api/suppliers/{supplier_id}", f"/api/suppliers/{supplier_id}/evidence")
    for role in set(Role) - {Role.SUPPLIER, Role.PUBLIC, Role.DATABASE}:
        actor = await make_actor(house.world, role)
        expected = 200 if mode(role, Phase.DRAFT, Datum.DOSSIER) is not None else 403
        async with caller(house.world, actor) as client:
            assert [(await client.get(path)).status_code for path in paths] == [expected] * 3, role


async def test_a_supplier_reaches_its_own_dossier_and_no_other_route(house: TestWorld) -> None:
    staff = await hire(house.world)
    own_id, other_id = await register(house.world, staff, 1), await register(house.world, staff, 2)
    own = await make_actor(house.world, Role.SUPPLIER, supplier_id=own_id)
    async with caller(house.world, own) as client:
        for path in ("/api/suppliers", f"/api/suppliers/{own_id}", f"/api/suppliers/{other_id}"):
            assert (await client.get(path)).status_code == 403
        found = (await client.get("/api/my/supplier")).json()
    assert (found["id"], found["contact"]["email"]) == (own_id, "rep1@lanchuan.example")
    assert found["missing_evidence"] == ["quality", "delivery", "credit"]
    assert "岚川压缩机2" not in json.dumps(found, ensure_ascii=False)


async def test_the_own_dossier_holds_no_proposal_no_note_and_no_assessor(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    refused = await propose(house.world, staff, supplier_id)
    await decide(house.world, staff.approver, refused.proposal_id, verdict=Verdict.REFUSE)
    await propose(house.world, staff, supplier_id)
    own = await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)
    async with caller(house.world, own) as client:
        answer = await client.get("/api/my/supplier")
    found = answer.json()
    assert [(one["state"], one["note"], one["proposal_id"]) for one in found["certifications"]] == [
        ("approved", None, None)
    ]
    assert "pending" not in found
    for person in (staff.purchaser, staff.approver):
        assert person.account_id not in answer.text
        assert person.name not in answer.text


async def test_contact_data_are_in_no_answer_to_staff(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await certify(house.world, staff, supplier_id)
    others = [await make_actor(house.world, role) for role in (Role.AUDITOR, Role.DESK_HELP)]
    people = [*others, staff.purchaser, staff.approver]
    for actor in people:
        async with caller(house.world, actor) as client:
            answers = [
                await client.get("/api/suppliers"),
                await client.get("/api/suppliers", params={"q": "lanchuan.example"}),
                await client.get(f"/api/suppliers/{supplier_id}"),
                await client.get(f"/api/suppliers/{supplier_id}/evidence"),
                await client.patch(f"/api/suppliers/{supplier_id}", json={"version": 1, "city": "Qingdao"}),
                await client.patch(f"/api/suppliers/{supplier_id}", json={"version": 1, "city": "Wuhan"}),
                await client.post("/api/suppliers", json=BODY),
                await client.get("/api/approvals", params={"decided": True}),
            ]
        for answer in answers:
            assert not [secret for secret in SECRETS if secret in answer.text], (answer.url, answer.text)


async def test_only_the_purchaser_acts_and_each_try_of_another_is_noted(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    path = f"/api/suppliers/{supplier_id}"
    tries = 0
    for role in (Role.APPROVER, Role.AUDITOR, Role.ADMIN, Role.EVALUATOR, Role.SUPPLIER):
        actor = await make_actor(house.world, role, supplier_id=supplier_id if role is Role.SUPPLIER else None)
        async with caller(house.world, actor) as client:
            answers = [
                await client.post("/api/suppliers", json=BODY),
                await client.patch(path, json={"version": 1, "city": "Qingdao"}),
                await client.post(f"{path}/certifications", json=MARKS),
                await client.post(f"{path}/suspension", json={"reason": "late deliveries"}),
                await client.post(f"{path}/reinstatement", json={"reason": "audited again"}),
                await client.post(f"{path}/evidence", files={"file": PDF}, data={"aspect": "quality", "title": "ISO"}),
                await client.post("/api/suppliers/import", files={"file": a_sheet([a_row()])}),
                await client.get("/api/suppliers/import/template"),
            ]
        assert [answer.status_code for answer in answers] == [403] * len(answers), role
        tries += len(answers)
    system = await entries_of(house.world, "system")
    assert sum(entry.kind == "access.refused" for entry in system) == tries


async def test_signed_out_and_without_the_header_nothing_is_reached(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    async with caller(house.world) as client:
        for path in ("/api/suppliers", f"/api/suppliers/{supplier_id}", "/api/my/supplier"):
            assert problem_of(await client.get(path))[:2] == (401, "SIGNED_OUT")
    async with caller(house.world, staff.purchaser) as client:
        del client.headers["X-CSRF-Token"]
        assert problem_of(await client.post("/api/suppliers", json=BODY))[:2] == (403, "CSRF")


async def test_absent_things_answer_alike(house: TestWorld) -> None:
    staff = await hire(house.world)
    first = await register(house.world, staff, 1)
    second = await register(house.world, staff, 2)
    async with caller(house.world, staff.purchaser) as client:
        form = {"aspect": "quality", "title": "ISO 9001"}
        added = await client.post(f"/api/suppliers/{first}/evidence", files={"file": PDF}, data=form)
        foreign = f"/api/suppliers/{second}/evidence/{added.json()['id']}/content"
        answers = [
            await client.get(path)
            for path in (
                foreign,
                "/api/suppliers/" + "0" * 32,
                "/api/suppliers/x",
                "/api/suppliers/imports/" + "0" * 32,
            )
        ]
        answers.append(await client.patch("/api/suppliers/" + "0" * 32, json={"version": 1, "city": "x"}))
        answers.append(await client.post(f"/api/suppliers/{'0' * 32}/suspension", json={"reason": "late deliveries"}))
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


NO_REGISTRATION: list[tuple[dict[str, object], int, str, dict[str, str] | None]] = [
    ({"credit_code": a_code(1)[:-1] + "0"}, 409, "BAD_CREDIT_CODE", {"credit_code": "BAD_CREDIT_CODE"}),
    ({"name_zh": ""}, 409, "INCOMPLETE", {"name_zh": "MISSING_VALUE"}),
    ({"categories": []}, 409, "INCOMPLETE", {"categories": "MISSING_VALUE"}),
    ({"contact": {"email": "canary-7319"}}, 409, "INCOMPLETE", {"contact_email": "BAD_EMAIL"}),
    ({"credit_code": a_code(9)}, 409, "ALREADY_EXISTS", {"field": "credit_code"}),
    ({"contact": {"email": "REP9@lanchuan.example"}}, 409, "ALREADY_EXISTS", {"field": "contact_email"}),
    ({"locale": "fr"}, 422, "NOT_UNDERSTOOD", None),
    ({"name_zh": 7}, 422, "NOT_UNDERSTOOD", None),
    ({"grade": "A"}, 422, "NOT_UNDERSTOOD", None),
    ({"name_zh": "x" * 501}, 422, "NOT_UNDERSTOOD", None),
]


async def test_each_refusal_of_a_registration_on_the_wire(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff, 9)
    async with caller(house.world, staff.purchaser) as client:
        for change, status, code, detail in NO_REGISTRATION:
            answer = await client.post("/api/suppliers", json=BODY | change)
            found = problem_of(answer)
            assert found[:2] == (status, code), change
            assert detail is None or found[2] == detail
            assert "canary" not in answer.text


NO_CERTIFICATION: list[tuple[dict[str, object], int, str]] = [
    ({"quality": "101"}, 409, "OUT_OF_RANGE"),
    ({"quality": "90.005"}, 409, "OUT_OF_RANGE"),
    ({"credit": "59"}, 409, "BELOW_MINIMUM"),
    ({"valid_until": "2026-11-21T06:00:00Z"}, 409, "OUT_OF_RANGE"),
    ({"weights": {"quality": "50", "delivery": "30", "credit": "20"}}, 409, "WEIGHTS_NOT_100"),
    ({"quality": 94}, 422, "NOT_UNDERSTOOD"),
    ({"quality": "1e2"}, 422, "NOT_UNDERSTOOD"),
    ({"quality": "-1"}, 422, "NOT_UNDERSTOOD"),
    ({"quality": "NaN"}, 422, "NOT_UNDERSTOOD"),
    ({"quality": "٩٤"}, 422, "NOT_UNDERSTOOD"),
    ({"valid_until": "2027-06-30T16:00:00"}, 422, "NOT_UNDERSTOOD"),
    ({"score": "100"}, 422, "NOT_UNDERSTOOD"),
]


async def test_each_refusal_of_a_certification_on_the_wire(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    async with caller(house.world, staff.purchaser) as client:
        for change, status, code in NO_CERTIFICATION:
            answer = await client.post(f"/api/suppliers/{supplier_id}/certifications", json=MARKS | change)
            assert problem_of(answer)[:2] == (status, code), change
        assert (await client.get(f"/api/suppliers/{supplier_id}")).json()["pending"] == []


async def test_the_later_of_two_editors_sees_what_the_first_changed(house: TestWorld) -> None:
    staff, second = await hire(house.world), await hire(house.world)
    supplier_id = await register(house.world, staff)
    path = f"/api/suppliers/{supplier_id}"
    async with caller(house.world, staff.purchaser) as one, caller(house.world, second.purchaser) as two:
        version = (await two.get(path)).json()["version"]
        changed = await one.patch(path, json={"version": version, "city": "Qingdao"})
        assert (changed.status_code, changed.json()["version"], changed.json()["city"]) == (200, 2, "Qingdao")
        status, code, detail = problem_of(await two.patch(path, json={"version": version, "name_en": "Lanchuan"}))
        assert (status, code, detail["changed"], detail["version"]) == (409, "CHANGED_SINCE", "city", "2")
        again = await two.patch(path, json={"version": 2, "name_en": "Lanchuan"})
        assert (again.status_code, again.json()["city"], again.json()["name_en"]) == (200, "Qingdao", "Lanchuan")


async def test_suspension_needs_a_reason_and_is_proposed(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    path = f"/api/suppliers/{supplier_id}"
    async with caller(house.world, staff.purchaser) as client:
        assert (await client.post(f"{path}/suspension", json={"reason": "  no "})).status_code == 422
        assert (
            problem_of(await client.post(f"{path}/reinstatement", json={"reason": "audited again"}))[1]
            == "NOT_SUSPENDED"
        )
        proposed = await client.post(f"{path}/suspension", json={"reason": "late deliveries"})
        await decide(house.world, staff.approver, proposed.json()["proposal_id"])
        found = (await client.get(path)).json()
        assert (found["state"], found["standing"], found["suspensions"][0]["reason"]) == (
            "suspended", "suspended", "late deliveries",
        )  # fmt: skip
        assert (
            problem_of(await client.post(f"{path}/suspension", json={"reason": "once more"}))[1] == "SUPPLIER_SUSPENDED"
        )


async def test_evidence_goes_up_and_comes_down_as_a_download(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    own = await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)
    form = {"aspect": "delivery", "title": "On-time report", "valid_until": "2027-06-30T00:00:00Z"}
    async with caller(house.world, own) as client:
        file = ("岚川-../secret name.exe", a_png(), "application/x-msdownload")
        added = await client.post("/api/my/evidence", files={"file": file}, data=form)
        assert (added.status_code, added.json()["media_type"], added.json()["by_supplier"]) == (201, "image/png", True)
        mine = await client.get(f"/api/my/evidence/{added.json()['id']}/content")
    async with caller(house.world, staff.approver) as client:
        theirs = await client.get(f"/api/suppliers/{supplier_id}/evidence/{added.json()['id']}/content")
    for answer in (mine, theirs):
        assert (answer.content, answer.headers["content-type"]) == (a_png(), "image/png")
        assert answer.headers["content-disposition"] == f'attachment; filename="delivery-{added.json()["id"][:8]}.png"'
        assert answer.headers["x-content-type-options"] == "nosniff"


NO_EVIDENCE: list[tuple[bytes, dict[str, str], int, str]] = [
    (b"MZ", {}, 409, "NOT_ALLOWED_HERE"),
    (b"", {}, 409, "INCOMPLETE"),
    (PDF + b" " * MOST_BYTES, {}, 409, "TOO_LARGE"),
    (PDF, {"title": "call 13800138000"}, 409, "INCOMPLETE"),
    (PDF, {"valid_until": "2020-01-01T00:00:00Z"}, 409, "OUT_OF_RANGE"),
    (PDF, {"aspect": "price"}, 422, "NOT_UNDERSTOOD"),
    (PDF, {"valid_until": "soon"}, 422, "NOT_UNDERSTOOD"),
    (PDF + b" " * 25_000_000, {}, 413, "TOO_LARGE"),
]


async def test_each_refusal_of_evidence_on_the_wire(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    async with caller(house.world, staff.purchaser) as client:
        for data, form, status, code in NO_EVIDENCE:
            full = {"aspect": "quality", "title": "ISO 9001"} | form
            answer = await client.post(f"/api/suppliers/{supplier_id}/evidence", files={"file": data}, data=full)
            assert problem_of(answer)[:2] == (status, code), form
        assert (await client.get(f"/api/suppliers/{supplier_id}/evidence")).json() == []


async def test_an_import_from_template_to_error_sheet(house: TestWorld) -> None:
    staff = await hire(house.world)
    import_id = house.world.ids.new()
    async with caller(house.world, staff.purchaser) as client:
        template = await client.get("/api/suppliers/import/template", params={"locale": "en"})
        assert template.headers["content-type"] == XLSX
        heads = openpyxl.load_workbook(io.BytesIO(template.content)).worksheets[0][1]
        assert [cell.value for cell in heads][:4] == [
            "Name (Chinese)*", "Name (English)", "Unified social credit code*", "City",
        ]  # fmt: skip
        files = {"file": ("suppliers.xlsx", a_sheet([a_row(1), a_row(2, quality="1.234,56")]))}
        answer = await client.post("/api/suppliers/import", files=files, data={"import_id": import_id, "locale": "en"})
        assert answer.status_code == 200
        done = answer.json()
        assert (done["id"], done["state"], done["total"], done["created"], done["bad_rows"]) == (
            import_id,
            "done",
            2,
            1,
            1,
        )
        assert done["rows"] == [
            {"row": 3, "cell": "I3", "column": "quality", "code": "AMBIGUOUS", "text": "1.234,56", "detail": {}}
        ]
        assert (await client.get(f"/api/suppliers/imports/{import_id}")).json() == done
        sheet = await client.get(f"/api/suppliers/imports/{import_id}/sheet", params={"locale": "en"})
        rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert (rows[1][2], rows[1][8], rows[1][12]) == (a_code(2), "1.234,56", "3 | Quality: ambiguous number")
    async with caller(house.world, staff.approver) as client:
        assert (await client.get(f"/api/suppliers/imports/{import_id}")).status_code == 403


NO_IMPORT: list[tuple[bytes, int, str]] = [
    (b"a;b", 422, "NOT_A_SPREADSHEET"),
    (b"PK\x03\x04" + b"x" * 6_000_000, 422, "TOO_LARGE"),
    (a_sheet([]), 422, "NO_ROWS"),
    (a_sheet([["x"]], heads=["name"]), 422, "COLUMN_MISSING"),
]


async def test_each_refusal_of_a_file_on_the_wire(house: TestWorld) -> None:
    staff = await hire(house.world)
    async with caller(house.world, staff.purchaser) as client:
        for data, status, code in NO_IMPORT:
            answer = await client.post("/api/suppliers/import", files={"file": data})
            assert problem_of(answer)[:2] == (status, code)
            bad = await client.post("/api/suppliers/import", files={"file": data}, data={"import_id": "../x"})
            assert problem_of(bad)[:2] == (422, "NOT_UNDERSTOOD")
        assert problem_of(await client.post("/api/suppliers/import", json={}))[:2] == (422, "NOT_UNDERSTOOD")


async def test_the_list_is_searched_filtered_and_paged(house: TestWorld) -> None:
    staff = await hire(house.world)
    for number in range(1, 4):
        await register(house.world, staff, number)
    async with caller(house.world, staff.approver) as client:
        first = (await client.get("/api/suppliers", params={"limit": 2})).json()
        rest = (await client.get("/api/suppliers", params={"limit": 2, "after": first["next"]})).json()
        found = (await client.get("/api/suppliers", params={"q": "Compressor 2", "state": "not_certified"})).json()
        assert (await client.get("/api/suppliers", params={"state": "great"})).status_code == 422
        assert (await client.get("/api/suppliers", params={"limit": 0})).status_code == 422
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, 1, None)
    assert [one["name_en"] for one in found["items"]] == ["Lanchuan Compressor 2"]


async def test_categories_are_listed_for_everyone_signed_in(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    own = await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)
    async with caller(house.world, own) as client:
        found = (await client.get("/api/categories")).json()
    assert {"code": "compressors", "name_zh": "压缩机", "name_en": "Compressors"} in found


async def test_every_route_of_the_room_asks_who_is_there(house: TestWorld) -> None:
    schema = build_app(house.world).openapi()
    async with caller(house.world) as client:
        for path, methods in schema["paths"].items():
            if not path.startswith(("/api/suppliers", "/api/my/supplier", "/api/my/evidence")):
                continue
            for method in methods:
                url = re.sub(r"\{\w+\}", "0" * 32, path)
                answer = await client.request(method, url, json=None if method == "get" else {})
                assert answer.status_code in (401, 422), (method, path)
