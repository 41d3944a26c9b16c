"""What differs between two versions of one thing, place by place, as a reader is told it (SCREENS.md AP-02)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.domain.drafting import changed_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

# More than a person reads; how many are left out is said.
MOST_SHOWN: Final = 100
LONGEST_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, by the names on the way to it; "" is a place that is not there or says nothing."""

    path: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every place in which two stored records differ, in the order of their paths."""
    return [Difference(path, _at(before, path), _at(after, path)) for path in changed_fields(before, after)]


def _at(record: Mapping[str, Any], path: str) -> str:
    found: Any = record
    for step in path.split("."):
        if isinstance(found, list):
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    said = "" if found is None else text
    return said if len(said) <= LONGEST_SHOWN else said[: LONGEST_SHOWN - 1] + "…"
