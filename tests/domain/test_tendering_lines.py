"""Pasted and imported lines (SCREENS.md LR-29, check 9): every cell comes out again, no magnitude changes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.columns import LINES, LOTS, Column, header_columns
from app.domain.lines import (
    MOST_ROWS,
    ParsedCell,
    ParsedSheet,
    Reading,
    SourceCell,
    SourceKind,
    column_letters,
    read_cells,
    read_pasted,
    split_pasted,
)
from app.domain.money import NumberStyle

UNSTATED, POINT, COMMA = NumberStyle


def read(text: str, style: NumberStyle = UNSTATED, columns: list[Column | None] | None = None) -> ParsedSheet:
    return read_pasted(text, LINES, Reading(style, columns=None if columns is None else tuple(columns)))


def quantity_cell(typed: str, style: NumberStyle = UNSTATED) -> ParsedCell:
    (row,) = read(f"Compressor\t{typed}\tpc", style).rows
    (cell,) = [cell for cell in row.cells if cell.column is Column.QUANTITY]
    return cell


# What is typed, the style chosen, what it is read as; None: refused. The corpus of SCREENS.md section 4, check 9.
CORPUS: list[tuple[str, NumberStyle, str | None]] = [
    ("1234.56", UNSTATED, "1234.56"),
    ("1234", UNSTATED, "1234"),
    ("0.5", UNSTATED, "0.5"),
    ("1,234.56", UNSTATED, "1234.56"),
    ("1,234,567", UNSTATED, "1234567"),
    ("12,345,678.9", UNSTATED, "12345678.9"),
    ("10,000.00", UNSTATED, "10000.00"),
    ("475,962", UNSTATED, None),
    ("475,962", POINT, "475962"),
    ("475,962", COMMA, "475.962"),
    ("1.234,56", UNSTATED, None),
    ("1.234,56", POINT, None),
    ("1.234,56", COMMA, "1234.56"),
    ("1234,56", UNSTATED, None),
    ("1234,56", COMMA, "1234.56"),
    ("1.234.567", UNSTATED, None),
    ("1.234.567", COMMA, "1234567"),
    ("１２３．４", UNSTATED, "123.4"),
    ("１，２３４．５６", UNSTATED, "1234.56"),
    ("¥12", UNSTATED, "12"),
    ("￥12.50", UNSTATED, "12.50"),
    ("$1,000.00", UNSTATED, None),
    ("12.34元", UNSTATED, "12.34"),
    ("CNY 12.34", UNSTATED, "12.34"),
    ("1 234 567.50", UNSTATED, "1234567.50"),
    ("1 23", UNSTATED, None),
    (" 12 ", UNSTATED, "12"),
    ("\u300012\u3000", UNSTATED, "12"),
    ("12,34,567", UNSTATED, None),
    ("1,23", UNSTATED, None),
    ("1e5", UNSTATED, None),
    ("12万", UNSTATED, None),
    ("-5", UNSTATED, None),
    ("(5)", UNSTATED, None),
    ("5%", UNSTATED, None),
    ("1/2", UNSTATED, None),
    ("1-2", UNSTATED, None),
    (".5", UNSTATED, None),
    ("5.", UNSTATED, None),
    ("about 5", UNSTATED, None),
    ("0", UNSTATED, None),
    ("1.23456", UNSTATED, None),
    ("123456789012345", UNSTATED, None),
    ("#REF!", UNSTATED, None),
    ("=1+1", UNSTATED, None),
    ("٣٤", UNSTATED, None),
]


@pytest.mark.parametrize(("typed", "style", "value"), CORPUS)
def test_the_corpus(typed: str, style: NumberStyle, value: str | None) -> None:
    cell = quantity_cell(typed, style)
    assert cell.value == value
    assert (cell.fault is None) is (value is not None)
    assert cell.typed == typed


def test_an_ambiguous_number_offers_both_readings() -> None:
    cell = quantity_cell("475,962")
    assert (cell.fault, cell.choices) == ("AMBIGUOUS", ("475962", "475.962"))
    assert quantity_cell("1.234,56").choices == ("1234.56",)


@given(st.decimals(min_value=1, max_value=10**9, places=2), st.sampled_from([UNSTATED, POINT]))
def test_no_point_style_writing_of_a_number_changes_its_magnitude(number: Decimal, style: NumberStyle) -> None:
    for written in (f"{number:f}", f"{number:,f}", f"¥{number:,f}"):
        cell = quantity_cell(written, style)
        assert cell.value is not None
        assert Decimal(cell.value) == number


@given(st.decimals(min_value=1, max_value=10**9, places=2))
def test_comma_style_is_never_read_without_being_chosen(number: Decimal) -> None:
    written = f"{number:,f}".translate(str.maketrans(",.", ".,"))
    assert quantity_cell(written).value is None
    read_as = quantity_cell(written, COMMA).value
    assert read_as is not None
    assert Decimal(read_as) == number


@given(st.text("0123456789.,", min_size=1, max_size=14))
def test_a_number_read_without_a_style_is_read_alike_in_point_style(typed: str) -> None:
    cell = quantity_cell(typed)
    if cell.value is not None:
        assert quantity_cell(typed, POINT).value == cell.value


# ── cells and columns ──────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=6), max_size=6))
def test_nothing_that_was_pasted_is_lost(rows: list[list[str]]) -> None:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    text = "\r\n".join("\t".join(row) for row in quoted)
    assert [[cell.text for cell in row] for row in split_pasted(text)] == (rows or [[""]])
    sheet = read(text)
    shown = [cell.typed for row in sheet.rows for cell in row.cells]
    body = rows[1:] if sheet.header_row else rows
    if sheet.fault is None and sheet.header_row in {None, 1}:
        assert [cell for row in body for cell in row if cell.strip()] == [cell for cell in shown if cell.strip()]


def test_excel_quotes_around_line_breaks_and_tabs() -> None:
    assert [[cell.text for cell in row] for row in split_pasted('a\t"b\nc"\t"say ""hi"""\nd')] == [
        ["a", "b\nc", 'say "hi"'],
        ["d"],
    ]
    assert [[cell.text for cell in row] for row in split_pasted('5" pipe\t"unfinished\nnext')] == [
        ['5" pipe', '"unfinished'],
        ["next"],
    ]


