"""Lines and lots as people bring them: pasted from a spreadsheet or read from one, cell by cell.

Serves SCREENS.md section 1.4, LR-29 and check 9 ("no silent change of magnitude"). Every cell that came in comes out
again, with what it was read as or with the code of what is wrong with it. Nothing is guessed and nothing is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.domain.columns import NUMBERS, Column, Layout, header_columns
from app.domain.money import LARGEST_SCALE, AmountFault, NumberStyle, normalise_typed, parse_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

# More rows than anybody checks by eye; a larger purchase is several lots.
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 60
# A description longer than this is a specification and belongs into a document.
LONGEST_TEXT: Final = 500


class SourceKind(StrEnum):
    """What kind of value the source says a cell has; pasted cells are all text."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell as it came: its text, the kind the spreadsheet gave it, and whether it is part of a merged range."""

    text: str
    kind: SourceKind = SourceKind.TEXT
    is_merged: bool = False


_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
# Control and invisible direction characters: they make two texts look alike that are not.
_HIDDEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """One cell: where it was, what was typed, and the value it was read as or the code of its fault.

    It has neither only where a person chose to ignore its column.
    """

    column: Column | None
    address: str | None
    typed: str
    value: str | None
    fault: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row of the source that is not blank; `number` counts from 1 as spreadsheets do."""

    number: int
    cells: tuple[ParsedCell, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether every cell was read."""
        return all(cell.fault is None for cell in self.cells)

    def values(self) -> dict[str, str]:
        """Give the values that were read, by column name; faulty cells are not in it."""
        return {cell.column.value: cell.value for cell in self.cells if cell.column and cell.value is not None}


@dataclass(frozen=True, slots=True)
class ParsedSheet:
    """What was read: the columns as understood, the number of the header row if there was one, and the rows."""

    columns: tuple[Column | None, ...]
    header_row: int | None
    rows: tuple[ParsedRow, ...]
    fault: str | None = None


def split_pasted(text: str) -> list[list[SourceCell]]:
    """Split text from a clipboard: tabs between cells, newlines between rows, quotes as spreadsheets write them."""
    rows: list[list[SourceCell]] = [[]]
    at = 0
    while at <= len(text):
        match = _QUOTED.match(text, at) or _PLAIN.match(text, at)
        # _PLAIN matches everywhere, the empty cell included.
        assert match is not None
        quoted = match.re is _QUOTED
        content = match["cell"].replace('""', '"') if quoted else match["cell"]
        rows[-1].append(SourceCell(content))
        if match["end"] == "":
            break
        if match["end"] != "\t":
            rows.append([])
        at = match.end()
    return rows


