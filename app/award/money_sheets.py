"""Workbooks of payments and of the year for other programs. Typed text never becomes a formula or a link."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from fastapi import Response

from app.award.payment_reading import PaymentSheet
from app.domain.bundling import guard_cell
from app.domain.money import format_amount, minor_units
from app.infra.workbooks import open_book

Locale = Literal["zh", "en"]
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = {
    "zh": (
        "采购", "节点", "供应商", "类型", "币种", "金额", "已开票", "已付", "未付",
        "起算日", "账期", "最后付款日", "状态", "逾期天数",
    ),
    "en": (
        "Tender", "Milestone", "Supplier", "Kind", "Currency", "Amount", "Invoiced", "Paid", "Owed",
        "Falls on", "Credit days", "Last day", "State", "Days late",
    ),
}  # fmt: skip
_NUMBERS = frozenset({5, 6, 7, 8, 10, 13})


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook: its name, its head, its rows; the columns of `numbers` are numbers where they are not
    empty."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Collection[int]


def make_book(pages: Sequence[Page]) -> bytes:
    """Sheets with a head each."""
    buffer = io.BytesIO()
    with open_book(buffer) as book:
        bold = book.add_format({"bold": True})
        for page in pages:
            # Its types know no Decimal; it writes one digit by digit.
            sheet: Any = book.add_worksheet(page.title)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(page.head), 16)
            for place, text in enumerate(page.head):
                sheet.write_string(0, place, text, bold)
            for line, row in enumerate(page.rows, start=1):
                for place, cell in enumerate(row):
                    if place in page.numbers and cell:
                        sheet.write_number(line, place, Decimal(cell))
                    else:
                        sheet.write_string(line, place, cell)
    return buffer.getvalue()


def payment_book(sheet: PaymentSheet, locale: Locale) -> bytes:
    """The milestones of a page, one a row, in its order."""
    title = "付款" if locale == "zh" else "Payments"
    return make_book([Page(title, _HEAD[locale], _payment_rows(sheet, locale), _NUMBERS)])


def _payment_rows(sheet: PaymentSheet, locale: Locale) -> list[list[str]]:
    rows = []
    for each in sheet.milestones:
        tender, terms, standing = sheet.tenders[each.tender_id], each.terms, each.standing(sheet.today)
        digits, names = minor_units(tender.currency), sheet.names[each.supplier_id]
        name = names.name_zh if locale == "zh" else names.name_en
        amounts = [
            format_amount(one, digits) for one in (terms.amount, standing.invoiced, standing.paid, standing.owed)
        ]
        days = [terms.falls_on.isoformat(), str(terms.credit_days), terms.due_on.isoformat()]
        what = [tender.reference, str(each.number), name, terms.kind.value, tender.currency]
        rows.append([*what, *amounts, *days, standing.state.value, str(standing.days_late)])
    return rows


def payment_csv(sheet: PaymentSheet, locale: Locale) -> bytes:
    """The same rows as .csv; the mark in front tells desks that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD[locale])
    writer.writerows([guard_cell(cell) for cell in row] for row in _payment_rows(sheet, locale))
    return text.getvalue().encode("utf-8-sig")


def sheet_of(content: bytes, name: str) -> Response:
    """A workbook to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
