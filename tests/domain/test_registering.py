"""What an application must hold, field by field; half-width, one spelling, nothing guessed."""

import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.categories import CATEGORIES, find_category
from app.domain.registering import (
    LONGEST_NAME,
    Application,
    Contact,
    Field,
    FieldFault,
    TypedApplication,
    check_application,
    check_categories,
    check_email,
    check_name,
    check_phone,
    check_title,
    end_of_day,
    parse_day,
    split_categories,
    to_half_width,
)

GOOD = TypedApplication("岚川", "", "91350100M000100Y43", "", ["compressors"], Contact("", "rep@lanchuan.example", ""))


@given(st.text(max_size=600))
def test_a_name_is_one_line_without_hidden_characters_or_a_fault(typed: str) -> None:
    found = check_name(typed)
    if not isinstance(found, FieldFault):
        assert 0 < len(found) <= LONGEST_NAME
        assert found == check_name(found) == " ".join(found.split())
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in found)


def test_two_spellings_of_one_name_are_one() -> None:
    assert check_name("Café  Compressor") == check_name("Cafe\u0301 Compressor\n") == "Café Compressor"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", FieldFault.MISSING_VALUE),
        (" \u3000\t", FieldFault.MISSING_VALUE),
        ("岚\u200b川", FieldFault.BAD_CHARACTERS),
        ("岚\u202e川", FieldFault.BAD_CHARACTERS),
        ("岚\x00川", FieldFault.BAD_CHARACTERS),
        ("岚\x1b[31m川", FieldFault.BAD_CHARACTERS),
        ("\ud800", FieldFault.BAD_CHARACTERS),
        ("岚" * (LONGEST_NAME + 1), FieldFault.TEXT_TOO_LONG),
        ("岚" * 100_000, FieldFault.TEXT_TOO_LONG),
    ],
)
def test_names_that_are_none(typed: str, fault: FieldFault) -> None:
    assert check_name(typed) is fault


def test_a_name_may_hold_what_names_hold() -> None:
    for name in ("岚" * LONGEST_NAME, "Müller & Söhne GmbH (中国)", "<b>O'Neil</b>", "𠮷野家"):
        assert check_name(name) == name


@pytest.mark.parametrize(
    "typed", ["a@b.cn", "first.last+tag@sub.lanchuan.example", " ａ＠ｂ．ｃｎ ", "x" * 64 + "@lanchuan.example"]
)
def test_addresses_that_are_addresses(typed: str) -> None:
    assert check_email(typed) == to_half_width(typed).strip()


@pytest.mark.parametrize(
    "typed",
    [
        "a", "@b.cn", "a@", "a@b", "a@b.c", "a@-b.cn", "a..b@c.cn", ".a@c.cn", "a b@c.cn", "a@b.cn,c@d.cn", "<a@b.cn>",
        "a@b.cn\nBcc: c@d.cn", "岚川@b.cn", "a@岚川.cn", "x" * 65 + "@b.cn", "a@" + "b." * 130 + "cn", "a@b.1",
    ],
)  # fmt: skip
def test_addresses_that_are_none(typed: str) -> None:
    assert check_email(typed) is FieldFault.BAD_EMAIL


@given(st.text(max_size=300))
def test_an_address_never_breaks_a_header(typed: str) -> None:
    found = check_email(typed)
    if not isinstance(found, FieldFault):
        assert found.isascii()
        assert found.isprintable()
        assert " " not in found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ""), (" ", ""), ("13800138000", "13800138000"), ("＋８６ １３８ ００１３ ８０００", "+86 138 0013 8000"),
        ("(021) 5555-0100 转 12", "(021) 5555-0100 转 12"), ("call me", FieldFault.BAD_PHONE),
        ("12", FieldFault.BAD_PHONE), ("1" * 30, FieldFault.BAD_PHONE), ("138;00138000", FieldFault.BAD_PHONE),
    ],
)  # fmt: skip
def test_phones(typed: str, found: str) -> None:
    assert check_phone(typed) == found


