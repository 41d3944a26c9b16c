"""Bid histories as JSON lines, CSV and XLSX: whole, in order, in the period, and nothing of a lot that runs."""

import csv
import hashlib
import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.sheets import CsvSheet, XlsxSheet, csv_line
from app.domain import bundling
from app.domain.tabling import HISTORY_HEAD, LotName, history_row, is_number
from app.domain.visibility import Phase
from tests.access.theatre import BIDDERS, FINALS, OPENINGS, REFUSED
from tests.audit.conftest import Reel

FORMS = ("jsonl", "csv", "xlsx")


async def take(reel: Reel, form: str, **scope: Any) -> bytes:
    """The file of an export."""
    job = await reel.export(form=form, **(scope or {"tender_ids": [reel.tender]}))
    answer = await reel.theatre.viewers["auditor"].client.get(f"/api/audit/exports/{job['id']}/file")
    assert answer.status_code == 200
    content: bytes = answer.content
    assert (job["size"], job["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert job["file_name"].endswith(f".{form}")
    assert job["file_name"] in answer.headers["content-disposition"]
    return content


def told(reel: Reel) -> list[Any]:
    """The lot's entries in the bundle of everything."""
    with zipfile.ZipFile(reel.bundles[Phase.UNSEALED]) as archive:
        lines = archive.read(bundling.JOURNAL).splitlines()
    chain = f"lot:{reel.theatre.ids['lot']}"
    bodies = [bundling.split_line(line)[0] for line in lines]
    return [body for body in bodies if orjson.loads(body)["chain"] == chain]


async def test_json_lines_are_the_stored_entries(reel: Reel) -> None:
    assert (await take(reel, "jsonl")).splitlines() == told(reel)


async def test_csv_tells_every_act_by_alias(reel: Reel) -> None:
    rows = list(csv.DictReader(io.StringIO((await take(reel, "csv")).decode())))
    bids = [row for row in rows if row["kind"] == "bid.accepted"]
    assert [row["n"] for row in bids] == [str(n) for n in range(1, len(OPENINGS) + len(FINALS) + 1)]
    assert {row["amount"] for row in bids} == {*OPENINGS.values(), *FINALS.values()}
    assert len({row["alias"] for row in bids}) == len(BIDDERS)
    refused = [row for row in rows if row["kind"] == "bid.refused"]
    assert [row["sent"] for row in refused] == list(REFUSED.values())
    assert [row["seq"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


async def test_xlsx_tells_the_same(reel: Reel) -> None:
    rows = list(csv.reader(io.StringIO((await take(reel, "csv")).decode())))
    book = openpyxl.load_workbook(io.BytesIO(await take(reel, "xlsx")), read_only=True)
    sheet = book.worksheets[0]
    own = [[cell.value for cell in row] for row in sheet.iter_rows()]
    amount = HISTORY_HEAD.index("amount")
    assert [str(cell) for cell in own[0]] == list(HISTORY_HEAD)
    for line, row in zip(own[1:], rows[1:], strict=True):
        assert [str(cell or "") for at, cell in enumerate(line) if at not in (amount, amount + 2)] == [
            cell for at, cell in enumerate(row) if at not in (amount, amount + 2)
        ]
        assert float(row[amount] or 0) == float(str(line[amount] or 0))


@pytest.mark.parametrize("form", FORMS)
async def test_the_same_period_twice_gives_the_same_rows(reel: Reel, form: str) -> None:
    entries = [orjson.loads(body) for body in told(reel)]
    middle = entries[len(entries) // 2]["at"]
    at = datetime.fromtimestamp(middle / 1000).astimezone().isoformat()
    first = await take(reel, form, all=True, to=at)
    second = await take(reel, form, all=True, **{"from": at})
    if form == "jsonl":
        assert (first + second).splitlines() == told(reel)
    empty = await take(reel, form, all=True, **{"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"})
    assert len(empty) < len(second)


async def test_a_period_must_make_sense_and_a_bundle_has_none(reel: Reel) -> None:
    ask: dict[str, Any] = {"all": True, "purpose": "yearly audit", "recipient": "office"}
    for wrong in (
        {"form": "csv", "from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z"},
        {"form": "bundle", "from": "2026-01-02T00:00:00Z"},
        {"form": "pdf"},
        {"form": "csv", "from": "yesterday"},
    ):
        await reel.theatre.act("auditor", "POST", "/api/audit/exports", 422, json={**ask, **wrong})


async def test_a_lot_that_runs_is_left_out(reel: Reel) -> None:
    assert reel.histories[Phase.LIVE] == b""
    assert reel.histories[Phase.PRICES].count(b"bid.accepted") == len(OPENINGS) + len(FINALS)


async def test_taking_a_history_is_an_act(reel: Reel) -> None:
    await take(reel, "csv")
    page = await reel.get("/api/audit/timeline?preset=privileged_reads")
    kinds = {entry["kind"] for entry in page["entries"]}
    assert kinds <= {"read.privileged", "export.taken", "vault.read", "identity.unsealed"}
    assert page["entries"][0]["data"]["what"] == "timeline"
    assert "csv" in {entry["data"].get("what") for entry in page["entries"]}


BODY = {
    "chain": "lot:x", "seq": 7, "kind": "bid.refused", "actor_role": "supplier", "tag": "t",
    "data": {"sent": '=HYPERLINK("http://x")', "code": "PRECISION", "received_at": "2026-11-21T07:00:00.000Z"},
}  # fmt: skip
ROW = history_row(LotName("P-1", 1, {"t": "C-02"}), BODY, "h" * 64, "2026-11-21T07:00:00.000+00:00")


def test_no_cell_is_run_as_a_formula(tmp_path: Path) -> None:
    assert '\'=HYPERLINK("http://x")' in ROW
    sheet = XlsxSheet(tmp_path / "x.xlsx", datetime(2026, 1, 1).astimezone(), 3)
    sheet.add([[*ROW[:10], "=1+1", *ROW[11:]], ROW])
    sheet.finish()
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cell = book.worksheets[0].cell(2, 11)
    assert (cell.data_type, cell.value) == ("s", "=1+1")


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_a_full_sheet_is_followed_by_the_next(tmp_path: Path, rows: int, sheets: int) -> None:
    """A sheet holds 1,048,576 rows with its head; here it holds three."""
    sheet = XlsxSheet(tmp_path / "x.xlsx", datetime(2026, 1, 1).astimezone(), 3)
    for _ in range(rows):
        sheet.add([ROW])
    sheet.finish()
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert len(book.worksheets) == sheets
    assert sum(each.max_row - 1 for each in book.worksheets) == rows
    assert all(each.cell(1, 1).value == "tender" for each in book.worksheets)


def test_hostile_texts_survive_the_sheet(tmp_path: Path) -> None:
    text = "a\x00b\x1b[31m\u202e<&>\"'_x0041_ \r\n,;"
    sheet = XlsxSheet(tmp_path / "x.xlsx", datetime(2026, 1, 1).astimezone())
    sheet.add([[text] * len(ROW)])
    sheet.finish()
    content = zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", content) is None
    table = CsvSheet(tmp_path / "x.csv")
    table.add([[text] * len(ROW)])
    table.finish()
    with (tmp_path / "x.csv").open(newline="") as file:
        assert list(csv.reader(file))[1] == [text] * len(ROW)


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=2, max_size=4)))
def test_the_tables_lines_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    assert "".join(map(csv_line, rows)) == written.getvalue()


@pytest.mark.parametrize("kind", [CsvSheet, lambda path: XlsxSheet(path, datetime(2026, 1, 1).astimezone())])
def test_a_file_thrown_away_leaves_nothing(tmp_path: Path, kind: Any) -> None:
    sheet = kind(tmp_path / "x")
    sheet.add([ROW] * 10)
    sheet.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.50", True),
        ("123456789012345", True),
        ("1234567890123456", False),
        ("", False),
        ("'=1", False),
        ("１", False),
    ],
)
def test_long_amounts_stay_texts(cell: str, expected: bool) -> None:
    assert is_number(cell) is expected