def test_a_header_in_either_language_names_the_columns_in_any_order() -> None:
    sheet = read("单位\t数量\t品名\t料号\n台\t5\t压缩机\t007")
    assert sheet.header_row == 1
    assert sheet.rows[0].values() == {"unit": "台", "quantity": "5", "description": "压缩机", "item_code": "007"}
    assert sheet.rows[0].number == 2
    english = read("Item No.\tDescription\tQTY\tUoM\tTarget price\n1-1\tMotor\t5\tpc\t9.90")
    assert english.rows[0].values()["baseline_price"] == "9.90"
    assert english.rows[0].values()["item_code"] == "1-1"


def test_an_unknown_head_keeps_its_cells_and_says_so() -> None:
    sheet = read("Description\tQty\tUnit\tColour\nMotor\t5\tpc\tred")
    extra = sheet.rows[0].cells[3]
    assert (extra.typed, extra.fault, extra.address) == ("red", "EXTRA_CELL", "D2")


def test_a_column_ignored_on_purpose_is_no_fault_and_still_there() -> None:
    sheet = read("Motor\t5\tpc\tred", columns=[Column.DESCRIPTION, Column.QUANTITY, Column.UNIT, None])
    assert sheet.rows[0].is_clean
    assert sheet.rows[0].cells[3].typed == "red"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Motor", (Column.DESCRIPTION,)),
        ("Motor\t5", (Column.DESCRIPTION, Column.QUANTITY)),
        ("Motor\t5\tpc", (Column.DESCRIPTION, Column.QUANTITY, Column.UNIT)),
        ("01\tMotor\t5\tpc", (Column.ITEM_CODE, Column.DESCRIPTION, Column.QUANTITY, Column.UNIT)),
    ],
)
def test_without_a_header_the_width_decides(text: str, columns: tuple[Column, ...]) -> None:
    sheet = read(text)
    assert sheet.header_row is None
    assert sheet.columns == columns


