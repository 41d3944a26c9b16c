"""Units of quantity in both languages: what papers show for a known one. Its twin is frontend/src/domain/units.ts."""

from collections.abc import Mapping
from typing import Final

# In Chinese, of one, of many. A unit typed in any of them is known; where two rows have it, the first.
KNOWN: Final = (
    ("台", "unit", "units"),
    ("件", "piece", "pieces"),
    ("件", "pcs", "pcs"),
    ("套", "set", "sets"),
    ("个", "piece", "pieces"),
    ("块", "piece", "pieces"),
    ("只", "piece", "pieces"),
    ("箱", "box", "boxes"),
    ("卷", "roll", "rolls"),
    ("批", "batch", "batches"),
    ("吨", "t", "t"),
    ("千克", "kg", "kg"),
    ("米", "m", "m"),
)


def units_in(lang: str) -> Mapping[str, tuple[str, str]]:
    """Every known unit as typed, to what it reads as in a language: of one, of many."""
    return {
        typed: (zh, zh) if lang == "zh" else (one, many)
        for zh, one, many in reversed(KNOWN)
        for typed in (zh, one, many)
    }
