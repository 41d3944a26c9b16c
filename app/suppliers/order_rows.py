"""Reading the rows of a file of orders or deliveries: each becomes what the form would have given, or faulty cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.credit_code import parse_credit_code
from app.domain.money import LARGEST_SCALE, AmountFault, fits_scale, normalise_typed
from app.domain.ordering import NewDelivery, NewOrder, OrderField
from app.domain.performance import Promise
from app.domain.refusals import Refusal
from app.domain.registering import FieldFault, parse_day, to_half_width
from app.suppliers.headings import Layout
from app.suppliers.order_columns import DAYS, NUMBERS, OPTIONAL
from app.suppliers.workbook import Cell, CellKind, Sheet

# As much of a cell as goes back to the person.
KEPT_TEXT = 200
# A spreadsheet keeps fifteen digits of a number; a longer one has lost its last.
MOST_DIGITS = 15
LONGEST_QUANTITY = 20


@dataclass(frozen=True, slots=True)
class OrderCellFault:
    """One cell that stands in the way of its row."""

    row: int
    cell: str
    column: OrderField
    code: FieldFault
    text: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row: its texts, and the numbers and days that could be read; what could not is in `faults`."""

    number: int
    typed: Mapping[OrderField, str]
    amounts: Mapping[OrderField, Decimal]
    days: Mapping[OrderField, date]
    faults: tuple[OrderCellFault, ...]

    @property
    def order_number(self) -> str:
        """The order it belongs to, with single blanks as `check_order` spells it."""
        return " ".join(self.typed[OrderField.ORDER_NUMBER].split())


def read_order_rows(sheet: Sheet, layout: Layout[OrderField]) -> list[OrderRow]:
    """Every row below the headings that holds something in a known column."""
    body = [(number, cells) for number, cells in sheet.rows if number > layout.header_row]
    places = set(layout.places.values())
    return [_read(layout, number, cells) for number, cells in body if any(_is_filled(cells, at) for at in places)]


def fault_of(layout: Layout[OrderField], row: OrderRow, column: OrderField, code: FieldFault) -> OrderCellFault:
    """A fault of a cell with what was typed there."""
    # A column the file need not have has no cell: its row's first one stands for it.
    at = column if column in layout.places else OrderField.ORDER_NUMBER
    return OrderCellFault(row.number, layout.address(at, row.number), at, code, row.typed[at][:KEPT_TEXT])


def order_of(rows: Sequence[OrderRow]) -> NewOrder:
    """The order that these rows tell, a promise each. Precondition: rows without faults, of one order."""
    first = rows[0].typed
    return NewOrder(
        number=first[OrderField.ORDER_NUMBER],
        category=first[OrderField.CATEGORY],
        item=first[OrderField.ITEM],
        unit=first[OrderField.UNIT],
        promises=tuple(Promise(row.days[OrderField.PROMISED_ON], row.amounts[OrderField.QUANTITY]) for row in rows),
        contract=first.get(OrderField.CONTRACT, ""),
    )


def delivery_of(row: OrderRow) -> NewDelivery:
    """The delivery that a row tells. Precondition: a row without faults."""
    service = row.amounts.get(OrderField.SERVICE)
    return NewDelivery(
        number=row.typed[OrderField.DELIVERY_NUMBER],
        on=row.days[OrderField.DELIVERED_ON],
        accepted=row.amounts[OrderField.ACCEPTED],
        rejected=row.amounts.get(OrderField.REJECTED, Decimal(0)),
        service=None if service is None else int(service),
        note=row.typed.get(OrderField.NOTE, ""),
    )


def _is_filled(cells: Sequence[Cell], place: int) -> bool:
    return place < len(cells) and (bool(cells[place].text.strip()) or cells[place].is_merged)


def _read(layout: Layout[OrderField], number: int, cells: Sequence[Cell]) -> OrderRow:
    typed: dict[OrderField, str] = {}
    amounts: dict[OrderField, Decimal] = {}
    days: dict[OrderField, date] = {}
    faults: list[OrderCellFault] = []
    for column, place in sorted(layout.places.items(), key=lambda item: item[1]):
        cell = cells[place] if place < len(cells) else Cell("", "", CellKind.EMPTY)
        typed[column] = cell.text
        value = _value(column, cell)
        if isinstance(value, FieldFault):
            address = layout.address(column, number)
            faults.append(OrderCellFault(number, address, column, value, cell.text[:KEPT_TEXT]))
        elif isinstance(value, Decimal):
            amounts[column] = value
        elif isinstance(value, date):
            days[column] = value
    return OrderRow(number, typed, amounts, days, tuple(faults))


def _value(column: OrderField, cell: Cell) -> Decimal | date | FieldFault | None:
    """A number or a day as read, None for a text that may stand, or what is wrong with the cell."""
    broken = broken_cell(cell)
    if broken is not None:
        return broken
    if not cell.text.strip():
        return None if column in OPTIONAL else FieldFault.MISSING_VALUE
    if column in NUMBERS:
        value = read_number(cell)
        is_part = isinstance(value, Decimal) and column is OrderField.SERVICE and value != value.to_integral_value()
        return FieldFault.OUT_OF_RANGE if is_part else value
    if column in DAYS:
        return read_day(cell)
    return _text_fault(column, cell)


def broken_cell(cell: Cell) -> FieldFault | None:
    """What no column takes: a merged cell, a formula, an error."""
    if cell.is_merged:
        return FieldFault.MERGED_CELL
    return {CellKind.FORMULA: FieldFault.FORMULA_IN_CELL, CellKind.ERROR: FieldFault.ERROR_IN_CELL}.get(cell.kind)


def read_day(cell: Cell) -> date | FieldFault:
    """The day in a cell. A number in a column of days is a count or a year: nobody can tell which."""
    return parse_day(cell.text) if cell.kind in (CellKind.DATE, CellKind.TEXT) else FieldFault.NOT_A_DATE


def read_number(cell: Cell) -> Decimal | FieldFault:
    """The number in a cell, exactly."""
    if cell.kind not in (CellKind.NUMBER, CellKind.TEXT):
        return FieldFault.NOT_A_NUMBER
    read = cell.text if cell.kind is CellKind.NUMBER else normalise_typed(to_half_width(cell.text))
    if isinstance(read, AmountFault):
        return FieldFault.AMBIGUOUS if read is AmountFault.AMBIGUOUS else FieldFault.NOT_A_NUMBER
    value = Decimal(read)
    # Beyond this the exact reading of a cell ends, and so does every true quantity.
    if not value.is_finite() or len(read) > LONGEST_QUANTITY:
        return FieldFault.OUT_OF_RANGE
    return value if fits_scale(value, LARGEST_SCALE) else FieldFault.OUT_OF_RANGE


def is_no_text(cell: Cell) -> bool:
    """Whether a cell holds a day, or a number that has lost digits, where a text is wanted."""
    is_long = cell.kind is CellKind.NUMBER and len(cell.text) > MOST_DIGITS
    return cell.kind in (CellKind.DATE, CellKind.OTHER) or is_long


def _text_fault(column: OrderField, cell: Cell) -> FieldFault | None:
    if is_no_text(cell):
        return FieldFault.NUMBER_NOT_TEXT
    if column is OrderField.CREDIT_CODE and isinstance(parse_credit_code(cell.text), Refusal):
        return FieldFault.BAD_CREDIT_CODE
    return None
