"""The auditor's screens over a file of past tenders: looked at, shown, and nothing stored (SCREENS.md AU-06)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.audit.signals import calibration
from app.domain.past_tenders import HEADINGS, NEEDED, PastCell, PastFault, PastField, PastFile, facts_of, read_past
from app.domain.screening_leads import Board, build_board
from app.suppliers.archive import FileFault, Limits
from app.suppliers.headings import FileRefusal, find_layout, spellings
from app.suppliers.order_columns import read_table
from app.suppliers.workbook import Cell, CellKind, Sheet, column_letters

# Ten years of a large house.
LIMITS: Final = Limits(file_bytes=4 * 1024 * 1024, rows=20_000)
_BROKEN: Final = {CellKind.FORMULA: PastFault.FORMULA_IN_CELL, CellKind.ERROR: PastFault.ERROR_IN_CELL}
_KNOWN: Final = spellings(HEADINGS)


@dataclass(frozen=True, slots=True)
class PastScreened:
    """What the screens show of a file."""

    read: PastFile
    board: Board


async def screen_past(data: bytes) -> PastScreened | FileRefusal:
    """The leads of a file (.xlsx or .csv). Refuses a file that is none, too large, or without a needed column."""
    return await asyncio.to_thread(_screen, data)


def _screen(data: bytes) -> PastScreened | FileRefusal:
    sheet = read_table(data, LIMITS)
    if isinstance(sheet, FileFault):
        return FileRefusal(sheet, {})
    found = find_layout(sheet.rows, _KNOWN, anchors=[PastField.TENDER], needed=NEEDED)
    if isinstance(found, FileRefusal):
        return found
    read = read_past(_rows(sheet, found.header_row, found.places))
    return PastScreened(read, build_board(facts_of(read), calibration(), is_named=True))


def _rows(sheet: Sheet, head: int, places: Mapping[PastField, int]) -> Iterator[Mapping[PastField, PastCell]]:
    for line, cells in sheet.rows:
        if line > head:
            yield {name: _cell(line, place, cells) for name, place in places.items()}


def _cell(line: int, place: int, cells: tuple[Cell, ...]) -> PastCell:
    address = f"{column_letters(place)}{line}"
    if place >= len(cells):
        return PastCell(address, "")
    return PastCell(address, cells[place].text, _BROKEN.get(cells[place].kind))
