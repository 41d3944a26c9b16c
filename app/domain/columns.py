"""The columns of pasted and imported sheets: which there are, how their heads are written, what goes without heads.

Serves SCREENS.md PL-06 (lots and lines by paste) and STACK.md section on ERP files (the buyers' own sheets).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


class Column(StrEnum):
    """What a column can hold."""

    ITEM_CODE = "item_code"
    TITLE_ZH = "title_zh"
    TITLE_EN = "title_en"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    UNIT = "unit"
    CEILING = "ceiling_price"
    START = "start_price"
    BASELINE = "baseline_price"
    BASELINE_SOURCE = "baseline_source"
    BASELINE_ON = "baseline_on"


NUMBERS: Final = frozenset({Column.QUANTITY, Column.CEILING, Column.START, Column.BASELINE})


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns a kind of row has, those that must not be empty, and the order assumed where there is no header."""

    columns: tuple[Column, ...]
    required: frozenset[Column]
    by_width: tuple[tuple[Column, ...], ...]


_C = Column
LINES: Final = Layout(
    columns=(_C.ITEM_CODE, _C.DESCRIPTION, _C.QUANTITY, _C.UNIT, _C.BASELINE),
    required=frozenset({_C.DESCRIPTION, _C.QUANTITY, _C.UNIT}),
    by_width=(
        (_C.DESCRIPTION,),
        (_C.DESCRIPTION, _C.QUANTITY),
        (_C.DESCRIPTION, _C.QUANTITY, _C.UNIT),
        (_C.ITEM_CODE, _C.DESCRIPTION, _C.QUANTITY, _C.UNIT),
        (_C.ITEM_CODE, _C.DESCRIPTION, _C.QUANTITY, _C.UNIT, _C.BASELINE),
    ),
)
LOTS: Final = Layout(
    columns=(
        _C.TITLE_ZH,
        _C.TITLE_EN,
        _C.QUANTITY,
        _C.UNIT,
        _C.CEILING,
        _C.START,
        _C.BASELINE,
        _C.BASELINE_SOURCE,
        _C.BASELINE_ON,
    ),
    required=frozenset({_C.QUANTITY, _C.UNIT}),
    by_width=(
        (_C.TITLE_ZH,),
        (_C.TITLE_ZH, _C.TITLE_EN),
        (_C.TITLE_ZH, _C.TITLE_EN, _C.QUANTITY),
        (_C.TITLE_ZH, _C.TITLE_EN, _C.QUANTITY, _C.UNIT),
        (_C.TITLE_ZH, _C.TITLE_EN, _C.QUANTITY, _C.UNIT, _C.CEILING),
        (_C.TITLE_ZH, _C.TITLE_EN, _C.QUANTITY, _C.UNIT, _C.CEILING, _C.BASELINE),
    ),
)

# Heads as they stand in buyers' sheets, compared without case, spaces, brackets and marks.
_HEADS: Final[dict[Column, tuple[str, ...]]] = {
    _C.ITEM_CODE: ("itemcode", "code", "itemno", "item", "partno", "partnumber", "料号", "物料编码", "编码", "物料号"),
    _C.TITLE_ZH: ("titlezh", "中文名称", "名称中文", "采购包", "包名"),
    _C.TITLE_EN: ("titleen", "title", "lot", "英文名称", "名称英文"),
    _C.DESCRIPTION: ("description", "name", "itemdescription", "描述", "名称", "品名", "物料名称", "规格", "名称规格"),
    _C.QUANTITY: ("quantity", "qty", "数量", "采购数量"),
    _C.UNIT: ("unit", "uom", "单位", "计量单位"),
    _C.CEILING: ("ceilingprice", "ceiling", "最高限价", "限价"),
    _C.START: ("startprice", "startingprice", "起始价"),
    _C.BASELINE: (
        "baselineprice",
        "baseline",
        "targetprice",
        "unitprice",
        "price",
        "基准价",
        "目标价",
        "单价",
        "基准单价",
    ),
    _C.BASELINE_SOURCE: ("baselinesource", "source", "基准价来源", "来源"),
    _C.BASELINE_ON: ("baselineon", "baselinedate", "date", "基准日期", "日期"),
}
_NOT_IN_HEADS: Final = re.compile(r"[\s\W_]+")


def header_columns(heads: Sequence[str], layout: Layout) -> tuple[Column | None, ...] | None:
    """Understand a header row: at least two known heads, none twice; anything else is a row of data."""
    found = tuple(column_of(head, layout) for head in heads)
    known = [column for column in found if column is not None]
    if len(known) < min(2, len([head for head in heads if head.strip()])) or not known:
        return None
    return found if len(set(known)) == len(known) else None


def column_of(head: str, layout: Layout) -> Column | None:
    """Find the column a head names, in either language, or None."""
    bare = _NOT_IN_HEADS.sub("", head.casefold())
    return next((column for column in layout.columns if bare in _HEADS[column]), None)