@pytest.mark.parametrize(
    "title",
    [
        "call 138 0013 8000", "mail zhao@lanchuan.example", "www.lanchuan.example", "https://lanchuan", "微信 lanchuan",
        "WeChat: lanchuan", "１３８００１３８０００", "QQ 12345",
    ],
)  # fmt: skip
def test_titles_carry_no_contact_data(title: str) -> None:
    assert check_title(title, 120) is FieldFault.CONTACT_IN_TEXT


@pytest.mark.parametrize("title", ["ISO 9001:2015", "质量管理体系认证证书", "Report 2026-11, part 3", "00224Q12345R0M"])
def test_titles_may_hold_what_certificates_are_called(title: str) -> None:
    assert check_title(title, 120) == title


def test_categories_are_known_unlike_and_without_separators() -> None:
    for code, one in CATEGORIES.items():
        for spelling in (one.code, one.name_zh, one.name_en):
            assert split_categories(spelling) == [spelling]
            assert find_category(spelling) == find_category(spelling.upper()) == code


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("压缩机", ("compressors",)),
        ("copper_tube; Compressors、压缩机", ("compressors", "copper_tube")),
        ("压缩机\n铜管，", ("compressors", "copper_tube")),
        ("飞船", FieldFault.UNKNOWN_CATEGORY),
        ("压缩机；飞船", FieldFault.UNKNOWN_CATEGORY),
        (" ； ", FieldFault.MISSING_VALUE),
        ("", FieldFault.MISSING_VALUE),
    ],
)
def test_categories_in_one_cell(typed: str, found: tuple[str, ...] | FieldFault) -> None:
    assert check_categories(split_categories(typed)) == found


@pytest.mark.parametrize(
    "typed", ["2027-06-05", "2027/6/5", "2027.06.5", "2027年6月5日", "２０２７－６－５", " 2027年06月05 "]
)
def test_a_day_written_year_first(typed: str) -> None:
    assert parse_day(typed) == date(2027, 6, 5)


@pytest.mark.parametrize(
    "typed", ["05/06/2027", "5.6.2027", "27-06-05", "2027-13-01", "2027-02-29", "2027", "", "soon"]
)
def test_a_day_that_may_mean_two_or_none(typed: str) -> None:
    assert parse_day(typed) is FieldFault.NOT_A_DATE


def test_valid_until_a_day_includes_the_whole_day_of_the_zone() -> None:
    assert end_of_day(date(2027, 6, 30), ZoneInfo("Asia/Shanghai")) == datetime(2027, 6, 30, 16, tzinfo=UTC)
    assert end_of_day(date(2027, 12, 31), ZoneInfo("Europe/Berlin")) == datetime(2027, 12, 31, 23, tzinfo=UTC)


def test_a_good_application_comes_out_in_its_one_spelling() -> None:
    found = check_application(GOOD)
    assert isinstance(found, Application)
    assert (found.credit_code, found.categories) == ("91350100M000100Y43", ("compressors",))


def test_every_fault_of_an_application_is_named_at_once() -> None:
    bad = TypedApplication("", "x" * 121, "1", "y" * 61, [], Contact("\u202e", "no", "no"))
    assert check_application(bad) == {
        Field.NAME_ZH: FieldFault.MISSING_VALUE,
        Field.NAME_EN: FieldFault.TEXT_TOO_LONG,
        Field.CREDIT_CODE: FieldFault.BAD_CREDIT_CODE,
        Field.CITY: FieldFault.TEXT_TOO_LONG,
        Field.CATEGORIES: FieldFault.MISSING_VALUE,
        Field.CONTACT_NAME: FieldFault.BAD_CHARACTERS,
        Field.CONTACT_EMAIL: FieldFault.BAD_EMAIL,
        Field.CONTACT_PHONE: FieldFault.BAD_PHONE,
    }


@given(st.text(max_size=200))
def test_half_width_changes_full_width_ascii_and_nothing_else(typed: str) -> None:
    found = to_half_width(typed)
    assert len(found) == len(typed)
    for before, after in zip(typed, found, strict=True):
        assert before == after or (after.isascii() and unicodedata.normalize("NFKC", before) == after)