_QUOTED: Final = re.compile(r'"(?P<cell>(?:[^"]|"")*)"(?P<end>\t|\r\n|\n|\r|\Z)')
_PLAIN: Final = re.compile(r"(?P<cell>[^\t\r\n]*)(?P<end>\t|\r\n|\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Reading:
    """How numbers and columns are to be read, as a person chose.

    `columns` goes cell by cell from the left (None: ignored on purpose, but still given back); without it a header row
    is looked for, and without a header the width decides.
    """

    style: NumberStyle = NumberStyle.UNSTATED
    currency: str = "CNY"
    columns: tuple[Column | None, ...] | None = None


def read_pasted(text: str, layout: Layout, reading: Reading) -> ParsedSheet:
    """Read text from a clipboard by a layout; rows are numbered from 1. SCREENS.md LR-29."""
    return read_cells(list(enumerate(split_pasted(text), start=1)), layout, reading)


def read_cells(source: Sequence[tuple[int, Sequence[SourceCell]]], layout: Layout, reading: Reading) -> ParsedSheet:
    """Read numbered rows of cells by a layout: every cell comes out with a value or with the code of its fault."""
    filled = [(number, row) for number, row in source if any(_trim(cell.text) for cell in row)]
    if not filled:
        return ParsedSheet((), None, (), "NO_ROWS")
    if len(filled) > MOST_ROWS or max(len(row) for _, row in filled) > MOST_COLUMNS:
        return ParsedSheet((), None, (), "TOO_LARGE")
    header = header_columns([cell.text for cell in filled[0][1]], layout)
    header_row = filled[0][0] if header else None
    chosen = reading.columns if reading.columns is not None else header or _by_width(filled, layout)
    plan = _Plan(layout, reading, chosen)
    body = filled[1:] if header else filled
    rows = tuple(_read_row(number, row, plan) for number, row in body)
    return ParsedSheet(chosen, header_row, rows, None if rows else "NO_ROWS")


def _by_width(filled: Sequence[tuple[int, Sequence[SourceCell]]], layout: Layout) -> tuple[Column | None, ...]:
    width = max(max(at for at, cell in enumerate(row, start=1) if _trim(cell.text)) for _, row in filled)
    return layout.by_width[min(width, len(layout.by_width)) - 1]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of one sheet are read."""

    layout: Layout
    reading: Reading
    columns: tuple[Column | None, ...]

    def column(self, at: int) -> Column | None:
        return self.columns[at] if at < len(self.columns) else None

    def is_ignored(self, at: int) -> bool:
        return self.reading.columns is not None and at < len(self.columns) and self.columns[at] is None


def _read_row(number: int, row: Sequence[SourceCell], plan: _Plan) -> ParsedRow:
    cells = []
    for at, cell in enumerate(row):
        column, address = plan.column(at), f"{column_letters(at)}{number}"
        if column is not None:
            cells.append(_read_cell(cell, column, address, plan))
        elif _trim(cell.text):
            cells.append(ParsedCell(None, address, cell.text, None, None if plan.is_ignored(at) else "EXTRA_CELL"))
    present = {cell.column for cell in cells}
    missing = (column for column in plan.layout.columns if column in plan.layout.required - present)
    return ParsedRow(number, (*cells, *(ParsedCell(column, None, "", None, "MISSING_VALUE") for column in missing)))


def _read_cell(cell: SourceCell, column: Column, address: str, plan: _Plan) -> ParsedCell:
    typed = cell.text
    trimmed = _trim(typed)
    if cell.is_merged:
        return ParsedCell(column, address, typed, None, "MERGED_CELL")
    if not trimmed:
        fault = "MISSING_VALUE" if column in plan.layout.required else None
        return ParsedCell(column, address, typed, None if fault else "", fault)
    if cell.kind is SourceKind.ERROR or trimmed in _ERRORS:
        return ParsedCell(column, address, typed, None, "ERROR_IN_CELL")
    if cell.kind is SourceKind.FORMULA:
        # What a formula shows may have been computed from something else since; the buyer pastes values.
        return ParsedCell(column, address, typed, None, "FORMULA_IN_CELL")
    if column in NUMBERS:
        return _read_number(cell, column, address, plan.reading)
    return _read_text(cell, column, address)


def _read_number(cell: SourceCell, column: Column, address: str, reading: Reading) -> ParsedCell:
    if cell.kind in {SourceKind.DATE, SourceKind.OTHER}:
        # A spreadsheet turns "1-2" into a date; the number that was meant is gone.
        return ParsedCell(column, address, cell.text, None, "NOT_A_NUMBER")
    # The spreadsheet's own numbers have no separators to misread.
    style = NumberStyle.POINT if cell.kind is SourceKind.NUMBER else reading.style
    read = normalise_typed(cell.text, style, currency=reading.currency)
    if isinstance(read, AmountFault):
        return ParsedCell(column, address, cell.text, None, read.value, _readings(cell.text, reading.currency))
    amount = parse_amount(read, LARGEST_SCALE)
    if isinstance(amount, AmountFault):
        return ParsedCell(column, address, cell.text, None, amount.value)
    return ParsedCell(column, address, cell.text, read)


def _readings(text: str, currency: str) -> tuple[str, ...]:
    """What an ambiguous number may mean, one for each style: a person chooses, the program never does."""
    styles = (NumberStyle.POINT, NumberStyle.COMMA)
    both = (normalise_typed(text, style, currency=currency) for style in styles)
    return tuple(read for read in both if not isinstance(read, AmountFault))


def _read_text(cell: SourceCell, column: Column, address: str) -> ParsedCell:
    value = " ".join(_trim(cell.text).split()) if column is not Column.DESCRIPTION else _trim(cell.text)
    if has_hidden(value):
        return ParsedCell(column, address, cell.text, None, "BAD_CHARACTERS")
    if len(value) > LONGEST_TEXT:
        return ParsedCell(column, address, cell.text, None, "TEXT_TOO_LONG")
    if column is Column.BASELINE_ON and cell.kind is SourceKind.NUMBER:
        return ParsedCell(column, address, cell.text, None, "NOT_A_DATE")
    return ParsedCell(column, address, cell.text, value)


def column_letters(at: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def has_hidden(text: str) -> bool:
    """Tell whether a text holds characters nobody sees; line ends and tabs are seen."""
    return _HIDDEN.search(text) is not None


def _trim(text: str) -> str:
    return text.strip(" \t\r\n\u00a0\u3000\u2007\u202f")
