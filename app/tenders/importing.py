"""Lines and lots from a clipboard or a workbook: read cell by cell, given back with every fault, nothing stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.domain.columns import LINES, LOTS
from app.domain.lines import ParsedSheet, Reading, SourceCell, SourceKind, read_cells, read_pasted
from app.suppliers.archive import FileFault
from app.suppliers.workbook import CellKind, read_sheet
from app.tenders.draft_views import ParsedCellView, ParsedRowView, ParsedView

if TYPE_CHECKING:
    from app.domain.columns import Layout
    from app.domain.lines import ParsedRow
    from app.suppliers.workbook import Cell
    from app.tenders.schemas import ParseLines

_LAYOUTS = {"lines": LINES, "lots": LOTS}
_KINDS = {
    CellKind.EMPTY: SourceKind.TEXT,
    CellKind.TEXT: SourceKind.TEXT,
    CellKind.NUMBER: SourceKind.NUMBER,
    CellKind.DATE: SourceKind.DATE,
    CellKind.OTHER: SourceKind.OTHER,
    CellKind.FORMULA: SourceKind.FORMULA,
    CellKind.ERROR: SourceKind.ERROR,
}


def parse_pasted(command: ParseLines, *, currency: str) -> ParsedView:
    """Read pasted text; marks of the tender's currency are taken off."""
    layout: Layout = _LAYOUTS[command.target]
    columns = None if command.columns is None else tuple(command.columns)
    return _view(read_pasted(command.text, layout, Reading(command.style, currency, columns)))


async def parse_workbook(data: bytes, *, target: str, reading: Reading) -> ParsedView:
    """Read the first visible sheet of a workbook. The bounds of the file are those of suppliers/workbook.py."""
    sheet = await asyncio.to_thread(read_sheet, data)
    if isinstance(sheet, FileFault):
        return _view(ParsedSheet((), None, (), sheet.value))
    rows = [(number, [_source(cell) for cell in cells]) for number, cells in sheet.rows]
    return _view(read_cells(rows, _LAYOUTS[target], reading))


def _source(cell: Cell) -> SourceCell:
    return SourceCell(cell.text, _KINDS[cell.kind], is_merged=cell.is_merged)


def _view(sheet: ParsedSheet) -> ParsedView:
    clean = len([row for row in sheet.rows if row.is_clean])
    return ParsedView(
        columns=list(sheet.columns),
        header_row=sheet.header_row,
        fault=sheet.fault,
        clean_rows=clean,
        faulty_rows=len(sheet.rows) - clean,
        rows=[_row(row) for row in sheet.rows],
    )


def _row(row: ParsedRow) -> ParsedRowView:
    cells = [
        ParsedCellView(
            column=cell.column,
            address=cell.address,
            typed=cell.typed,
            value=cell.value,
            fault=cell.fault,
            choices=list(cell.choices),
        )
        for cell in row.cells
    ]
    return ParsedRowView(number=row.number, is_clean=row.is_clean, values=row.values(), cells=cells)
