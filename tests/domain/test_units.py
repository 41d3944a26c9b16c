"""Units on papers: known ones in the paper's language, and the pages' list the same."""

import json
import re
from pathlib import Path

from app.domain.units import KNOWN, units_in


def test_a_known_unit_reads_in_both_languages() -> None:
    assert [units_in("en")[unit] for unit in ("台", "件", "kg")] == [
        ("unit", "units"),
        ("piece", "pieces"),
        ("kg", "kg"),
    ]
    assert [units_in("zh")[unit][0] for unit in ("台", "set", "piece", "pcs")] == ["台", "套", "件", "件"]
    assert "kWh" not in units_in("en")


def test_pages_and_papers_know_the_same_units() -> None:
    source = Path("frontend/src/domain/units.ts").read_text(encoding="utf-8")
    rows = re.findall(r"^  (\['.*'\]),$", source, re.MULTILINE)
    assert [tuple(json.loads(row.replace("'", '"'))) for row in rows] == list(KNOWN)
