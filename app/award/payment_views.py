"""Turns payments into what the wire shows."""

from app.award.payment_reading import Owed, PaymentSheet
from app.award.payment_schemas import (
    DisputeView,
    MilestoneView,
    OwedView,
    PaymentsView,
    PaymentTotal,
    RecordView,
)
from app.award.payment_store import Milestone
from app.domain.money import minor_units, round_half_up
from app.domain.visibility import Role
from app.identity.access import Actor


def payments_view(sheet: PaymentSheet, actor: Actor) -> PaymentsView:
    """Who owes what when."""
    return PaymentsView(
        today=sheet.today,
        can_record=Role.PURCHASER in actor.roles,
        totals=[
            PaymentTotal(currency=currency, state=state, amount=round_half_up(amount, minor_units(currency)))
            for (currency, state), amount in sorted(sheet.totals().items())
        ],
        milestones=[_milestone_view(sheet, each) for each in sheet.milestones],
        awards=[_owed_view(sheet, each) for each in sheet.awards],
    )


def _owed_view(sheet: PaymentSheet, owed: Owed) -> OwedView:
    tender, names = owed.tender, sheet.names[owed.supplier_id]
    return OwedView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        currency=tender.currency,
        digits=minor_units(tender.currency),
        supplier_id=owed.supplier_id,
        name_zh=names.name_zh,
        name_en=names.name_en,
        total=owed.total,
        planned=round_half_up(owed.planned, minor_units(tender.currency)),
    )


def _milestone_view(sheet: PaymentSheet, found: Milestone) -> MilestoneView:
    tender, terms, standing = sheet.tenders[found.tender_id], found.terms, found.standing(sheet.today)
    names, digits = sheet.names.get(found.supplier_id), minor_units(tender.currency)
    taken_back = {each.reverses for each in found.records}
    return MilestoneView(
        id=found.id,
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        currency=tender.currency,
        digits=digits,
        supplier_id=None if names is None else found.supplier_id,
        name_zh=None if names is None else names.name_zh,
        name_en=None if names is None else names.name_en,
        number=found.number,
        kind=terms.kind,
        note=terms.note,
        amount=round_half_up(terms.amount, digits),
        falls_on=terms.falls_on,
        credit_days=terms.credit_days,
        due_on=terms.due_on,
        state=standing.state,
        days_late=standing.days_late,
        invoiced=round_half_up(standing.invoiced, digits),
        paid=round_half_up(standing.paid, digits),
        owed=round_half_up(standing.owed, digits),
        match=standing.match,
        as_of=found.as_of,
        records=[
            RecordView(
                id=each.id,
                kind=each.document.kind,
                number=each.document.number,
                amount=round_half_up(each.document.amount, digits),
                dated_on=each.document.dated_on,
                method=each.document.method,
                matures_on=each.document.matures_on,
                reverses=each.reverses,
                is_reversed=each.id in taken_back,
                is_supplier=each.is_supplier,
                recorded_at=each.recorded_at,
            )
            for each in found.records
        ],
        disputes=[
            DisputeView(
                is_supplier=each.is_supplier,
                text=each.text,
                raised_at=each.raised_at,
                answer=each.answer,
                settled_at=each.settled_at,
            )
            for each in found.disputes
        ],
    )
