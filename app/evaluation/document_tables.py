"""Spreadsheets as values in our own form. Runs in the sandbox alone.

Values only: no formula, hidden sheet, defined name, comment, link or sheet's own name comes through (attacks.md D05). A
table is JSON: rows of texts, one file for each sheet.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import orjson
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from app.domain.document_types import DocumentKind, FileFault, Limits, text_of
from app.domain.documents import Hold
from app.evaluation.document_drawing import Drawn, DrawnPage, Refused

_CUT: Final = "…"
_MOST_TEXT: Final = 400_000
Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(content: bytes, limits: Limits) -> Drawn:
    """The visible sheets of a workbook."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise Refused(FileFault.ENCRYPTED) from None
    pages, left = [], limits.cells
    for sheet in workbook.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        opened = workbook.get_sheet_by_name(sheet.name)
        left -= opened.total_height * opened.total_width
        if left < 0:
            raise Refused(FileFault.TOO_MANY_CELLS)
        rows = [[_said(value) for value in row] for row in opened.to_python(skip_empty_area=False)]
        # Its own name is looked through with the rest, and not shown.
        pages.append(_page(rows, limits, name=sheet.name))
    return _tables(pages)


def read_text_table(content: bytes, limits: Limits) -> Drawn:
    """A comma-, semicolon- or tab-separated file."""
    text = text_of(content) or ""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows, left = list[list[str]](), limits.cells
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            left -= max(len(row), 1)
            if left < 0:
                raise Refused(FileFault.TOO_MANY_CELLS)
            rows.append(row)
    except csv.Error:
        raise Refused(FileFault.UNREADABLE) from None
    return _tables([_page(rows, limits)])


def _tables(pages: Sequence[DrawnPage]) -> Drawn:
    shown = [page for page in pages if page.width]
    if not shown:
        raise Refused(FileFault.EMPTY)
    return Drawn(DocumentKind.TABLE, shown)


def _said(value: Value) -> str:
    """A value as text; a number without the zeros that only the machine sees."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _page(rows: Iterable[Sequence[str]], limits: Limits, *, name: str = "") -> DrawnPage:
    """Rows of one width, without the empty edge."""
    kept = [list(row) for row in rows]
    while kept and not any(cell.strip() for cell in kept[-1]):
        kept.pop()
    width = max((at + 1 for row in kept for at, cell in enumerate(row) if cell.strip()), default=0)
    whole = [[_cut(row[at], limits) if at < len(row) else "" for at in range(width)] for row in kept]
    # Looked through before anything is cut: a name at the end of a long cell is found, though nobody will see it.
    text = "\n".join([name, *("\t".join(row) for row in kept)])
    holds = [Hold.UNREAD] if len(text) > _MOST_TEXT else []
    return DrawnPage(width, len(whole), orjson.dumps(whole), holds, text[:_MOST_TEXT])


def _cut(cell: str, limits: Limits) -> str:
    return cell if len(cell) <= limits.cell_length else cell[: limits.cell_length] + _CUT
