"""Reading the rows of a supplier spreadsheet: each becomes an application, or a list of cells with what is wrong.

SCREENS.md 1.4 and check 9: full-width digits are converted where they mean one thing, `1.234,56` is refused as
ambiguous, nothing changes its magnitude and nothing typed is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from app.domain.certification import Marks
from app.domain.money import AmountFault, normalise_typed
from app.domain.refusals import Refusal
from app.domain.registering import (
    Application,
    Contact,
    FieldFault,
    TypedApplication,
    check_application,
    end_of_day,
    parse_day,
    split_categories,
    to_half_width,
)
from app.suppliers.archive import FileFault
from app.suppliers.certifying import Certify, check_certification
from app.suppliers.columns import MARKS, Column, read_layout
from app.suppliers.headings import FileRefusal, Layout
from app.suppliers.workbook import Cell, CellKind, Sheet

MOST_ROWS = 10_000
# As much of a cell as goes back to the person; a longer one is cut in the answer, not in the fault.
KEPT_TEXT = 500
# Without a date a certificate runs for a year, the usual rhythm of audits.
USUAL_VALIDITY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CellFault:
    """One cell that stands in the way of its row."""

    row: int
    cell: str
    column: Column
    code: FieldFault
    text: str
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row: ready to be registered if it has an application and no fault; `typed` is kept for the error sheet."""

    number: int
    typed: dict[Column, str]
    application: Application | None
    certify: Certify | None
    faults: tuple[CellFault, ...]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The rows below the headings and the headings nobody understood."""

    layout: Layout[Column]
    rows: tuple[ImportRow, ...]


def read_rows(sheet: Sheet, *, at: datetime, zone: tzinfo) -> ReadRows | FileRefusal:
    """Every row below the headings, with the faults that can be told without the database."""
    layout = read_layout(sheet.rows)
    if isinstance(layout, FileRefusal):
        return layout
    body = [(number, cells) for number, cells in sheet.rows if number > layout.header_row]
    wanted = set(layout.places.values())
    body = [(number, cells) for number, cells in body if any(_is_filled(cells, place) for place in wanted)]
    if not body:
        return FileRefusal(FileFault.NO_ROWS, {})
    if len(body) > MOST_ROWS:
        return FileRefusal(FileFault.TOO_LARGE, {"most_rows": str(MOST_ROWS)})
    reader = _Reader(layout, at, zone)
    return ReadRows(layout, tuple(_mark_duplicates([reader.read(number, cells) for number, cells in body], layout)))


def fault_at(
    layout: Layout[Column], row: ImportRow, column: Column, code: FieldFault, detail: dict[str, str]
) -> CellFault:
    """A fault of a cell with what was typed there."""
    text = row.typed.get(column, "")[:KEPT_TEXT]
    return CellFault(row.number, layout.address(column, row.number), column, code, text, detail)


def _is_filled(cells: Sequence[Cell], place: int) -> bool:
    return place < len(cells) and (bool(cells[place].text.strip()) or cells[place].is_merged)


def _mark_duplicates(rows: Sequence[ImportRow], layout: Layout[Column]) -> Iterator[ImportRow]:
    first: dict[tuple[Column, str], int] = {}
    for row in rows:
        faults = []
        for column, key in _keys(row):
            before = first.setdefault((column, key), row.number)
            if before != row.number:
                faults.append(fault_at(layout, row, column, FieldFault.DUPLICATE_IN_FILE, {"row": str(before)}))
        yield row if not faults else ImportRow(row.number, row.typed, None, None, (*row.faults, *faults))


def _keys(row: ImportRow) -> Iterator[tuple[Column, str]]:
    if row.application is not None:
        yield Column.CREDIT_CODE, row.application.credit_code
        yield Column.CONTACT_EMAIL, row.application.contact.email.casefold()


class _Reader:
    """Reads one row after another by one layout."""

    def __init__(self, layout: Layout[Column], at: datetime, zone: tzinfo) -> None:
        self.layout = layout
        self.at = at
        self.zone = zone

    def read(self, number: int, cells: Sequence[Cell]) -> ImportRow:
        here = {
            column: cells[place] if place < len(cells) else Cell("", "", CellKind.EMPTY)
            for column, place in self.layout.places.items()
        }
        typed = {column: cell.text for column, cell in here.items()}
        broken = {column: code for column, cell in here.items() if (code := _broken(column, cell)) is not None}
        faults = {column: (code, dict[str, str]()) for column, code in broken.items()}
        application = self._application(typed, faults)
        certify = self._certify(here, faults)
        listed = tuple(
            CellFault(number, self.layout.address(column, number), column, code, typed[column][:KEPT_TEXT], detail)
            for column, (code, detail) in sorted(faults.items(), key=lambda item: self.layout.places[item[0]])
        )
        return ImportRow(number, typed, None if listed else application, certify, listed)

    def _application(
        self, typed: dict[Column, str], faults: dict[Column, tuple[FieldFault, dict[str, str]]]
    ) -> Application | None:
        checked = check_application(
            TypedApplication(
                name_zh=typed[Column.NAME_ZH],
                name_en=typed.get(Column.NAME_EN, ""),
                credit_code=typed[Column.CREDIT_CODE],
                city=typed.get(Column.CITY, ""),
                categories=split_categories(typed[Column.CATEGORIES]),
                contact=Contact(
                    name=typed.get(Column.CONTACT_NAME, ""),
                    email=typed[Column.CONTACT_EMAIL],
                    phone=typed.get(Column.CONTACT_PHONE, ""),
                ),
            )
        )
        if isinstance(checked, Application):
            return checked
        for wrong, code in checked.items():
            # What is wrong with the cell itself explains more than what is wrong with its text.
            faults.setdefault(Column(wrong.value), (code, {}))
        return None

    def _certify(
        self, here: dict[Column, Cell], faults: dict[Column, tuple[FieldFault, dict[str, str]]]
    ) -> Certify | None:
        filled = [column for column in (*MARKS, Column.VALID_UNTIL) if column in here and here[column].text.strip()]
        if not filled or MARKS[0] not in here:
            return None
        marks: list[Decimal] = []
        for column in MARKS:
            mark = FieldFault.MISSING_VALUE if not here[column].text.strip() else _mark(here[column])
            if isinstance(mark, FieldFault):
                faults.setdefault(column, (mark, {}))
            else:
                marks.append(mark)
        valid_until = self._valid_until(here.get(Column.VALID_UNTIL))
        if isinstance(valid_until, FieldFault):
            faults.setdefault(Column.VALID_UNTIL, (valid_until, {}))
        if len(marks) < len(MARKS) or isinstance(valid_until, FieldFault):
            return None
        certify = Certify(marks=Marks(*marks), valid_until=valid_until)
        refusal = check_certification(certify, self.at)
        if isinstance(refusal, Refusal):
            column = Column(refusal.detail["field"])
            faults.setdefault(column, (FieldFault(refusal.code.value), dict(refusal.detail)))
            return None
        return certify

    def _valid_until(self, cell: Cell | None) -> datetime | FieldFault:
        if cell is None or not cell.text.strip():
            return self.at + USUAL_VALIDITY
        # A number in a date column is a day count or a year: nobody can tell which.
        day = parse_day(cell.text) if cell.kind in (CellKind.DATE, CellKind.TEXT) else FieldFault.NOT_A_DATE
        return end_of_day(day, self.zone) if isinstance(day, date) else day


def _broken(column: Column, cell: Cell) -> FieldFault | None:
    """What is wrong with a cell before its text is read."""
    if cell.is_merged:
        return FieldFault.MERGED_CELL
    if cell.kind is CellKind.FORMULA:
        return FieldFault.FORMULA_IN_CELL
    if cell.kind is CellKind.ERROR:
        return FieldFault.ERROR_IN_CELL
    if column is Column.CREDIT_CODE and cell.kind is CellKind.NUMBER:
        # Eighteen digits kept as a number have lost the last three.
        return FieldFault.NUMBER_NOT_TEXT
    is_text = column not in (*MARKS, Column.VALID_UNTIL)
    return FieldFault.NUMBER_NOT_TEXT if is_text and cell.kind in (CellKind.DATE, CellKind.OTHER) else None


def _mark(cell: Cell) -> Decimal | FieldFault:
    if cell.kind is CellKind.NUMBER:
        return Decimal(cell.text)
    if cell.kind is not CellKind.TEXT:
        return FieldFault.NOT_A_NUMBER
    read = normalise_typed(to_half_width(cell.text))
    if isinstance(read, AmountFault):
        return FieldFault.AMBIGUOUS if read is AmountFault.AMBIGUOUS else FieldFault.NOT_A_NUMBER
    return Decimal(read)
