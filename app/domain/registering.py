"""Registering a supplier: what an application must hold, field by field, the same from a form and from a spreadsheet.

Serves DESIGN.md section 3 (supplier), SCREENS.md 1.4 (half-width, never a changed meaning), attacks.md I03 and C07.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from app.domain.categories import CATEGORIES, find_category
from app.domain.credit_code import CreditCode, parse_credit_code
from app.domain.refusals import Refusal

# A registered name of a Chinese company has at most some sixty characters; an English one twice that.
LONGEST_NAME = 120
LONGEST_CITY = 60
MOST_CATEGORIES = 20
# RFC 5321 section 4.5.3.1.3: a path of 256 octets with its brackets.
LONGEST_EMAIL = 254

# Half-width twins of full-width ASCII: typed with a Chinese keyboard, the same characters.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Control, format (direction marks, zero width), surrogate, private use, unassigned: never part of a name.
_HIDDEN_CLASSES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+(?P<top>[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9])")
_PHONE = re.compile(r"\+?[0-9(][0-9() -]{3,22}[0-9](?: ?(?:x|ext\.?|转) ?[0-9]{1,6})?", re.IGNORECASE)
_CATEGORY_MARKS = re.compile(r"[;,\n；，、|]")
_DAY = re.compile(r"(?P<year>20[0-9]{2})\s*[-/.年]\s*(?P<month>[0-9]{1,2})\s*[-/.月]\s*(?P<day>[0-9]{1,2})\s*日?")
# Contact data in a free text would reach the buyer beside the dossier (attacks.md C07): mail, link, number to call.
_CONTACT_MARKS = re.compile(r"@|://|www\.|(?:\d[ -]?){7,}|微信|wechat|\bqq\b", re.IGNORECASE)


class FieldFault(StrEnum):
    """What is wrong with one field or one cell."""

    MISSING_VALUE = "MISSING_VALUE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    BAD_CHARACTERS = "BAD_CHARACTERS"
    BAD_CREDIT_CODE = "BAD_CREDIT_CODE"
    BAD_EMAIL = "BAD_EMAIL"
    BAD_PHONE = "BAD_PHONE"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    CONTACT_IN_TEXT = "CONTACT_IN_TEXT"
    # Of spreadsheets only.
    MERGED_CELL = "MERGED_CELL"
    FORMULA_IN_CELL = "FORMULA_IN_CELL"
    ERROR_IN_CELL = "ERROR_IN_CELL"
    NUMBER_NOT_TEXT = "NUMBER_NOT_TEXT"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    AMBIGUOUS = "AMBIGUOUS"
    NOT_A_DATE = "NOT_A_DATE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    # Of orders and deliveries: who and what a row belongs to, and the fellow rows of one order.
    UNKNOWN_SUPPLIER = "UNKNOWN_SUPPLIER"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    OTHER_ROW = "OTHER_ROW"
    # The contract an order names.
    UNKNOWN_CONTRACT = "UNKNOWN_CONTRACT"
    OTHER_SUPPLIER = "OTHER_SUPPLIER"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    # Of payments: which milestone, which word, and what no file brings back.
    UNKNOWN_MILESTONE = "UNKNOWN_MILESTONE"
    UNKNOWN_WORD = "UNKNOWN_WORD"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    MORE_THAN_LEFT = "MORE_THAN_LEFT"
    TAKEN_BACK = "TAKEN_BACK"


class Field(StrEnum):
    """The fields of an application."""

    NAME_ZH = "name_zh"
    NAME_EN = "name_en"
    CREDIT_CODE = "credit_code"
    CITY = "city"
    CATEGORIES = "categories"
    CONTACT_NAME = "contact_name"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"


@dataclass(frozen=True, slots=True)
class Contact:
    """The representative: contact data of VISIBILITY.md d06, sealed wherever it is stored."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class TypedApplication:
    """As a person wrote it."""

    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: Sequence[str]
    contact: Contact


@dataclass(frozen=True, slots=True)
class Application:
    """Checked and in its one spelling."""

    name_zh: str
    name_en: str
    credit_code: CreditCode
    city: str
    categories: tuple[str, ...]
    contact: Contact


Faults = dict[Field, FieldFault]


def check_application(typed: TypedApplication) -> Application | Faults:
    """The application in its one spelling, or every field that is wrong with what is wrong. Nothing is guessed."""
    faults: Faults = {}
    name_zh = _take(faults, Field.NAME_ZH, check_name(typed.name_zh))
    name_en = _take(faults, Field.NAME_EN, check_name(typed.name_en, required=False))
    city = _take(faults, Field.CITY, check_text(typed.city, LONGEST_CITY, required=False))
    categories = check_categories(typed.categories)
    if isinstance(categories, FieldFault):
        faults[Field.CATEGORIES] = categories
    contact = check_contact(typed.contact, faults)
    code = check_credit_code(typed.credit_code)
    if isinstance(code, FieldFault):
        faults[Field.CREDIT_CODE] = code
    if faults or isinstance(code, FieldFault) or isinstance(categories, FieldFault):
        return faults
    return Application(name_zh, name_en, code, city, categories, contact)


