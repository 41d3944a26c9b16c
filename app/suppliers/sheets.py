"""The spreadsheets this room gives out: the template of the import and the sheet of the rows that were refused."""

import io
from collections import defaultdict
from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.domain.categories import CATEGORIES
from app.domain.registering import FieldFault
from app.infra.workbooks import open_book
from app.suppliers.columns import HEADINGS, MARKS, REQUIRED, Column
from app.suppliers.import_report import Report
from app.suppliers.import_rows import MOST_ROWS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Typed text never becomes a formula or a link: a cell "=HYPERLINK(…)" comes back as the text it was.
_WIDTHS = {Column.CREDIT_CODE: 24, Column.NAME_ZH: 28, Column.NAME_EN: 28, Column.CONTACT_EMAIL: 28}
_SHEETS = (("供应商", "说明", "品类"), ("Suppliers", "How to", "Categories"))
_FAULT_HEADING = ("需修改之处", "To correct")
_HELP: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "每行一家供应商；带 * 的列必填。",
        "统一社会信用代码为 18 位文本，含校验位；全角字符会自动转为半角。",
        "品类可填代码或名称，多个品类以分号隔开，见“品类”表。",
        "质量、交付、信用得分为 0–100，最多两位小数；三项齐全时自动提交认证审批，三项均空则只登记。",
        "得分请勿使用千位分隔；“1.234,56” 这类含义不明的写法会被退回，不会猜测。",
        "有效期写作 2027-12-31；留空为一年。",
        "请勿合并单元格，请勿使用公式：先“选择性粘贴为数值”。",
        f"每个文件最多 {MOST_ROWS} 行；有误的行不会登记，会逐格列出，可下载更正后再次上传。",
    ),
    (
        "One supplier a row; columns marked * are required.",
        "The unified social credit code is text of 18 characters with a check character; full-width is converted.",
        "Categories by code or name, several separated by semicolons; see the sheet Categories.",
        "Quality, delivery and credit from 0 to 100, at most two decimals; all three propose a certification.",
        "No thousands separators in scores: “1.234,56” may mean two things and is refused, never guessed.",
        "Validity as 2027-12-31; empty means one year.",
        "No merged cells and no formulas: paste values first.",
        f"At most {MOST_ROWS} rows a file. Rows with faults are not registered; each cell is listed for correction.",
    ),
)
_FAULTS: Mapping[FieldFault, tuple[str, str]] = {
    FieldFault.MISSING_VALUE: ("未填写", "missing"),
    FieldFault.TEXT_TOO_LONG: ("过长", "too long"),
    FieldFault.BAD_CHARACTERS: ("含不可见字符", "hidden characters"),
    FieldFault.BAD_CREDIT_CODE: (
        "统一社会信用代码有误（格式或校验位）",
        "not a credit code (form or check character)",
    ),
    FieldFault.BAD_EMAIL: ("邮箱有误", "not an e-mail address"),
    FieldFault.BAD_PHONE: ("电话有误", "not a phone number"),
    FieldFault.UNKNOWN_CATEGORY: ("品类不存在", "unknown category"),
    FieldFault.CONTACT_IN_TEXT: ("含联系方式", "contains contact data"),
    FieldFault.MERGED_CELL: ("合并单元格", "merged cell"),
    FieldFault.FORMULA_IN_CELL: ("含公式，请粘贴为数值", "formula; paste the value"),
    FieldFault.ERROR_IN_CELL: ("单元格为错误值", "error value"),
    FieldFault.NUMBER_NOT_TEXT: ("应为文本，数字格式已丢失末位", "must be text; as a number its last digits are lost"),
    FieldFault.NOT_A_NUMBER: ("不是数字", "not a number"),
    FieldFault.AMBIGUOUS: ("数字含义不明", "ambiguous number"),
    FieldFault.NOT_A_DATE: ("不是日期（写作 2027-12-31）", "not a date (write 2027-12-31)"),
    FieldFault.OUT_OF_RANGE: ("超出范围", "out of range"),
    FieldFault.BELOW_MINIMUM: ("低于合格线", "below the minimum"),
    FieldFault.DUPLICATE_IN_FILE: ("文件内重复", "twice in this file"),
    FieldFault.ALREADY_EXISTS: ("已登记", "registered already"),
}


def make_template(locale: str) -> bytes:
    """An empty sheet with headings, text columns, checks on scores, an explanation and the list of categories."""
    tongue = _tongue(locale)
    names = _SHEETS[tongue]
    buffer = io.BytesIO()
    with open_book(buffer) as book:
        rows = book.add_worksheet(names[0])
        text = book.add_format({"num_format": "@"})
        for place, column in enumerate(Column):
            is_mark = column in MARKS
            rows.set_column(place, place, _WIDTHS.get(column, 16), None if is_mark else text)
            if is_mark:
                between = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
                rows.data_validation(1, place, MOST_ROWS, place, between)
        _write_headings(book, rows, tuple(Column), tongue)
        helping = book.add_worksheet(names[1])
        helping.set_column(0, 0, 110)
        for line, sentence in enumerate(_HELP[tongue]):
            helping.write_string(line, 0, sentence)
        listing = book.add_worksheet(names[2])
        listing.set_column(0, 2, 34)
        for line, category in enumerate(CATEGORIES.values()):
            for place, name in enumerate((category.code, category.name_zh, category.name_en)):
                listing.write_string(line, place, name)
    return buffer.getvalue()


def make_error_sheet(report: Report, locale: str) -> bytes:
    """The refused rows as they were typed, faulty cells coloured, with a column that says what to correct.

    It has the headings of the template, so that the corrected file is uploaded as it is.
    """
    tongue = _tongue(locale)
    buffer = io.BytesIO()
    with open_book(buffer) as book:
        sheet = book.add_worksheet(_SHEETS[tongue][0])
        plain, wrong = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bg_color": "#FFD6D6"})
        for place, column in enumerate(report.columns):
            sheet.set_column(place, place, _WIDTHS.get(column, 16), plain)
        sheet.set_column(len(report.columns), len(report.columns), 60)
        _write_headings(book, sheet, report.columns, tongue)
        sheet.write_string(0, len(report.columns), _FAULT_HEADING[tongue])
        faults: dict[int, dict[Column, FieldFault]] = defaultdict(dict)
        for fault in report.faults:
            faults[fault.row][fault.column] = fault.code
        for line, (number, typed) in enumerate(report.bad_rows, start=1):
            for place, column in enumerate(report.columns):
                sheet.write_string(line, place, typed.get(column, ""), wrong if column in faults[number] else plain)
            says = (f"{HEADINGS[column][tongue]}: {_FAULTS[code][tongue]}" for column, code in faults[number].items())
            sheet.write_string(line, len(report.columns), f"{number} | " + "; ".join(says), plain)
    return buffer.getvalue()


def _write_headings(book: xlsxwriter.Workbook, sheet: Worksheet, columns: tuple[Column, ...], tongue: int) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#E6F0FF", "border": 1})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, HEADINGS[column][tongue] + ("*" if column in REQUIRED else ""), bold)
    sheet.freeze_panes(1, 0)


def _tongue(locale: str) -> int:
    return 0 if locale.startswith("zh") else 1
