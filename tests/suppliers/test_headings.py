"""The row of headings in an uploaded table, wherever it stands and however it is spelled."""

from enum import StrEnum

import pytest

from app.suppliers.archive import FileFault
from app.suppliers.headings import ROWS_ABOVE, FileRefusal, Layout, find_layout, spellings
from app.suppliers.workbook import Cell, CellKind


class Field(StrEnum):
    """Of a small table."""

    NUMBER = "number"
    QUALITY = "quality"
    CREDIT = "credit"


KNOWN = spellings({Field.NUMBER: ("编号", "No."), Field.QUALITY: ("质量得分",), Field.CREDIT: ("信用得分", "质量得分")})


def rows(*lines: str) -> list[tuple[int, tuple[Cell, ...]]]:
    """Lines of comma-separated cells, from row 1 on."""
    return [
        (number, tuple(Cell(f"?{number}", text, CellKind.TEXT, is_merged=False) for text in line.split(",")))
        for number, line in enumerate(lines, start=1)
    ]


def look(*lines: str) -> Layout[Field] | FileRefusal:
    """Numbers are needed; the two marks come together."""
    marks = (Field.QUALITY, Field.CREDIT)
    return find_layout(rows(*lines), KNOWN, anchors=[Field.NUMBER], needed=[Field.NUMBER], together=marks)


def test_titles_above_hints_in_brackets_signs_and_case_do_not_matter() -> None:
    found = look("订单表 2026", "", "remark,ＮＯ,质量得分（0-100）, credit ", "x,1,80,70")
    assert isinstance(found, Layout)
    assert (found.header_row, found.ignored) == (3, ("remark",))
    assert found.places == {Field.NUMBER: 1, Field.QUALITY: 2, Field.CREDIT: 3}
    assert (found.address(Field.CREDIT, 7), found.address(Field.NUMBER, 40)) == ("D7", "B40")


def test_a_spelling_that_two_fields_have_is_the_first_ones() -> None:
    assert KNOWN["质量得分"] is Field.QUALITY


@pytest.mark.parametrize(
    ("lines", "fault", "columns"),
    [
        (["质量得分,信用得分"], FileFault.COLUMN_MISSING, "number"),
        (["No.,编号"], FileFault.COLUMN_TWICE, "number"),
        (["编号,质量得分"], FileFault.COLUMN_MISSING, "credit"),
        ([*[""] * ROWS_ABOVE, "编号"], FileFault.COLUMN_MISSING, "number"),
        ([], FileFault.COLUMN_MISSING, "number"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_whole(lines: list[str], fault: FileFault, columns: str) -> None:
    assert look(*lines) == FileRefusal(fault, {"columns": columns})


def test_the_last_row_that_is_looked_at() -> None:
    found = look(*[""] * (ROWS_ABOVE - 1), "编号")
    assert isinstance(found, Layout)
    assert found.header_row == ROWS_ABOVE
