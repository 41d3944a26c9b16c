"""Shapes of the year view on the wire."""

from app.award.schemas import CertaintyTotal
from app.domain.year_view import Grouping, Step
from app.infra.web import DecimalText, StrictModel


class StepDays(StrictModel):
    """The median of a step in days; null where fewer than five tenders have it."""

    step: Step
    days: DecimalText | None


class YearGroup(StrictModel):
    """One group: `key` is a category, an account or a quarter; null figures stand for fewer than five."""

    key: str
    name: str
    tenders: int
    savings: list[CertaintyTotal]
    days: list[StepDays]
    bidders: DecimalText | None
    active_share: DecimalText | None


class YearGrouping(StrictModel):
    """The groups of one grouping."""

    grouping: Grouping
    groups: list[YearGroup]


class YearView(StrictModel):
    """A year, or all of them (`year` null), as a whole and by category, purchaser and quarter."""

    year: int | None
    years: list[int]
    smallest_group: int
    whole: YearGroup
    groupings: list[YearGrouping]
