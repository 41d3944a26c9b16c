"""A purchasing department's year: savings as they harden, how long the work takes, how many compete.

Serves SCREENS.md AP-05 and PL-14: counts, durations and competition of a group of fewer than five are not told, for
they would be one tender's; sums of savings are, they stand on each tender's own page.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Final, TypeVar

from app.domain.measuring import Certainty, sum_by_certainty
from app.domain.money import EXACT, round_half_up
from app.domain.saving import SavingsTotal

# AP-05: ranges of fewer are suppressed.
SMALLEST_GROUP: Final = 5
# Days and bidders with one decimal, shares of a hundred with one.
DIGITS: Final = 1


class Grouping(StrEnum):
    """What a year's tenders are grouped by."""

    CATEGORY = "category"
    PROJECT = "project"
    PURCHASER = "purchaser"
    QUARTER = "quarter"


class Step(StrEnum):
    """The steps of a tender that take time, in their order."""

    PREPARATION = "preparation"
    RESPONSES = "responses"
    ROUNDS = "rounds"
    DECISION = "decision"
    UNSEALING = "unsealing"


@dataclass(frozen=True, slots=True)
class LotContestFacts:
    """How many ranked bidders a lot had, and how many of a live round's bid more than once (None: no live round)."""

    bidders: int
    active: int | None


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """What the year knows of one awarded tender. `days`: of the steps that are known, whole days."""

    category: str
    purchaser: str
    awarded_on: date
    currency: str
    totals: Mapping[Certainty, SavingsTotal]
    days: Mapping[Step, int]
    lots: Sequence[LotContestFacts]
    # Empty where the tender was opened without one.
    project: str = ""
    invited: int = 0
    joined: int = 0

    def key(self, grouping: Grouping) -> str:
        """The group it belongs to; quarters as Q1 to Q4 of the year of the award."""
        if grouping is Grouping.QUARTER:
            return f"Q{(self.awarded_on.month + 2) // 3}"
        keys = {Grouping.CATEGORY: self.category, Grouping.PROJECT: self.project, Grouping.PURCHASER: self.purchaser}
        return keys[grouping]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the year; None where too few to tell."""

    key: str
    tenders: int
    savings: Mapping[str, Mapping[Certainty, SavingsTotal]]
    days: Mapping[Step, Decimal | None]
    bidders: Decimal | None
    active_share: Decimal | None
    joined_share: Decimal | None


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A stage of a project that is over: how many days it took, and when it was done."""

    stage: int
    done_on: date
    days: int


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a stage takes: the median of the projects that went through it, None of fewer than five."""

    stage: int
    projects: int
    days: Decimal | None


T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def years_of(facts: Iterable[TenderFacts]) -> list[int]:
    """The years that have awards, the newest first."""
    return sorted({each.awarded_on.year for each in facts}, reverse=True)


def group_by(facts: Sequence[TenderFacts], grouping: Grouping) -> list[Group]:
    """The groups of these tenders, by key."""
    gathered = _gather(facts, lambda each: each.key(grouping))
    return [summed(key, gathered[key]) for key in sorted(gathered)]


def summed(key: str, facts: Sequence[TenderFacts]) -> Group:
    """Some tenders as one group; figures of fewer than five tenders or lots are left out."""
    by_currency = _gather(facts, lambda each: each.currency)
    lots = [lot for each in facts for lot in each.lots]
    live = [lot for lot in lots if lot.active is not None]
    return Group(
        key=key,
        tenders=len(facts),
        savings={one: sum_by_certainty([each.totals for each in by_currency[one]]) for one in sorted(by_currency)},
        days={step: _middle([each.days[step] for each in facts if step in each.days]) for step in Step},
        bidders=_share(sum(lot.bidders for lot in lots), len(lots), 1) if _is_enough(lots) else None,
        active_share=(
            _share(sum(lot.active or 0 for lot in live), sum(lot.bidders for lot in live), 100)
            if _is_enough(live)
            else None
        ),
        joined_share=(
            _share(sum(each.joined for each in facts), sum(each.invited for each in facts), 100)
            if _is_enough(facts)
            else None
        ),
    )


def stage_times(facts: Iterable[StageFacts], year: int | None) -> list[StageTime]:
    """How long each stage that was done in a year, or ever, took; by stage."""
    gathered = _gather((each for each in facts if year in (None, each.done_on.year)), lambda each: each.stage)
    return [
        StageTime(stage, len(gathered[stage]), _middle([each.days for each in gathered[stage]]))
        for stage in sorted(gathered)
    ]


def _is_enough(members: Sequence[object]) -> bool:
    return len(members) >= SMALLEST_GROUP


def _middle(days: Sequence[int]) -> Decimal | None:
    return round_half_up(Decimal(str(median(days))), DIGITS) if _is_enough(days) else None


def _share(part: int, whole: int, times: int) -> Decimal | None:
    return round_half_up(EXACT.divide(Decimal(part * times), Decimal(whole)), DIGITS) if whole else None


def _gather(members: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for each in members:
        found.setdefault(key(each), []).append(each)
    return found