def test_what_is_missing_is_named() -> None:
    (row,) = read("Motor").rows
    assert [(cell.column, cell.fault) for cell in row.cells if cell.fault] == [
        (Column.QUANTITY, "MISSING_VALUE"),
        (Column.UNIT, "MISSING_VALUE"),
    ]
    (blank,) = read("Motor\t\tpc").rows
    assert [cell.fault for cell in blank.cells] == [None, "MISSING_VALUE", None]


def test_good_rows_stay_good_beside_bad_ones() -> None:
    sheet = read("Motor\t5\tpc\n\nPump\t1.234,56\tpc\nFan\t7\tpc")
    assert [(row.number, row.is_clean) for row in sheet.rows] == [(1, True), (3, False), (4, True)]
    assert sheet.rows[1].cells[1].address == "B3"


@pytest.mark.parametrize("text", ["", "\n\n", " \t \n"])
def test_nothing_pasted_says_so(text: str) -> None:
    assert read(text).fault == "NO_ROWS"


def test_a_header_alone_says_so() -> None:
    assert read("Description\tQuantity\tUnit").fault == "NO_ROWS"


@pytest.mark.parametrize(("rows", "fault"), [(MOST_ROWS, None), (MOST_ROWS + 1, "TOO_LARGE")])
def test_the_largest_paste(rows: int, fault: str | None) -> None:
    assert read("\n".join(["Motor\t5\tpc"] * rows)).fault == fault


def test_hidden_characters_and_long_texts_are_named() -> None:
    (row,) = read("Mo\u202etor\t5\tpc").rows
    assert row.cells[0].fault == "BAD_CHARACTERS"
    (long,) = read("x" * 501 + "\t5\tpc").rows
    assert long.cells[0].fault == "TEXT_TOO_LONG"


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        (SourceCell("1234.5", SourceKind.NUMBER), "1234.5", None),
        (SourceCell("2026-01-02", SourceKind.DATE), None, "NOT_A_NUMBER"),
        (SourceCell("TRUE", SourceKind.OTHER), None, "NOT_A_NUMBER"),
        (SourceCell("=A1*2", SourceKind.FORMULA), None, "FORMULA_IN_CELL"),
        (SourceCell("#DIV/0!", SourceKind.ERROR), None, "ERROR_IN_CELL"),
        (SourceCell("5", is_merged=True), None, "MERGED_CELL"),
        (SourceCell("1,234.56"), "1234.56", None),
        (SourceCell("1.234,56"), None, "AMBIGUOUS"),
    ],
)
def test_cells_of_a_workbook(cell: SourceCell, value: str | None, fault: str | None) -> None:
    sheet = read_cells([(7, [SourceCell("Motor"), cell, SourceCell("pc")])], LINES, Reading())
    found = sheet.rows[0].cells[1]
    assert (found.value, found.fault, found.address) == (value, fault, "B7")


def test_lots_are_pasted_alike() -> None:
    sheet = read_pasted(
        "Title (en)\t数量\t单位\t最高限价\t基准价\t来源\t基准日期\nMotor\t5\tpc\t100\t90\tFY25\t2025-12-31",
        LOTS,
        Reading(),
    )
    assert sheet.rows[0].values() == {
        "title_en": "Motor",
        "quantity": "5",
        "unit": "pc",
        "ceiling_price": "100",
        "baseline_price": "90",
        "baseline_source": "FY25",
        "baseline_on": "2025-12-31",
    }


def test_a_row_of_data_is_no_header() -> None:
    assert header_columns(["Motor", "5", "pc"], LINES) is None
    assert header_columns(["Unit", "Unit", "Qty"], LINES) is None


@pytest.mark.parametrize(("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(at: int, letters: str) -> None:
    assert column_letters(at) == letters
