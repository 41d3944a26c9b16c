"""Reading an upload: what a person sees in the sheet, and nothing an attacker wants."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.suppliers.archive import FileFault, Limits
from app.suppliers.workbook import Cell, CellKind, Sheet, column_letters, read_sheet
from tests.suppliers.workbooks import a_row, a_sheet, repacked, sheet_xml

SHEET = "xl/worksheets/sheet1.xml"
MIB = 1024 * 1024


def cells_of(data: bytes) -> dict[str, Cell]:
    found = read_sheet(data)
    assert isinstance(found, Sheet), found
    return {cell.address: cell for _, cells in found.rows for cell in cells}


def test_every_cell_comes_with_its_address_text_and_kind() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    typed: dict[str, Any] = {
        "B2": "岚川", "C3": "=1+1", "D3": "#N/A", "B5": 278.46, "C5": 0.1 + 0.2, "D5": date(2027, 1, 2), "E5": True,
        "F5": 12345678901234567890, "G5": datetime(2027, 1, 2, 3, 4),  # noqa: DTZ001 - a cell has no zone
        "I5": "１２３．４",
    }  # fmt: skip
    for address, value in typed.items():
        sheet[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    cells = cells_of(buffer.getvalue())
    assert {address: (cells[address].text, cells[address].kind) for address in typed} == {
        "B2": ("岚川", CellKind.TEXT),
        "C3": ("=1+1", CellKind.FORMULA),
        "D3": ("#N/A", CellKind.ERROR),
        "B5": ("278.46", CellKind.NUMBER),
        "C5": ("0.3", CellKind.NUMBER),
        "D5": ("2027-01-02", CellKind.DATE),
        "E5": ("TRUE", CellKind.OTHER),
        "F5": ("12345678901234600000", CellKind.NUMBER),
        "G5": ("2027-01-02T03:04:00", CellKind.DATE),
        "I5": ("１２３．４", CellKind.TEXT),
    }


def test_merged_cells_are_marked_from_corner_to_corner() -> None:
    cells = cells_of(a_sheet([a_row(1), a_row(2)], merged=["B2:B3"]))
    assert [address for address, cell in sorted(cells.items()) if cell.is_merged] == ["B2", "B3"]


def test_an_array_formula_marks_its_whole_area() -> None:
    first = '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1*2</f><v>4</v></c></row>'
    rows = first + '<row r="2"><c r="A2"><v>6</v></c></row>'
    cells = cells_of(repacked(a_sheet([]), {SHEET: sheet_xml(rows)}))
    assert [cells[address].kind for address in ("A1", "A2")] == [CellKind.FORMULA] * 2


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden["A1"] = "secret"
    hidden.sheet_state = "hidden"
    book.create_sheet("shown")["A1"] = "shown"
    buffer = io.BytesIO()
    book.save(buffer)
    assert {cell.text for cell in cells_of(buffer.getvalue()).values()} == {"shown"}


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(place: int, letters: str) -> None:
    assert column_letters(place) == letters


def a_docx() -> bytes:
    return repacked(a_sheet([]), {"[Content_Types].xml": b"<Types>wordprocessingml.document.main+xml</Types>"})


def a_macro_book() -> bytes:
    return repacked(a_sheet([]), {"xl/vbaProject.bin": b"macro"})


def two_of_one_name() -> bytes:
    buffer = io.BytesIO(a_sheet([]))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(SHEET, b"other")
    return buffer.getvalue()


def with_doctype() -> bytes:
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    plain = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')
    return repacked(a_sheet([]), {SHEET: plain.replace(b"?>", b"?>" + lol)})


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"name;code\n1;2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old or encrypted", b"%PDF-1.7",
        a_sheet([a_row()])[:-30], a_sheet([a_row()])[:400], a_docx(), a_macro_book(), with_doctype(),
        repacked(a_sheet([]), {"[Content_Types].xml": None}), repacked(a_sheet([]), {"xl/workbook.xml": None}),
        repacked(a_sheet([]), {"xl/workbook.xml": b"<not xml"}), repacked(a_sheet([]), {SHEET: b"<a><b></a>"}),
        repacked(a_sheet([]), {SHEET: None}), repacked(a_sheet([]), {SHEET: sheet_xml('<row r="x"/>')}),
        repacked(a_sheet([]), {}, method=zipfile.ZIP_BZIP2), two_of_one_name(),
    ],
    ids=lambda data: repr(data[:2]),
)  # fmt: skip
def test_a_wrong_file_is_refused(data: bytes) -> None:
    assert read_sheet(data) is FileFault.NOT_A_SPREADSHEET


def test_an_empty_sheet_has_no_rows() -> None:
    book = openpyxl.Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_sheet(buffer.getvalue()) is FileFault.NO_ROWS


def lying_about_size(data: bytes) -> bytes:
    """The same archive with every declared unpacked size set to ten bytes."""
    changed = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", 10)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def within_bounds(data: bytes, *, most_bytes: int, most_seconds: float) -> FileFault:
    tracemalloc.start()
    # Processor time of this thread: a busy machine does not make a bomb.
    began = time.thread_time()
    found = read_sheet(data)
    took = time.thread_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, FileFault), "read a bomb"
    assert peak < most_bytes
    assert took < most_seconds
    return found


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(a_sheet([]), {SHEET: b"\x00" * (300 * MIB)})
    assert len(bomb) < MIB
    assert within_bounds(bomb, most_bytes=20 * MIB, most_seconds=5) is FileFault.TOO_LARGE


def test_many_members_that_add_up_are_refused() -> None:
    bomb = repacked(a_sheet([]), {f"xl/media/{n}.bin": b"\x00" * MIB for n in range(60)})
    assert within_bounds(bomb, most_bytes=20 * MIB, most_seconds=5) is FileFault.TOO_LARGE


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = lying_about_size(repacked(a_sheet([]), {SHEET: b"\x00" * (200 * MIB)}))
    within_bounds(bomb, most_bytes=20 * MIB, most_seconds=5)
    assert read_sheet(lying_about_size(a_sheet([a_row()]))) is FileFault.NOT_A_SPREADSHEET


def test_one_value_in_the_last_corner_does_not_allocate_the_sheet() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    bomb = repacked(a_sheet([]), {SHEET: sheet_xml(rows)})
    assert within_bounds(bomb, most_bytes=5 * MIB, most_seconds=1) is FileFault.TOO_LARGE


def test_too_many_cells_rows_and_merged_areas_are_refused_in_bounded_time() -> None:
    many_cells = "".join(f'<row r="{n}">' + "<c/>" * 70 + "</row>" for n in range(1, 10_001))
    areas = "<mergeCells>" + '<mergeCell ref="A1:AN10000"/>' * 5_000 + "</mergeCells>"
    for xml in (sheet_xml(many_cells), sheet_xml('<row r="1"><c><v>1</v></c></row>', areas)):
        bomb = repacked(a_sheet([]), {SHEET: xml})
        assert within_bounds(bomb, most_bytes=60 * MIB, most_seconds=10) is FileFault.TOO_LARGE
    assert read_sheet(a_sheet([a_row()] * 30), Limits(rows=20)) is FileFault.TOO_LARGE
    assert read_sheet(a_sheet([a_row()]), Limits(file_bytes=100)) is FileFault.TOO_LARGE


def test_a_damaged_file_never_brings_the_reader_down() -> None:
    chance = random.Random(7)
    good = a_sheet([a_row(number) for number in range(3)])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(300):
        name = chance.choice(list(members))
        content = bytearray(members[name])
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        assert isinstance(read_sheet(repacked(good, {name: bytes(content)})), Sheet | FileFault)


@given(st.binary(max_size=2000))
def test_no_bytes_are_taken_for_a_workbook(data: bytes) -> None:
    assert read_sheet(b"PK\x03\x04" + data) is FileFault.NOT_A_SPREADSHEET
