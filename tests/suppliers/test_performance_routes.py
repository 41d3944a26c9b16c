"""Orders and reviews over HTTP: who reaches what, what a supplier reads, every refusal with its code."""

import io

import openpyxl

from app.domain.visibility import Datum, Phase, Role, mode
from tests.callers import caller
from tests.suppliers.parties import a_code, certify, hire, register
from tests.worlds import START, TestWorld, make_actor

YEAR = START.year - 1


async def test_from_an_order_to_the_supplier_s_own_page(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    other_id = await register(house.world, staff, 2)
    await certify(house.world, staff, supplier_id)
    body = {
        "supplier_id": supplier_id, "number": "PO-1", "category": "compressors", "item": "1.5P", "unit": "台",
        "promises": [{"on": f"{YEAR}-11-20", "quantity": "40"}, {"on": f"{YEAR}-11-10", "quantity": "60"}],
    }  # fmt: skip
    note = {"number": "DN-1", "delivered_on": f"{YEAR}-11-09", "accepted": "95.5", "rejected": "4.5", "service": 4}
    async with caller(house.world, staff.purchaser) as buyer:
        made = await buyer.post("/api/orders", json=body)
        assert made.status_code == 201, made.text
        for day in ("2026-02-30", 20260101, "01/02/2026"):
            bad = {**body, "promises": [{"on": day, "quantity": "1"}]}
            assert (await buyer.post("/api/orders", json=bad)).status_code == 422
        path = f"/api/orders/{made.json()['id']}/deliveries"
        got = (await buyer.post(path, json=note)).json()
        assert (got["on_time"], got["accepted"], got["points"]["service"]) == ("95.5", "95.5", "80.00")
        assert [one["on"] for one in got["promises"]] == [f"{YEAR}-11-10", f"{YEAR}-11-20"]
        again = await buyer.post(path, json=note)
        assert (again.status_code, again.json()["code"]) == (409, "ALREADY_EXISTS")
        head = "order number,credit code,category,item,quantity,unit,promised on\n"
        lines = "".join(f"PO-{n},{a_code(1)},compressors,2P,10,set,{YEAR}-12-0{n}\n" for n in (2, 3))
        file = {"file": ("orders.csv", (head + lines).encode(), "text/csv")}
        took = await buyer.post("/api/orders/import", data={"kind": "orders"}, files=file)
        assert (took.json()["created"], took.json()["rows"]) == (2, [])
        template = await buyer.get("/api/orders/import/template", params={"kind": "deliveries", "locale": "zh"})
        sheet = openpyxl.load_workbook(io.BytesIO(template.content)).worksheets[0]
        assert [cell.value for cell in sheet[1]][:3] == ["订单号*", "送货单号*", "到货日期*"]
        wanted = {"category": "compressors", "period": f"{YEAR}-Q4"}
        reviewed = await buyer.post(f"/api/suppliers/{supplier_id}/performance-reviews", json=wanted)
        (review,) = reviewed.json()["reviews"]
        # Quality 95.50, delivery 31.83, service 80.00: 50 : 35 : 15.
        assert (review["score"], review["grade"], review["outcome"]) == ("70.9", "C", "scored")
        early = await buyer.post(f"/api/performance-reviews/{review['id']}/closing")
        assert (early.status_code, early.json()["code"]) == (409, "TOO_EARLY")
        assert (await buyer.get("/api/performance-points/compressors")).json()["points"] is None
        assert (await buyer.get("/api/performance-points/cars")).status_code == 404
        listed = (await buyer.get("/api/orders", params={"after": "PO-1"})).json()
        assert ([one["number"] for one in listed["orders"]], listed["next"]) == (["PO-2", "PO-3"], None)
    rep = await make_actor(house.world, Role.SUPPLIER, supplier_id=supplier_id)
    async with caller(house.world, rep) as own:
        page = (await own.get("/api/my/performance")).json()
        assert "marks_after" not in page
        assert page["reviews"][0]["score"] == "70.9"
        # Who entered it is nobody's on the other side (d07).
        assert staff.purchaser.account_id not in str(page)
        reply = f"/api/my/performance-reviews/{review['id']}/reply"
        assert (await own.post(reply, json={"text": "The gate was shut."})).status_code == 201
    rival = await make_actor(house.world, Role.SUPPLIER, supplier_id=other_id)
    async with caller(house.world, rival) as other:
        assert (await other.post(reply, json={"text": "The gate was shut."})).status_code == 404
        assert (await other.get("/api/my/performance")).json()["reviews"] == []
    async with caller(house.world, staff.purchaser) as buyer:
        closed = (await buyer.post(f"/api/performance-reviews/{review['id']}/closing")).json()
        # Half way from 94 to 95.5, and from 90 to 31.83.
        assert closed["marks_after"][review["id"]] == {"quality": "94.75", "delivery": "60.92", "credit": "92"}
        # Nobody else was reviewed: a band would tell about nobody.
        assert closed["reviews"][0]["band"] is None
        effect = await buyer.post(f"/api/performance-reviews/{review['id']}/certification")
        assert (effect.status_code, effect.json()["grade"]) == (201, "B")


async def test_orders_are_read_by_the_roles_of_the_matrix(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    for role in (Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.REQUESTER, Role.EVALUATOR, Role.ADMIN):
        # A requester's own part of them is not told apart here.
        is_reader = role is not Role.REQUESTER and mode(role, Phase.FILED, Datum.DELIVERIES)
        expected = 200 if is_reader else 403
        async with caller(house.world, await make_actor(house.world, role)) as person:
            for path in ("/api/orders", f"/api/suppliers/{supplier_id}/performance"):
                assert (await person.get(path)).status_code == expected, (role, path)
            assert (await person.post("/api/orders", json={})).status_code == (422 if role is Role.PURCHASER else 403)
