"""The cut from ten to three: best n of a lot's ranking, within a distance of the best, and what equals at the cut mean.

Serves SCORING.md section 3 (shortlist, declared cut-off ties), SCREENS.md DR-04 and DESIGN.md section 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from app.domain.entries import digest_of
from app.domain.scoring.shortlist_rules import CutOffTies, ShortlistRules


class Ranked(Protocol):
    """A row of a ranking; `total` is None where the formula gives none, `figure` is what it ranks by instead, and
    where both are None the ranking goes by amount."""

    @property
    def label(self) -> str:
        """The R-label."""

    @property
    def amount(self) -> Decimal:
        """The price."""

    @property
    def total(self) -> Decimal | None:
        """The total score."""

    @property
    def figure(self) -> Decimal | None:
        """The figure of a formula without totals."""


@dataclass(frozen=True, slots=True)
class Listed:
    """As much of a ranking's row as the cut looks at."""

    label: str
    amount: Decimal
    total: Decimal | None
    figure: Decimal | None = None


class Why(StrEnum):
    """Why an offer is on the shortlist, or is not (SCREENS.md DR-04, per-offer reason)."""

    AMONG_BEST = "among_best"
    AT_LEAST = "at_least"
    TIED_AT_CUT = "tied_at_cut"
    BEYOND_COUNT = "beyond_count"
    TOO_FAR = "too_far"
    LATER_OF_EQUALS = "later_of_equals"


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


Measure = Decimal | Fraction | int | None


def measures_of(rows: Sequence[Ranked]) -> list[Measure]:
    """What the rows of a ranking stand in order of: totals, else the formula's figures, else amounts. None is the
    worst: an offer of no quality has no price for its quality."""
    for name in ("total", "figure"):
        found: list[Measure] = [getattr(row, name) for row in rows]
        if any(measure is not None for measure in found):
            return found
    return [row.amount for row in rows]


def make_shortlist(lot_id: str, rows: Sequence[Ranked], rules: ShortlistRules) -> Shortlist:
    """The best `count`, of them those within the distance, but never fewer than `at_least`; then those who tie with the
    last, unless the rules let the earlier in the record go first. Precondition: the rows are in order of rank.

    Worked example: totals 90, 88, 85, 85, count 3, within 5 %: 85.5 is the limit, so the first two; with at_least 3
    also the first 85, and the second with it.
    """
    size, end = cut_of(measures_of(rows), rules)
    return Shortlist(lot_id, rules.count, tuple(row.label for row in rows[:end]), has_cut_off_ties=end > size)


def cut_of(measures: Sequence[Measure], rules: ShortlistRules) -> tuple[int, int]:
    """How many are on the list without ties at the cut, and with those that the rules let in."""
    size = _size(measures, rules)
    end = size
    if size and rules.ties is CutOffTies.INCLUDE:
        while end < len(measures) and measures[end] == measures[size - 1]:
            end += 1
    return size, end


def _size(measures: Sequence[Measure], rules: ShortlistRules) -> int:
    """How many are on the list, ties at the cut beside."""
    most = min(rules.count, len(measures))
    if rules.within is None:
        return most
    near = sum(is_within(each, measures[0], rules.within) for each in measures[:most])
    return min(most, max(near, rules.at_least or 0))


def is_within(measure: Measure, best: Measure, percent: Decimal) -> bool:
    """Whether a measure is at most so many percent of the best away from it; exactly, equality is within."""
    if measure is None or best is None:
        return measure is best
    return abs(Fraction(measure) - Fraction(best)) * 100 <= abs(Fraction(best)) * Fraction(percent)


def reasons(rows: Sequence[Ranked], rules: ShortlistRules) -> dict[str, Why]:
    """{label: why it is on the shortlist or not}. Precondition: the rows are in order of rank."""
    measures = measures_of(rows)
    size = _size(measures, rules)
    found: dict[str, Why] = {}
    for place, row in enumerate(rows):
        is_near = rules.within is None or is_within(measures[place], measures[0], rules.within)
        if place < size:
            found[row.label] = Why.AMONG_BEST if is_near else Why.AT_LEAST
        elif size and measures[place] == measures[size - 1]:
            found[row.label] = Why.TIED_AT_CUT if rules.ties is CutOffTies.INCLUDE else Why.LATER_OF_EQUALS
        else:
            found[row.label] = Why.BEYOND_COUNT if is_near else Why.TOO_FAR
    return found


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
