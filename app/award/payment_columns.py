"""The columns of an ERP's payment file, its rows as lines of domain/payment_matching, and the empty spreadsheet."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.payment_matching import METHODS, STATES, Line, PaymentField, document_of
from app.domain.registering import FieldFault, check_text, to_half_width
from app.infra.workbooks import open_book
from app.suppliers.headings import FileRefusal, Layout, find_layout, spellings
from app.suppliers.order_rows import KEPT_TEXT, broken_cell, is_no_text, read_day, read_number
from app.suppliers.workbook import Cell, CellKind, Sheet

MOST_ROWS: Final = 2_000
LONGEST_TEXT: Final = 60
_F = PaymentField
COLUMNS: Final = tuple(PaymentField)
OPTIONAL: Final = frozenset({_F.CURRENCY, _F.METHOD, _F.MATURES_ON})
_DAYS: Final = frozenset({_F.DATED_ON, _F.MATURES_ON})
_NUMBERS: Final = frozenset({_F.MILESTONE, _F.AMOUNT})
# As the template prints them, Chinese and English; then other spellings of ERP files.
HEADINGS: Final[Mapping[PaymentField, tuple[str, ...]]] = {
    _F.TENDER: ("采购", "Tender", "采购编号", "参考号", "reference", "tender reference"),
    _F.MILESTONE: ("节点", "Milestone", "付款节点", "节点号", "milestone number"),
    _F.STATE: ("状态", "State", "付款状态", "document type", "status"),
    _F.NUMBER: ("单据号", "Document number", "发票号", "付款单号", "invoice number", "payment reference"),
    _F.DATED_ON: ("日期", "Date", "开票日期", "付款日期", "invoice date", "payment date", "posting date"),
    _F.AMOUNT: ("金额", "Amount", "付款金额", "发票金额"),
    _F.CURRENCY: ("币种", "Currency", "货币", "curr"),
    _F.METHOD: ("付款方式", "Method", "支付方式", "payment method"),
    _F.MATURES_ON: ("到期日", "Matures on", "票据到期日", "maturity"),
}
_SHEETS: Final = (("付款", "说明"), ("Payments", "How to"))
_HELP: Final = (
    (
        "每行一张发票或一笔付款；节点号见“付款”页面导出的表格。",
        "状态：已开票（invoiced）或 已付（paid）。付款方式：转账（transfer）或 银行承兑汇票（draft），可留空。",
        "日期写作 2026-09-30；金额请勿使用千位分隔，请勿合并单元格或使用公式。",
        f"每个文件最多 {MOST_ROWS} 行；有误的行逐格列出，更正后可将整个文件再次上传，已登记的不会重复。",
    ),
    (
        "One invoice or payment a row; the workbook exported from the page of payments lists the milestones.",
        "State: invoiced or paid. Method: transfer or draft (bank acceptance draft); may be empty.",
        "Days as 2026-09-30; no thousands separators, no merged cells, no formulas.",
        f"At most {MOST_ROWS} rows a file. Faulty cells are listed; send the mended file again, nothing doubles.",
    ),
)


@dataclass(frozen=True, slots=True)
class PaymentCellFault:
    """One cell that stands in the way of its row."""

    row: int
    cell: str
    column: PaymentField
    code: FieldFault
    text: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One row: its texts, and the line that it is, or the faults of its cells."""

    number: int
    typed: Mapping[PaymentField, str]
    line: Line | None
    faults: tuple[PaymentCellFault, ...]


_KNOWN: Final = spellings(HEADINGS)


def find_payment_layout(sheet: Sheet) -> Layout[PaymentField] | FileRefusal:
    """The row of headings and what stands where; a required column missing refuses the file."""
    needed = [each for each in COLUMNS if each not in OPTIONAL]
    return find_layout(sheet.rows, _KNOWN, anchors=[_F.MILESTONE], needed=needed)


def read_payment_rows(sheet: Sheet, layout: Layout[PaymentField]) -> list[PaymentRow]:
    """Every row below the headings that holds something in a known column."""
    places = set(layout.places.values())
    body = [(number, cells) for number, cells in sheet.rows if number > layout.header_row]
    return [_read(layout, number, cells) for number, cells in body if any(_is_filled(cells, at) for at in places)]


