"""The columns of the supplier spreadsheet: how their headings are written and how they are recognised."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.registering import Field, to_half_width
from app.suppliers.archive import FileFault
from app.suppliers.workbook import Cell, column_letters

# A title and a few lines of explanation may stand above the headings.
ROWS_ABOVE = 10


class Column(StrEnum):
    """What a column holds; the first eight are the fields of an application."""

    NAME_ZH = Field.NAME_ZH.value
    NAME_EN = Field.NAME_EN.value
    CREDIT_CODE = Field.CREDIT_CODE.value
    CITY = Field.CITY.value
    CATEGORIES = Field.CATEGORIES.value
    CONTACT_NAME = Field.CONTACT_NAME.value
    CONTACT_EMAIL = Field.CONTACT_EMAIL.value
    CONTACT_PHONE = Field.CONTACT_PHONE.value
    QUALITY = "quality"
    DELIVERY = "delivery"
    CREDIT = "credit"
    VALID_UNTIL = "valid_until"


REQUIRED = (Column.NAME_ZH, Column.CREDIT_CODE, Column.CATEGORIES, Column.CONTACT_EMAIL)
MARKS = (Column.QUALITY, Column.DELIVERY, Column.CREDIT)

# As the template prints them, Chinese and English.
HEADINGS: dict[Column, tuple[str, str]] = {
    Column.NAME_ZH: ("企业名称", "Name (Chinese)"),
    Column.NAME_EN: ("英文名称", "Name (English)"),
    Column.CREDIT_CODE: ("统一社会信用代码", "Unified social credit code"),
    Column.CITY: ("城市", "City"),
    Column.CATEGORIES: ("品类", "Categories"),
    Column.CONTACT_NAME: ("联系人", "Contact name"),
    Column.CONTACT_EMAIL: ("联系邮箱", "Contact e-mail"),
    Column.CONTACT_PHONE: ("联系电话", "Contact phone"),
    Column.QUALITY: ("质量得分", "Quality"),
    Column.DELIVERY: ("交付得分", "Delivery"),
    Column.CREDIT: ("信用得分", "Credit"),
    Column.VALID_UNTIL: ("有效期至", "Valid until"),
}
# Other spellings seen in buyers' sheets.
_OTHERS: dict[Column, tuple[str, ...]] = {
    Column.NAME_ZH: ("供应商名称", "供应商", "公司名称", "中文名称", "supplier", "supplier name", "chinese name"),
    Column.NAME_EN: ("公司英文名称", "english name"),
    Column.CREDIT_CODE: ("信用代码", "社会信用代码", "税号", "credit code", "uscc"),
    Column.CITY: ("所在城市", "所在地"),
    Column.CATEGORIES: ("采购品类", "供货品类", "类别", "category"),
    Column.CONTACT_NAME: ("联系人姓名", "供应商代表", "contact"),
    Column.CONTACT_EMAIL: ("邮箱", "电子邮箱", "email", "mail", "contact mail"),
    Column.CONTACT_PHONE: ("电话", "手机", "手机号", "phone", "mobile"),
    Column.QUALITY: ("质量", "质量分", "quality score"),
    Column.DELIVERY: ("交付", "交付分", "delivery score"),
    Column.CREDIT: ("信用", "信用分", "credit score"),
    Column.VALID_UNTIL: ("有效期", "截止日期", "expiry"),
}
_IDLE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """Why a whole file is refused, with the numbers or columns that say what would be accepted."""

    fault: FileFault
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which place of a row holds which column, and the headings nobody understood."""

    header_row: int
    places: dict[Column, int]
    ignored: tuple[str, ...]


def read_layout(rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> Layout | FileRefusal:
    """Find the row of headings and what stands where; a required or a half set of columns missing refuses the file."""
    for number, cells in rows[:ROWS_ABOVE]:
        found = [(place, _column_of(cell.text)) for place, cell in enumerate(cells)]
        places = [(place, column) for place, column in found if column is not None]
        columns = [column for _, column in places]
        if Column.CREDIT_CODE not in columns and Column.NAME_ZH not in columns:
            continue
        twice = sorted({column.value for column in columns if columns.count(column) > 1})
        if twice:
            return FileRefusal(FileFault.COLUMN_TWICE, {"columns": ", ".join(twice)})
        missing = _missing(set(columns))
        if missing:
            return FileRefusal(FileFault.COLUMN_MISSING, {"columns": ", ".join(missing)})
        ignored = tuple(
            cells[place].text.strip()[:40] for place, column in found if column is None and cells[place].text.strip()
        )
        return Layout(number, {column: place for place, column in places}, ignored)
    return FileRefusal(FileFault.COLUMN_MISSING, {"columns": ", ".join(column.value for column in REQUIRED)})


def address_of(layout: Layout, column: Column, row: int) -> str:
    """The cell of a column in a row."""
    return f"{column_letters(layout.places[column])}{row}"


def _missing(columns: set[Column]) -> list[str]:
    wanted = [*REQUIRED, *(MARKS if columns & set(MARKS) else ())]
    return [column.value for column in wanted if column not in columns]


def _bare(heading: str) -> str:
    return _IDLE.sub("", to_half_width(heading).casefold())


_BY_HEADING = {
    _bare(heading): column for column in Column for heading in (column.value, *HEADINGS[column], *_OTHERS[column])
}


def _column_of(heading: str) -> Column | None:
    # A hint in brackets behind the heading, "质量得分（0-100）", is not part of it.
    plain = re.split(r"[(（\[【]", heading, maxsplit=1)[0]
    return _BY_HEADING.get(_bare(heading)) or _BY_HEADING.get(_bare(plain))
