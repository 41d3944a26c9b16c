"""Shapes of inquiries on the wire: by label for the buyer's side, the own ones for a supplier."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from app.domain.abnormal import LONGEST_TEXT, InquiryState, OfferVerdict
from app.infra.web import InstantText, StrictModel

HexId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT)]


class FailedTestView(StrictModel):
    """A test of prices that fails, with the limit the price stands below."""

    kind: Literal["share_of_mean", "share_of_second_lowest", "share_of_ceiling"]
    share: str
    is_strict: bool
    limit: str


class InquiryView(StrictModel):
    """An inquiry about an offer, by label. `is_pending`: its exclusion waits for the approver."""

    id: str
    state: InquiryState
    question: str
    asked_at: InstantText
    due_at: InstantText
    answer: str | None
    answered_at: InstantText | None
    is_pending: bool
    reason: str | None
    decided_at: InstantText | None


class FlaggedOfferView(StrictModel):
    """An offer whose price fails a test, or that was asked about; `inquiry` is None while nobody asked."""

    lot_id: str
    label: str
    amount: str
    tests: list[FailedTestView]
    inquiry: InquiryView | None


class InquiriesView(StrictModel):
    """What looks abnormally low in a tender; `offers` is empty where nothing does, or not for this reader yet."""

    tender_id: str
    # The hours a supplier has to answer; None where the rules test nothing.
    answer_hours: int | None
    # What is usually asked, to begin with.
    usual_question: str
    can_act: bool
    offers: list[FlaggedOfferView]


class AskInquiry(StrictModel):
    """Ask the supplier behind a label about its price."""

    lot_id: HexId
    label: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    question: Prose


class DecideOffer(StrictModel):
    """Keep the offer, or propose to exclude it."""

    verdict: OfferVerdict
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class DecidedOffer(StrictModel):
    """The proposal that waits for the approver; None where the offer is kept."""

    proposal_id: str | None


class AnswerInquiry(StrictModel):
    """The own answer."""

    text: Prose


class OwnInquiryView(StrictModel):
    """A question about an own price. What was decided is told with the result."""

    id: str
    lot_id: str
    number: int
    title_zh: str
    title_en: str
    state: Literal["open", "answered", "lapsed"]
    question: str
    asked_at: InstantText
    due_at: InstantText
    answer: str | None


class OwnInquiriesView(StrictModel):
    """The questions about the own prices."""

    tender_id: str
    inquiries: list[OwnInquiryView]
