"""Shapes of payments on the wire. The supplier's page has the same milestones without names of anybody."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.award.report_schemas import AmountText
from app.award.schemas import HexId
from app.domain.paying import LONGEST_CREDIT, AfterEnd, Match, Method, MilestoneKind, MilestoneState, RecordKind
from app.domain.payment_matching import PaymentField, RowVerdict
from app.domain.payment_plan import MOST_MILESTONES
from app.domain.registering import FieldFault
from app.infra.web import DecimalText, InstantText, LongText, ShortText, StrictModel

CreditDays = Annotated[int, Field(ge=0, le=LONGEST_CREDIT)]


class RecordView(StrictModel):
    """An invoice or a payment; a reversal has a minus and names what it takes back."""

    id: str
    kind: RecordKind
    number: str
    amount: DecimalText
    dated_on: date
    method: Method | None
    matures_on: date | None
    reverses: str | None
    is_reversed: bool
    is_supplier: bool
    recorded_at: InstantText


class DisputeView(StrictModel):
    """A query and its answer; `is_supplier`: the supplier asked."""

    is_supplier: bool
    text: str
    raised_at: InstantText
    answer: str | None
    settled_at: InstantText | None


class MilestoneView(StrictModel):
    """A payment milestone as it stands today; names are null on the supplier's own page."""

    id: str
    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    currency: str
    digits: int
    supplier_id: str | None
    name_zh: str | None
    name_en: str | None
    number: int
    kind: MilestoneKind
    note: str
    amount: DecimalText
    falls_on: date
    credit_days: int
    due_on: date
    state: MilestoneState
    days_late: int
    invoiced: DecimalText
    paid: DecimalText
    owed: DecimalText
    match: Match
    as_of: InstantText
    # Where its contract ends before its time: the last day, and what is left of this milestone.
    contract_ends_on: date | None
    after_end: AfterEnd | None
    records: list[RecordView]
    disputes: list[DisputeView]


class PaymentTotal(StrictModel):
    """The sum of a state in a currency."""

    currency: str
    state: MilestoneState
    amount: DecimalText


class AwardOwed(StrictModel):
    """An award that milestones can be planned for, and how much of it is planned."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    currency: str
    digits: int
    supplier_id: str
    name_zh: str
    name_en: str
    total: DecimalText
    planned: DecimalText
    # The contract is in force and nothing is planned yet: its terms come to a plan.
    follows_contract: bool


class PaymentsView(StrictModel):
    """Who owes what when; the earliest last day first."""

    today: date
    can_record: bool
    totals: list[PaymentTotal]
    milestones: list[MilestoneView]
    awards: list[AwardOwed]


class PaymentExport(StrictModel):
    """Who owes what when, for other programs."""

    today: date
    milestones: list[MilestoneView]


class ProposedMilestone(StrictModel):
    """A milestone that the contract's terms come to."""

    kind: MilestoneKind
    amount: DecimalText
    falls_on: date
    credit_days: int
    due_on: date


class PlanProposed(StrictModel):
    """The plan that follows from a contract in force; without milestones where some are planned already."""

    currency: str
    digits: int
    total: DecimalText
    planned: DecimalText
    signed_on: date
    milestones: list[ProposedMilestone]


class PlanPart(StrictModel):
    """A milestone of a whole plan."""

    kind: MilestoneKind
    amount: AmountText
    falls_on: date
    credit_days: CreditDays
    note: ShortText = ""


class KeepPlan(StrictModel):
    """A whole plan: it comes to the contract to the last cent."""

    supplier_id: HexId
    milestones: Annotated[list[PlanPart], Field(min_length=1, max_length=MOST_MILESTONES)]


class PaymentCell(StrictModel):
    """A cell that could not be read or recorded: where, what was typed, what is wrong."""

    row: int
    cell: str
    column: PaymentField
    code: FieldFault
    text: str
    detail: dict[str, str]


class PaymentRowView(StrictModel):
    """A good row: a document that is new, or one that is recorded already."""

    row: int
    verdict: RowVerdict
    tender: str
    milestone: int
    kind: RecordKind
    number: str
    amount: DecimalText
    currency: str
    dated_on: date


class PaymentsImportedView(StrictModel):
    """What came of a file, or would come of it."""

    is_preview: bool
    total: int
    created: int
    known: int
    bad_rows: int
    ignored_columns: list[str]
    rows: list[PaymentRowView]
    faults: list[PaymentCell]


class PlanMilestone(StrictModel):
    """A part of the price of an award."""

    supplier_id: HexId
    kind: MilestoneKind
    amount: AmountText
    falls_on: date
    credit_days: CreditDays
    note: ShortText = ""


class MoveMilestone(StrictModel):
    """Another day, with the reason."""

    falls_on: date
    credit_days: CreditDays
    reason: ShortText


class GiveWords(StrictModel):
    """A reason, a query or an answer."""

    text: LongText


class ReverseRecord(StrictModel):
    """Which document is taken back, and why."""

    record_id: HexId
    text: ShortText


class RecordDocument(StrictModel):
    """An invoice or a payment as its paper says."""

    kind: RecordKind
    number: Annotated[str, Field(max_length=60)]
    amount: AmountText
    dated_on: date
    method: Method | None = None
    matures_on: date | None = None
