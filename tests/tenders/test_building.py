"""The builder's edge: malformed drafts, faults by field, pasted lines and workbooks."""

import io
from typing import Any

import openpyxl
import pytest

from tests.tenders.edges import client, problem
from tests.tenders.houses import House, begin, load


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
