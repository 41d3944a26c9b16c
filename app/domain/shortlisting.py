"""The cut from ten to three: best n of a lot's ranking, and all who stand equal at the cut.

Serves SCORING.md section 3 (shortlist, declared cut-off ties), SCREENS.md DR-04 and DESIGN.md section 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.domain.entries import digest_of


class Ranked(Protocol):
    """A row of a ranking; `total` is None where the ranking goes by amount alone."""

    @property
    def label(self) -> str:
        """The R-label."""

    @property
    def amount(self) -> Decimal:
        """The price."""

    @property
    def total(self) -> Decimal | None:
        """The total score."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The labels of a lot's shortlist in order of rank. `has_cut_off_ties`: equals at the cut made it longer."""

    lot_id: str
    count: int
    labels: tuple[str, ...]
    has_cut_off_ties: bool

    @property
    def preferred(self) -> str | None:
        """The preferred supplier offered in the decision: the first of the shortlist."""
        return self.labels[0] if self.labels else None


def make_shortlist(lot_id: str, rows: Sequence[Ranked], count: int) -> Shortlist:
    """The best `count` of a ranking and everyone who ties with the last of them: equal totals, or equal amounts where
    the ranking goes by amount. Precondition: the rows are in order of rank; `count` is at least 1."""
    if len(rows) <= count:
        return Shortlist(lot_id, count, tuple(row.label for row in rows), has_cut_off_ties=False)
    last = rows[count - 1]
    tied = [row for row in rows[count:] if _ties(row, last)]
    labels = tuple(row.label for row in (*rows[:count], *tied))
    return Shortlist(lot_id, count, labels, has_cut_off_ties=bool(tied))


def _ties(row: Ranked, last: Ranked) -> bool:
    return row.amount == last.amount if last.total is None else row.total == last.total


def shortlist_data(shortlist: Shortlist, ranking_digest: str) -> dict[str, Any]:
    """The data of `shortlist.made`. Its digest is over the other members and the digest of the ranking it was cut
    from, so that a ranking made anew leaves an older shortlist behind."""
    members = {
        "lot": shortlist.lot_id,
        "count": shortlist.count,
        "labels": list(shortlist.labels),
        "cut_off_ties": shortlist.has_cut_off_ties,
    }
    return {**members, "digest": digest_of({**members, "ranking": ranking_digest})}
