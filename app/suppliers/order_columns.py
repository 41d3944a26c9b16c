"""The columns of the two files an ERP gives out: orders, and what was delivered; and .csv beside .xlsx."""

import csv
import io
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.ordering import OrderField
from app.suppliers.archive import SIGNATURE, FileFault, Limits
from app.suppliers.headings import FileRefusal, Layout, find_layout, spellings
from app.suppliers.workbook import Cell, CellKind, Sheet, column_letters, read_sheet


class FileKind(StrEnum):
    """What a file's rows are: a promise of an order each, or a delivery each."""

    ORDERS = "orders"
    DELIVERIES = "deliveries"


_F = OrderField
COLUMNS: Final[Mapping[FileKind, tuple[OrderField, ...]]] = {
    FileKind.ORDERS: (
        _F.ORDER_NUMBER, _F.CREDIT_CODE, _F.CATEGORY, _F.ITEM, _F.QUANTITY, _F.UNIT, _F.PROMISED_ON,
        _F.CONTRACT,
    ),
    FileKind.DELIVERIES: (
        _F.ORDER_NUMBER, _F.DELIVERY_NUMBER, _F.DELIVERED_ON, _F.ACCEPTED, _F.REJECTED, _F.SERVICE, _F.NOTE,
    ),
}  # fmt: skip
OPTIONAL: Final = frozenset({_F.REJECTED, _F.SERVICE, _F.NOTE, _F.CONTRACT})
NUMBERS: Final = frozenset({_F.QUANTITY, _F.ACCEPTED, _F.REJECTED, _F.SERVICE})
DAYS: Final = frozenset({_F.PROMISED_ON, _F.DELIVERED_ON})

# As the template prints them, Chinese and English; then other spellings of ERP files.
HEADINGS: Final[Mapping[OrderField, tuple[str, ...]]] = {
    _F.ORDER_NUMBER: ("订单号", "Order number", "采购订单号", "采购订单", "po", "po number", "purchase order"),
    _F.CREDIT_CODE: ("统一社会信用代码", "Unified social credit code", "信用代码", "税号", "credit code", "uscc"),
    _F.CATEGORY: ("品类", "Category", "采购品类", "类别"),
    _F.ITEM: ("物料", "Item", "物料描述", "品名", "名称", "description", "material"),
    _F.QUANTITY: ("数量", "Quantity", "订单数量", "采购数量", "qty"),
    _F.UNIT: ("单位", "Unit", "计量单位", "uom"),
    _F.PROMISED_ON: ("承诺交期", "Promised on", "交期", "交货日期", "promised date", "due date", "delivery date"),
    _F.DELIVERY_NUMBER: ("送货单号", "Delivery note", "收货单号", "入库单号", "goods receipt", "delivery number"),
    _F.DELIVERED_ON: ("到货日期", "Delivered on", "收货日期", "入库日期", "received on", "receipt date"),
    _F.ACCEPTED: ("合格数量", "Accepted", "合格数", "接收数量", "accepted quantity"),
    _F.REJECTED: ("不合格数量", "Rejected", "不合格数", "拒收数量", "rejected quantity"),
    _F.SERVICE: ("服务评分", "Service", "服务分", "service mark"),
    _F.CONTRACT: ("合同编号", "Contract", "合同", "合同号", "采购任务编号", "contract number", "contract no"),
    _F.NOTE: ("备注", "Note", "说明", "remark"),
}


def read_table(data: bytes, limits: Limits) -> Sheet | FileFault:
    """The rows of an .xlsx or .csv file, or why it is refused as a whole."""
    if data.startswith(SIGNATURE):
        return read_sheet(data, limits)
    if len(data) > limits.file_bytes:
        return FileFault.TOO_LARGE
    text = decode_text(data)
    if text is None or "\x00" in text:
        return FileFault.NOT_A_SPREADSHEET
    head = text.partition("\n")[0]
    # Comma, semicolon or tab: whichever the first line has most of.
    mark = max(",;\t", key=head.count)
    found: list[tuple[int, tuple[Cell, ...]]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), start=1):
            if number > limits.rows or len(row) > limits.columns:
                return FileFault.TOO_LARGE
            if any(cell.strip() for cell in row):
                found.append((number, tuple(_cell(number, place, cell) for place, cell in enumerate(row))))
    except csv.Error:
        return FileFault.NOT_A_SPREADSHEET
    return Sheet("csv", tuple(found)) if found else FileFault.NO_ROWS


_KNOWN: Final = {kind: spellings({field: HEADINGS[field] for field in fields}) for kind, fields in COLUMNS.items()}


def find_order_layout(sheet: Sheet, kind: FileKind) -> Layout[OrderField] | FileRefusal:
    """The row of headings and what stands where; a required column missing refuses the file."""
    needed = [field for field in COLUMNS[kind] if field not in OPTIONAL]
    return find_layout(sheet.rows, _KNOWN[kind], anchors=[_F.ORDER_NUMBER], needed=needed)


def decode_text(data: bytes) -> str | None:
    """The text of a .csv or .ics file, or None where it is none."""
    # Spreadsheets on Chinese desks save .csv in GB 18030; UTF-8 is tried first, for it cannot be taken for another.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _cell(row: int, place: int, text: str) -> Cell:
    return Cell(f"{column_letters(place)}{row}", text, CellKind.TEXT if text else CellKind.EMPTY, is_merged=False)
