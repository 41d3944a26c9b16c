"""From inquiries and failed tests to the shapes of the wire (inquiry_schemas.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from app.domain.abnormal import USUAL_QUESTION, InquiryState, flags_data
from app.domain.money import format_amount
from app.domain.tendering import TenderState
from app.evaluation.inquiries import FlaggedLot
from app.evaluation.inquiry_schemas import (
    FailedTestView,
    FlaggedOfferView,
    InquiriesView,
    InquiryView,
    OwnInquiriesView,
    OwnInquiryView,
)
from app.evaluation.inquiry_store import Inquiry
from app.evaluation.offers import evaluation_in
from app.tenders.store import Lot, Tender


def inquiries_view(
    tender: Tender,
    lots: Sequence[FlaggedLot],
    inquiries: Sequence[Inquiry],
    *,
    pending: frozenset[str],
    at: datetime,
    is_purchaser: bool,
) -> InquiriesView:
    """What looks abnormally low, lot by lot; who was excluded stays on the list."""
    rules = evaluation_in(tender)
    abnormal = None if rules is None else rules.abnormal
    offers: list[FlaggedOfferView] = []
    for each in lots:
        asked = {one.label: one for one in inquiries if one.lot_id == each.lot.id}
        labels = dict.fromkeys([*each.flags, *asked])
        offers += [_offer(each, label, asked.get(label), pending, at) for label in labels]
    return InquiriesView(
        tender_id=tender.id,
        answer_hours=None if abnormal is None else abnormal.answer_hours,
        usual_question=USUAL_QUESTION,
        can_act=is_purchaser and tender.state is TenderState.EVALUATION,
        offers=offers,
    )


def _offer(
    flagged: FlaggedLot, label: str, asked: Inquiry | None, pending: frozenset[str], at: datetime
) -> FlaggedOfferView:
    row = flagged.ranking.official.find(label)
    amount = asked.amount if asked is not None else None if row is None else row.amount
    assert amount is not None, "a flagged offer is ranked, or was asked about"
    tests = asked.tests if asked is not None else flags_data(flagged.flags[label])
    return FlaggedOfferView(
        lot_id=flagged.lot.id,
        label=label,
        amount=format_amount(amount, flagged.lot.scale),
        tests=[FailedTestView.model_validate(dict(test)) for test in tests],
        inquiry=None if asked is None else _inquiry(asked, is_pending=asked.id in pending, at=at),
    )


def _inquiry(asked: Inquiry, *, is_pending: bool, at: datetime) -> InquiryView:
    return InquiryView(
        id=asked.id,
        state=asked.state_at(at),
        question=asked.question,
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        answer=asked.answer,
        answered_at=asked.answered_at,
        is_pending=is_pending,
        reason=asked.reason,
        decided_at=asked.decided_at,
    )


def own_inquiries_view(
    tender: Tender, lots: Mapping[str, Lot], own: Sequence[Inquiry], at: datetime
) -> OwnInquiriesView:
    """A supplier's own questions; a decision is told with the result and not before."""
    return OwnInquiriesView(tender_id=tender.id, inquiries=[_own(lots[each.lot_id], each, at) for each in own])


def _own(lot: Lot, asked: Inquiry, at: datetime) -> OwnInquiryView:
    told: Literal["open", "answered", "lapsed"] = "open" if asked.state_at(at) is InquiryState.OPEN else "lapsed"
    return OwnInquiryView(
        id=asked.id,
        lot_id=lot.id,
        number=lot.number,
        title_zh=lot.title_zh,
        title_en=lot.title_en,
        state="answered" if asked.answer is not None else told,
        question=asked.question,
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        answer=asked.answer,
    )
