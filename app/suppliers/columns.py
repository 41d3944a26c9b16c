"""The columns of the supplier spreadsheet: how their headings are written and how they are recognised."""

from collections.abc import Sequence
from enum import StrEnum

from app.domain.registering import Field
from app.suppliers.headings import FileRefusal, Layout, find_layout, spellings
from app.suppliers.workbook import Cell


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


_BY_HEADING = spellings({column: (*HEADINGS[column], *_OTHERS[column]) for column in Column})


def read_layout(rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> Layout[Column] | FileRefusal:
    """The row of headings and what stands where; a required or a half set of columns missing refuses the file."""
    anchors = (Column.CREDIT_CODE, Column.NAME_ZH)
    return find_layout(rows, _BY_HEADING, anchors=anchors, needed=REQUIRED, together=MARKS)
