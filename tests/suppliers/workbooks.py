"""Spreadsheets for tests, built the way people and attackers build them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter

from app.suppliers.columns import HEADINGS, Column
from tests.suppliers.parties import a_code

HEADS = [HEADINGS[column][0] for column in Column]


def a_row(number: int = 1, **changes: object) -> list[object]:
    """A good row, another for every number; `changes` by column name."""
    values: dict[str, object] = {
        "name_zh": f"青禾机电{number}",
        "name_en": f"Qinghe Electromech {number}",
        "credit_code": a_code(number),
        "city": "Foshan",
        "categories": "压缩机；fan_motors",
        "contact_name": "孙代表",
        "contact_email": f"rep{number}@qinghe.example",
        "contact_phone": "0757-5555-0100",
        "quality": 91,
        "delivery": "93",
        "credit": 95.5,
        "valid_until": "2027-06-30",
    }
    return [(values | changes)[column.value] for column in Column]


def a_sheet(
    rows: Sequence[Sequence[Any]],
    *,
    heads: Sequence[str] | None = None,
    merged: Sequence[str] = (),
    above: int = 0,
) -> bytes:
    """A workbook with headings, `above` title rows before them, and merged ranges."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in range(above):
        sheet.append([f"title {line}"])
    sheet.append(list(heads or HEADS))
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def many_rows(count: int) -> bytes:
    """A workbook of so many good rows, written by the quicker library."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        for number in range(1, count + 1):
            sheet.write_row(number, 0, a_row(number))
    return buffer.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes | None], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with members replaced (bytes), dropped (None) or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", method) as target:
        for name in source.namelist():
            content = changes.get(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
        for name in changes.keys() - set(source.namelist()):
            content = changes[name]
            if content is not None:
                target.writestr(name, content)
    return buffer.getvalue()


def sheet_xml(rows: str, rest: str = "") -> bytes:
    """The XML of a sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{rest}</worksheet>'.encode()
