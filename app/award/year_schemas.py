"""Shapes of the year view on the wire."""

from app.award.schemas import CertaintyTotal
from app.domain.certification import Grade
from app.domain.year_view import Grouping, Step
from app.infra.web import DecimalText, StrictModel


class StepDays(StrictModel):
    """The median of a step in days; null where fewer than five tenders have it."""

    step: Step
    days: DecimalText | None


class StageMedian(StrictModel):
    """How long a stage of a project takes, in days; null where fewer than five projects went through it."""

    stage: int
    projects: int
    days: DecimalText | None


class GradeCount(StrictModel):
    """How many suppliers are certified at a grade today."""

    grade: Grade
    suppliers: int


class SpendShare(StrictModel):
    """What a supplier was awarded, and its share in percent."""

    supplier_id: str
    name_zh: str
    name_en: str
    amount: DecimalText
    percent: DecimalText


class SpendView(StrictModel):
    """The spend of a currency: shares, the three largest together, the Herfindahl index up to 10 000."""

    currency: str
    total: DecimalText
    largest: DecimalText
    herfindahl: int
    shares: list[SpendShare]


class SupplierBaseView(StrictModel):
    """The supplier base: today's grades, who came and left in the year, and how the spend is spread."""

    certified: int
    grades: list[GradeCount]
    came: int
    left: int
    spend: list[SpendView]


class YearGroup(StrictModel):
    """One group: `key` is a category, a project, an account or a quarter; null figures stand for fewer than five."""

    key: str
    name_zh: str
    name_en: str
    tenders: int
    savings: list[CertaintyTotal]
    days: list[StepDays]
    bidders: DecimalText | None
    active_share: DecimalText | None
    joined_share: DecimalText | None


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
    stages: list[StageMedian]
    base: SupplierBaseView
