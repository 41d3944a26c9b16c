"""Amounts: the wire form, its faults, rounding by name, and typed numbers that never change their magnitude."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import (
    CURRENCIES,
    AmountFault,
    Money,
    NumberStyle,
    fits_scale,
    format_amount,
    minor_units,
    normalise_typed,
    parse_amount,
    percent_of,
    round_down,
    round_half_even,
    round_half_up,
    round_up,
    unit_of,
)
from tests.domain.live_strategies import amounts, scales


@given(scales.flatmap(lambda scale: st.tuples(st.just(scale), amounts(scale, high=10**14 - 1))))
def test_what_is_formatted_is_parsed_again(pair: tuple[int, Decimal]) -> None:
    scale, amount = pair
    assert parse_amount(format_amount(amount, scale), scale) == amount


@pytest.mark.parametrize(
    "text",
    [
        "1e5",
        "-1",
        "NaN",
        "Infinity",
        " 100 ",
        "100 ",
        "12,34",
        "١٢٣",
        "１２３",
        "9" * 40,
        "9" * 15,
        "",
        ".5",
        "5.",
        "+1",
        "1_000",
        "0x10",
        "1.2.3",
        "100\n",
        "\x00",
        "²",
    ],
)
def test_malformed_amounts(text: str) -> None:
    assert parse_amount(text, 2) is AmountFault.MALFORMED


def test_zero_and_too_many_decimals() -> None:
    assert parse_amount("0", 2) is AmountFault.NOT_POSITIVE
    assert parse_amount("0.00", 2) is AmountFault.NOT_POSITIVE
    assert parse_amount("1.000", 2) is AmountFault.PRECISION
    assert parse_amount("1.0", 0) is AmountFault.PRECISION
    assert parse_amount("1.5", 2) == Decimal("1.50")
    assert parse_amount("9" * 14 + ".9999", 4) == Decimal("9" * 14 + ".9999")


@given(st.text(max_size=12), scales)
def test_no_text_is_taken_for_anything_but_itself(text: str, scale: int) -> None:
    parsed = parse_amount(text, scale)
    if isinstance(parsed, Decimal):
        assert parsed == Decimal(text)
        assert text.isascii()
        assert fits_scale(parsed, scale)


def test_format_refuses_to_round() -> None:
    with pytest.raises(ArithmeticError):
        format_amount(Decimal("1.005"), 2)


def test_roundings_by_name() -> None:
    value = Decimal("2.345")
    assert [f(value, 2) for f in (round_down, round_up, round_half_up, round_half_even)] == [
        Decimal("2.34"),
        Decimal("2.35"),
        Decimal("2.35"),
        Decimal("2.34"),
    ]
    assert round_down(Decimal("-0.1"), 0) == Decimal(-1)
    assert unit_of(0) == 1
    assert unit_of(4) == Decimal("0.0001")


@given(st.integers(1, 10**18), st.integers(1, 9999), scales)
def test_rounding_stays_within_one_unit(units: int, hundredths: int, scale: int) -> None:
    exact = percent_of(Decimal(units).scaleb(-scale), Decimal(hundredths).scaleb(-2))
    assert round_down(exact, scale) <= exact <= round_up(exact, scale)
    assert round_up(exact, scale) - round_down(exact, scale) in (0, unit_of(scale))


def test_money_of_one_currency_only() -> None:
    total = Money(Decimal("1.10"), "CNY") + Money(Decimal("2.20"), "CNY") - Money(Decimal("0.30"), "CNY")
    assert total == Money(Decimal("3.00"), "CNY")
    assert Money(Decimal("99999999999999.9999"), "CNY").times(Decimal("99999999999999.9999")).amount == Decimal(
        "9999999999999999980000000000.00000001"
    )
    assert Money(Decimal("1.005"), "CNY").rounded() == Money(Decimal("1.01"), "CNY")
    with pytest.raises(ValueError, match="two currencies"):
        _ = Money(Decimal(1), "CNY") + Money(Decimal(1), "USD")


def test_currencies() -> None:
    assert (minor_units("CNY"), minor_units("JPY"), minor_units("KWD")) == (2, 0, 3)
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert len(CURRENCIES) > 150


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("1234.56", NumberStyle.UNSTATED, "1234.56"),
        ("１２３．４", NumberStyle.UNSTATED, "123.4"),
        ("¥12", NumberStyle.UNSTATED, "12"),
        (" ￥ 1,234.56 ", NumberStyle.UNSTATED, "1234.56"),
        ("1,234,567", NumberStyle.UNSTATED, "1234567"),
        ("475,962", NumberStyle.UNSTATED, AmountFault.AMBIGUOUS),
        ("475,962", NumberStyle.POINT, "475962"),
        ("475,962", NumberStyle.COMMA, "475.962"),
        ("1.234,56", NumberStyle.UNSTATED, AmountFault.AMBIGUOUS),
        ("1.234,56", NumberStyle.POINT, AmountFault.AMBIGUOUS),
        ("1.234,56", NumberStyle.COMMA, "1234.56"),
        ("12,34", NumberStyle.UNSTATED, AmountFault.AMBIGUOUS),
        ("1,23,456", NumberStyle.POINT, AmountFault.AMBIGUOUS),
        ("1.5", NumberStyle.COMMA, AmountFault.AMBIGUOUS),
        ("", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("12 %", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("-5", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("1 234 567.50", NumberStyle.UNSTATED, "1234567.50"),
        ("1\u00a0234", NumberStyle.POINT, "1234"),
        ("1\u202f234,5", NumberStyle.COMMA, "1234.5"),
        ("1 234,5", NumberStyle.UNSTATED, AmountFault.AMBIGUOUS),
        ("12 34", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("12.34元", NumberStyle.UNSTATED, "12.34"),
        ("rmb 12.34", NumberStyle.UNSTATED, "12.34"),
        ("12.34 CNY", NumberStyle.UNSTATED, "12.34"),
        ("$12", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("USD 12", NumberStyle.UNSTATED, AmountFault.MALFORMED),
        ("1e3", NumberStyle.UNSTATED, AmountFault.MALFORMED),
    ],
)
def test_typed_numbers(text: str, style: NumberStyle, expected: str | AmountFault) -> None:
    assert normalise_typed(text, style) == expected


@given(st.text(alphabet="0123456789.,０１２．，¥ ", max_size=14), st.sampled_from(NumberStyle))
def test_typed_numbers_keep_every_digit(text: str, style: NumberStyle) -> None:
    read = normalise_typed(text, style)
    if not isinstance(read, AmountFault):
        digits = "".join(str(int(character)) for character in text if character.isdigit())
        assert read.replace(".", "") == digits
