"""The empty spreadsheets of the import of orders and deliveries."""

import io
from typing import Final

from app.infra.workbooks import open_book
from app.suppliers.order_columns import COLUMNS, HEADINGS, NUMBERS, OPTIONAL, FileKind
from app.suppliers.order_importing import MOST_ROWS
from app.suppliers.sheets import MEDIA_TYPE as SHEET_TYPE

MEDIA_TYPE: Final = SHEET_TYPE
_SHEETS: Final = {FileKind.ORDERS: ("订单", "Orders"), FileKind.DELIVERIES: ("到货", "Deliveries")}
_HELP: Final = (
    (
        "每行一个承诺交期；同一订单分批交货时，订单号相同、其余信息一致，每批一行。",
        "合同编号为所依据合同的采购任务编号，可留空；须为该供应商已签且有效的合同。",
        "到货表每行一张送货单；服务评分为 0–5 的整数，可留空。",
        "日期写作 2026-09-30；数量请勿使用千位分隔，请勿合并单元格或使用公式。",
        f"每个文件最多 {MOST_ROWS} 行；有误的行逐格列出，更正后可将整个文件再次上传，已登记的不会重复。",
    ),
    (
        "One promise a row; an order delivered in parts has one row a part, with the same number and the same facts.",
        "A contract is named by its tender's reference, or left empty; this supplier signed it and it is in force.",
        "One delivery note a row; the service mark is a whole number from 0 to 5 or empty.",
        "Days as 2026-09-30; no thousands separators, no merged cells, no formulas.",
        f"At most {MOST_ROWS} rows a file. Faulty cells are listed; send the mended file again, nothing doubles.",
    ),
)


def make_template(kind: FileKind, locale: str) -> bytes:
    """Headings, columns of texts so that numbers of orders keep their digits, and an explanation."""
    tongue = 0 if locale.startswith("zh") else 1
    buffer = io.BytesIO()
    with open_book(buffer) as book:
        sheet = book.add_worksheet(_SHEETS[kind][tongue])
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#E6F0FF"})
        for place, field in enumerate(COLUMNS[kind]):
            sheet.set_column(place, place, 22, None if field in NUMBERS else text)
            sheet.write_string(0, place, HEADINGS[field][tongue] + ("" if field in OPTIONAL else "*"), bold)
        sheet.freeze_panes(1, 0)
        helping = book.add_worksheet(("说明", "How to")[tongue])
        helping.set_column(0, 0, 110)
        for line, sentence in enumerate(_HELP[tongue]):
            helping.write_string(line, 0, sentence)
    return buffer.getvalue()