def check_credit_code(typed: str) -> CreditCode | FieldFault:
    """A code of GB 32100-2015, or what is wrong with it."""
    if not typed.strip():
        return FieldFault.MISSING_VALUE
    code = parse_credit_code(typed)
    return FieldFault.BAD_CREDIT_CODE if isinstance(code, Refusal) else code


def check_contact(typed: Contact, faults: Faults) -> Contact:
    """The representative in one spelling; what is wrong goes into `faults`."""
    return Contact(
        name=_take(faults, Field.CONTACT_NAME, check_name(typed.name, required=False)),
        email=_take(faults, Field.CONTACT_EMAIL, check_email(typed.email)),
        phone=_take(faults, Field.CONTACT_PHONE, check_phone(typed.phone)),
    )


def check_name(typed: str, *, required: bool = True) -> str | FieldFault:
    """A name in NFC with single blanks, without hidden characters: look-alikes are one name (attacks.md I03)."""
    return check_text(typed, LONGEST_NAME, required=required)


def check_text(typed: str, longest: int, *, required: bool = True) -> str | FieldFault:
    """One line of text in NFC, or why it is none."""
    if len(typed) > 4 * longest:
        return FieldFault.TEXT_TOO_LONG
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not text:
        return FieldFault.MISSING_VALUE if required else ""
    if any(unicodedata.category(char) in _HIDDEN_CLASSES for char in text):
        return FieldFault.BAD_CHARACTERS
    return FieldFault.TEXT_TOO_LONG if len(text) > longest else text


def check_title(typed: str, longest: int) -> str | FieldFault:
    """A title shown to the buyer: one line without contact data. attacks.md C07."""
    text = check_text(typed, longest)
    if isinstance(text, FieldFault):
        return text
    return FieldFault.CONTACT_IN_TEXT if _CONTACT_MARKS.search(to_half_width(text)) else text


def check_email(typed: str) -> str | FieldFault:
    """An address of the plain ASCII form that every mail server takes."""
    email = to_half_width(typed).strip()
    if not email:
        return FieldFault.MISSING_VALUE
    match = _EMAIL.fullmatch(email) if len(email) <= LONGEST_EMAIL else None
    # RFC 5321 section 4.5.3.1.1: a local part has at most 64 octets.
    return email if match is not None and len(match["local"]) <= 64 else FieldFault.BAD_EMAIL


def check_phone(typed: str) -> str | FieldFault:
    """A number a person can dial, or nothing: a phone is optional."""
    phone = " ".join(to_half_width(typed[:80]).split())
    return phone if not phone or _PHONE.fullmatch(phone) else FieldFault.BAD_PHONE


def check_categories(typed: Sequence[str]) -> tuple[str, ...] | FieldFault:
    """Known categories, each once, in the order of the list; written as code or name."""
    if not any(name.strip() for name in typed):
        return FieldFault.MISSING_VALUE
    found = {find_category(to_half_width(name)) for name in typed if name.strip()}
    if None in found or len(typed) > MOST_CATEGORIES:
        return FieldFault.UNKNOWN_CATEGORY
    return tuple(code for code in CATEGORIES if code in found)


def parse_day(typed: str) -> date | FieldFault:
    """A day written year first (2027-03-31, 2027年3月31日); another order may mean two days and is refused."""
    match = _DAY.fullmatch(to_half_width(typed).strip())
    if match is None:
        return FieldFault.NOT_A_DATE
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return FieldFault.NOT_A_DATE


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The instant at which a day is over in a zone: "valid until the 31st" includes the whole 31st."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def split_categories(typed: str) -> list[str]:
    """The names in one cell, between commas, semicolons, 顿号 or line breaks."""
    return [name for name in (part.strip() for part in _CATEGORY_MARKS.split(typed)) if name]


def to_half_width(typed: str) -> str:
    """Full-width ASCII and the ideographic space as their half-width twins; nothing else changes. SCREENS.md 1.4."""
    return typed.translate(_HALF_WIDTH)


def _take(faults: Faults, field: Field, value: str | FieldFault) -> str:
    # FieldFault is a str as well, so it is asked for first.
    if isinstance(value, FieldFault):
        faults[field] = value
        return ""
    return value
