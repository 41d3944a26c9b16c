"""Reading the first visible sheet of an uploaded workbook: bounded before it is read, every cell with its address.

python-calamine gives the values; a pass over the sheet's XML before it (markup.py) gives what calamine does not tell
(formulas, errors) and refuses what it would choke on: one value at XFD1048576 is a dense table of 17 billion cells.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.suppliers.archive import FileFault, Limits, open_archive
from app.suppliers.markup import Marks, TooMuch, scan, sheet_path

# Spreadsheets keep and show 15 significant digits; the rest of a double is noise of its binary form.
SHOWN_DIGITS = 15

CellValue = int | float | str | bool | time | date | datetime | timedelta


class CellKind(StrEnum):
    """What the workbook says a cell is."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    OTHER = "other"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as a person sees it; `text` is what was typed, as exactly as the format keeps it."""

    address: str
    text: str
    kind: CellKind
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet that hold anything, by their number in the sheet (from 1)."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


def read_sheet(data: bytes, limits: Limits | None = None) -> Sheet | FileFault:
    """The first visible sheet, or why the file is refused as a whole. Memory stays within the limits. STACK.md 2.5."""
    bounds = limits or Limits()
    archive = open_archive(data, bounds)
    if isinstance(archive, FileFault):
        return archive
    try:
        return _read(archive, data, bounds)
    except TooMuch:
        return FileFault.TOO_LARGE
    except (CalamineError, expat.ExpatError, KeyError, ValueError, zipfile.BadZipFile):
        return FileFault.NOT_A_SPREADSHEET


def column_letters(column: int) -> str:
    """Spreadsheet letters of a column from 0: A, B, … Z, AA."""
    letters = ""
    rest = column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _read(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> Sheet | FileFault:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        found = next(
            (
                (place, sheet.name)
                for place, sheet in enumerate(book.sheets_metadata)
                if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
            ),
            None,
        )
        if found is None:
            return FileFault.NO_ROWS if book.sheets_metadata else FileFault.NOT_A_SPREADSHEET
        place, name = found
        marks = scan(archive.read(sheet_path(archive, name)), limits)
        sheet = book.get_sheet_by_index(place)
        start = sheet.start
        if start is None:
            return FileFault.NO_ROWS
        values = sheet.to_python(skip_empty_area=True)
    rows = tuple((number, cells) for number, cells in _rows(values, start, marks) if _holds_something(cells))
    return Sheet(name, rows) if rows else FileFault.NO_ROWS


def _rows(
    values: list[list[CellValue]], start: tuple[int, int], marks: Marks
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    top, left = start
    for row, line in enumerate(values, start=top):
        before = tuple(_cell(row, column, "", marks) for column in range(left))
        yield row + 1, before + tuple(_cell(row, column, value, marks) for column, value in enumerate(line, start=left))


def _holds_something(cells: tuple[Cell, ...]) -> bool:
    return any(cell.text.strip() or cell.kind is not CellKind.EMPTY for cell in cells)


def _cell(row: int, column: int, value: CellValue, marks: Marks) -> Cell:
    place = (row, column)
    text, kind = _shown(value)
    if place in marks.errors:
        text, kind = marks.errors[place], CellKind.ERROR
    if place in marks.formulas:
        text, kind = f"={marks.formulas[place]}", CellKind.FORMULA
    return Cell(f"{column_letters(column)}{row + 1}", text, kind, is_merged=place in marks.merged)


def _shown(value: CellValue) -> tuple[str, CellKind]:
    match value:
        case bool():
            return str(value).upper(), CellKind.OTHER
        case str():
            return value, CellKind.TEXT if value else CellKind.EMPTY
        case int():
            return str(value), CellKind.NUMBER
        case float():
            # Through the shown digits, so that no tail of the binary form is taken for what was typed.
            return format(Decimal(format(value, f".{SHOWN_DIGITS}g")), "f"), CellKind.NUMBER
        case datetime():
            return (value.date() if value.time() == time() else value).isoformat(), CellKind.DATE
        case date():
            return value.isoformat(), CellKind.DATE
        case _:
            return str(value), CellKind.OTHER