def _is_filled(cells: Sequence[Cell], place: int) -> bool:
    return place < len(cells) and (bool(cells[place].text.strip()) or cells[place].is_merged)


Value = str | Decimal | date


def _read(layout: Layout[PaymentField], number: int, cells: Sequence[Cell]) -> PaymentRow:
    typed: dict[PaymentField, str] = {}
    values: dict[PaymentField, Value] = {}
    faults: list[PaymentCellFault] = []
    for column, place in sorted(layout.places.items(), key=lambda item: item[1]):
        cell = cells[place] if place < len(cells) else Cell("", "", CellKind.EMPTY)
        typed[column] = cell.text
        value = _value(column, cell)
        # FieldFault is a str as well, so it is asked for first.
        if isinstance(value, FieldFault):
            faults.append(fault_at(layout, number, typed, column, value))
        elif value is not None:
            values[column] = value
    return PaymentRow(number, typed, None if faults else _line(number, values), tuple(faults))


def fault_at(
    layout: Layout[PaymentField],
    row: int,
    typed: Mapping[PaymentField, str],
    column: PaymentField,
    code: FieldFault,
    detail: Mapping[str, str] | None = None,
) -> PaymentCellFault:
    """A fault of a cell with what was typed there."""
    at = column if column in layout.places else _F.MILESTONE
    return PaymentCellFault(row, layout.address(at, row), at, code, typed.get(at, "")[:KEPT_TEXT], detail or {})


def _value(column: PaymentField, cell: Cell) -> Value | FieldFault | None:
    broken = broken_cell(cell)
    if broken is not None:
        return broken
    if not cell.text.strip():
        return None if column in OPTIONAL else FieldFault.MISSING_VALUE
    if column in _DAYS:
        return read_day(cell)
    if column in _NUMBERS:
        value = read_number(cell)
        is_part = isinstance(value, Decimal) and column is _F.MILESTONE and value != value.to_integral_value()
        return FieldFault.OUT_OF_RANGE if is_part else value
    if is_no_text(cell):
        return FieldFault.NUMBER_NOT_TEXT
    return _text(column, cell.text)


def _text(column: PaymentField, typed: str) -> str | FieldFault:
    text = check_text(typed, LONGEST_TEXT)
    if isinstance(text, FieldFault):
        return text
    words = {_F.STATE: STATES, _F.METHOD: METHODS}.get(column)
    word = to_half_width(text).casefold().replace("_", " ")
    if words is not None:
        return word if word in words else FieldFault.UNKNOWN_WORD
    return text.upper() if column in (_F.TENDER, _F.CURRENCY) else text


def _line(number: int, values: Mapping[PaymentField, Value]) -> Line:
    """A row without faults: every column that must be filled is."""
    milestone, amount, dated_on = values[_F.MILESTONE], values[_F.AMOUNT], values[_F.DATED_ON]
    assert isinstance(milestone, Decimal)
    assert isinstance(amount, Decimal)
    assert isinstance(dated_on, date)
    matures_on, method = values.get(_F.MATURES_ON), values.get(_F.METHOD)
    document = document_of(
        STATES[str(values[_F.STATE])],
        str(values[_F.NUMBER]),
        amount,
        dated_on,
        None if method is None else METHODS[str(method)],
        matures_on if isinstance(matures_on, date) else None,
    )
    return Line(number, (str(values[_F.TENDER]), int(milestone)), document, str(values.get(_F.CURRENCY, "")))


def make_template(locale: str) -> bytes:
    """Headings, columns of texts so that numbers keep their digits, and an explanation."""
    tongue = 0 if locale.startswith("zh") else 1
    buffer = io.BytesIO()
    with open_book(buffer) as book:
        sheet = book.add_worksheet(_SHEETS[tongue][0])
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#E6F0FF"})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, 22, None if column in _NUMBERS else text)
            sheet.write_string(0, place, HEADINGS[column][tongue] + ("" if column in OPTIONAL else "*"), bold)
        sheet.freeze_panes(1, 0)
        helping = book.add_worksheet(_SHEETS[tongue][1])
        helping.set_column(0, 0, 110)
        for line, sentence in enumerate(_HELP[tongue]):
            helping.write_string(line, 0, sentence)
    return buffer.getvalue()
