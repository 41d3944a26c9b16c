"""Shapes of recommendation reports and of savings as they harden, on the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.award.schemas import CertaintyTotal, HexId
from app.domain.measuring import Certainty, FigureKind, Reference
from app.domain.recommending import Stage
from app.infra.web import DecimalText, InstantText, ShortText, StrictModel

# Text alone: a number of JSON passes through binary fractions on its way.
AmountText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,14}(\.[0-9]{1,4})?$")]


class ReportView(StrictModel):
    """A report that was made; `missing`: the parts that could not be filled."""

    number: int
    stage: Stage
    digest: str
    code: str
    made_at: InstantText
    missing: list[str]


class ReportsView(StrictModel):
    """The reports of a tender, the newest first. `is_current`: the newest stands on the decision that stands now."""

    tender_id: str
    can_make: bool
    is_current: bool
    # Whether a PDF can be drawn here: a Chinese face was found.
    can_draw: bool
    reports: list[ReportView]


class ReportFound(StrictModel):
    """What the journal knows of a code. `is_intact`: the stored data still have the journaled digest; `file`: which
    PDF of it the given SHA-256 belongs to, null where none was given."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    number: int
    stage: Stage
    digest: str
    code: str
    made_at: InstantText
    is_intact: bool
    file: Literal["zh", "en", "unknown"] | None


class SavingCell(StrictModel):
    """A cost against a reference; null figures where the reference is not known. May be negative."""

    reference: Reference
    money: DecimalText | None
    percent: DecimalText | None


class CostRow(StrictModel):
    """A cost at one certainty, where it is from, and what it saves."""

    certainty: Certainty
    cost: DecimalText
    source: str | None
    as_of: str | None
    # Of a realised cost: for how much of the lot.
    quantity: DecimalText | None
    against: list[SavingCell]


class ReferenceView(StrictModel):
    """What a cost is compared with; null where it is not known (SCREENS.md PL-14: flagged)."""

    reference: Reference
    amount: DecimalText | None
    source: str | None
    as_of: str | None


class LotSavingsView(StrictModel):
    """The savings of one lot."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    quantity: DecimalText
    unit: str
    references: list[ReferenceView]
    rows: list[CostRow]


class TenderSavingsSheet(StrictModel):
    """Claimed, contracted and realised savings of a tender (SCREENS.md PL-14)."""

    tender_id: str
    # By which orders name the contract.
    reference: str
    currency: str
    can_record: bool
    lots: list[LotSavingsView]
    totals: list[CertaintyTotal]


class BudgetView(StrictModel):
    """The recorded budget of a whole lot."""

    lot_id: str
    amount: DecimalText
    source: str
    as_of: str


class BudgetsView(StrictModel):
    """The budgets of a tender, of those lots that have one."""

    budgets: list[BudgetView]


class RecordFigure(StrictModel):
    """A figure of a lot with its source and day; `quantity` goes with realised amounts alone."""

    lot_id: HexId
    kind: FigureKind
    amount: AmountText
    quantity: AmountText | None = None
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    as_of: date


class RealiseLot(StrictModel):
    """The orders by which a lot was called off."""

    lot_id: HexId
    orders: Annotated[list[ShortText], Field(min_length=1, max_length=50)]
