"""Who is on a shortlist: the best n, those within x percent of the best, at least m, and what a tie at the cut means.

Serves SCORING.md section 3. Without the additional members it is the best n with all who tie at the cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.scoring.typed import Typed, plain

MOST_SHORTLISTED: Final = 50


class CutOffTies(StrEnum):
    """Equals at the cut: all of them are on the list, or the earlier in the record goes first."""

    INCLUDE = "include"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class ShortlistRules:
    """`count`: the most. `within`: percent of the best total, under `price_only` of the lowest amount, that a listed
    offer may be away; `at_least` so many stay whatever their distance."""

    count: int
    within: Decimal | None = None
    at_least: int | None = None
    ties: CutOffTies = CutOffTies.INCLUDE


def read_shortlist(typed: Typed) -> ShortlistRules:
    """The rules as typed; what is wrong with them goes to the reader's faults."""
    typed.only({"count", "within", "at_least", "ties"})
    count = typed.integer("count", low=1, high=MOST_SHORTLISTED)
    within = typed.optional_decimal("within", low="0", high="100")
    at_least = None
    if typed.get("at_least") is not None:
        at_least = typed.integer("at_least", low=1, high=MOST_SHORTLISTED)
        if within is None:
            # Without a distance nothing but the count cuts.
            typed.fault("at_least", "NOT_ALLOWED_HERE")
        elif at_least > count:
            typed.fault("at_least", "OUT_OF_RANGE")
    ties = CutOffTies(typed.choice("ties", list(CutOffTies), default=CutOffTies.INCLUDE.value))
    return ShortlistRules(count, within, at_least, ties)


def shortlist_to_json(rules: ShortlistRules) -> dict[str, Any]:
    """The canonical members; defaults are not written."""
    return {
        "count": rules.count,
        **({} if rules.within is None else {"within": plain(rules.within)}),
        **({} if rules.at_least is None else {"at_least": rules.at_least}),
        **({} if rules.ties is CutOffTies.INCLUDE else {"ties": rules.ties.value}),
    }
