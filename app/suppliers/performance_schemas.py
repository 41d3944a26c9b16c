"""Shapes of orders, deliveries and performance reviews on the wire (VISIBILITY.md d62)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from app.domain.certification import Grade
from app.domain.ordering import LONGEST_NOTE, MOST_PROMISES, OrderField
from app.domain.performance import Outcome
from app.domain.registering import FieldFault, parse_day
from app.infra.web import AmountText, DecimalText, InstantText, StrictModel
from app.suppliers.schemas import Typed


def _day(typed: object) -> date:
    day = parse_day(typed) if isinstance(typed, str) else FieldFault.NOT_A_DATE
    if isinstance(day, FieldFault):
        raise ValueError("a day is written 2026-09-30")  # noqa: TRY004 - pydantic asks for a ValueError
    return day


# Pydantic would read a number as a day, too.
DayText = Annotated[date, BeforeValidator(_day)]


class PromiseForm(StrictModel):
    """So much by a day."""

    on: DayText
    quantity: AmountText


class EnterOrder(StrictModel):
    """A purchase order of a supplier, with one promise or one for each part."""

    supplier_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    number: Typed
    category: Typed
    item: Typed
    unit: Typed
    promises: Annotated[list[PromiseForm], Field(min_length=1, max_length=MOST_PROMISES)]
    # The contract it calls off from, by the reference of its tender.
    contract: Typed = ""


class RecordDelivery(StrictModel):
    """What arrived under a delivery note; `is_correction` replaces what was recorded under the same number."""

    number: Typed
    delivered_on: DayText
    accepted: AmountText
    rejected: AmountText = "0"
    service: Annotated[int, Field(ge=0, le=5, strict=True)] | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)] = ""
    is_correction: bool = False


class PointsView(StrictModel):
    """0 to 100 by aspect; null where nothing could be observed."""

    quality: DecimalText | None
    delivery: DecimalText | None
    service: DecimalText | None


class PromiseView(StrictModel):
    """So much by a day."""

    on: str
    quantity: DecimalText


class DeliveryView(StrictModel):
    """A delivery note as it counts now; a revision above 1 is a correction."""

    number: str
    revision: int
    delivered_on: str
    accepted: DecimalText
    rejected: DecimalText
    service: int | None
    note: str


class OrderContract(StrictModel):
    """A contract as orders name it."""

    tender_id: str
    reference: str


class OrderView(StrictModel):
    """An order with what has arrived, and its points so far."""

    id: str
    number: str
    supplier_id: str
    name_zh: str
    name_en: str
    category: str
    item: str
    unit: str
    quantity: DecimalText
    promises: list[PromiseView]
    due_on: str
    state: Literal["open", "cancelled"]
    accepted: DecimalText
    rejected: DecimalText
    on_time: DecimalText
    points: PointsView
    deliveries: list[DeliveryView]
    contract: OrderContract | None


class OrderPage(StrictModel):
    """Orders by number; `next` asks for the following page."""

    orders: list[OrderView]
    next: str | None


class OrderCell(StrictModel):
    """A cell that could not be imported: where, what was typed, what is wrong."""

    row: int
    cell: str
    column: OrderField
    code: FieldFault
    text: str
    detail: dict[str, str]


class OrdersImported(StrictModel):
    """What came of a file: `created` orders or deliveries are stored, every bad cell is named."""

    total: int
    created: int
    bad_rows: int
    ignored_columns: list[str]
    rows: list[OrderCell]


class MakeReview(StrictModel):
    """A category and a period: 2026-Q3 or 2026."""

    category: Typed
    period: Annotated[str, StringConstraints(max_length=7)]


class GiveReply(StrictModel):
    """The supplier's word."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class FormulaView(StrictModel):
    """The rule a review was made by."""

    version: str
    quality: DecimalText
    delivery: DecimalText
    service: DecimalText
    minimum_orders: int
    certification_share: DecimalText


class SampleView(StrictModel):
    """An order as it was when the review was made."""

    number: str
    item: str
    unit: str
    due_on: str
    quantity: DecimalText
    accepted: DecimalText
    rejected: DecimalText
    on_time: DecimalText
    points: PointsView


class ReviewView(StrictModel):
    """A review of a period; `score_before` is the last scored one of the same length and category before it."""

    id: str
    category: str
    period: str
    revision: int
    state: Literal["open", "closed"]
    outcome: Outcome
    order_count: int
    delivery_count: int
    points: PointsView
    score: DecimalText | None
    grade: Grade | None
    score_before: DecimalText | None
    # The quarter among the other suppliers reviewed for the category and period, 1 the best; null with few of them.
    band: Annotated[int, Field(ge=1, le=4)] | None
    formula: FormulaView
    orders: list[SampleView]
    made_at: InstantText
    reply_until: str
    reply: str | None
    replied_at: InstantText | None
    closed_at: InstantText | None
    is_proposed: bool
    # An appeal against it is open: nothing follows from it until that is decided.
    is_held: bool
    # Computed anew on an appeal: final.
    is_final: bool
    appeal_until: str | None
    may_appeal: bool


class MarksAfter(StrictModel):
    """What the marks of the certification would be after a closed review."""

    quality: DecimalText
    delivery: DecimalText
    credit: DecimalText


class PerformanceView(StrictModel):
    """A supplier's reviews, newest period first, and its orders."""

    supplier_id: str
    name_zh: str
    name_en: str
    reviews: list[ReviewView]
    orders: list[OrderView]


class StaffPerformanceView(PerformanceView):
    """For the buyer's side: with the marks that each closed review would lead to, by the review's id."""

    marks_after: dict[str, MarksAfter]


class PointsOffer(StrictModel):
    """Points by grade that the closed reviews of a category suggest; null where fewer than three suppliers were
    reviewed."""

    category: str
    suppliers: int
    points: dict[Grade, DecimalText] | None
