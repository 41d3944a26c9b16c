"""Turns payments into what the wire shows."""

from app.award.payment_importing import PaymentsImported
from app.award.payment_planning import ProposedPlan
from app.award.payment_reading import Owed, PaymentSheet
from app.award.payment_schemas import (
    AwardOwed,
    DisputeView,
    MilestoneView,
    PaymentCell,
    PaymentExport,
    PaymentRowView,
    PaymentsImportedView,
    PaymentsView,
    PaymentTotal,
    PlanProposed,
    ProposedMilestone,
    RecordView,
)
from app.award.payment_store import Milestone
from app.domain.money import minor_units, round_half_up
from app.domain.paying import RecordKind, after_end
from app.domain.payment_matching import RowVerdict
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


def _owed_view(sheet: PaymentSheet, owed: Owed) -> AwardOwed:
    tender, names = owed.tender, sheet.names[owed.supplier_id]
    return AwardOwed(
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
        follows_contract=owed.is_signed and not owed.planned,
    )


def _milestone_view(sheet: PaymentSheet, found: Milestone) -> MilestoneView:
    tender, terms, standing = sheet.tenders[found.tender_id], found.terms, found.standing(sheet.today)
    names, digits = sheet.names.get(found.supplier_id), minor_units(tender.currency)
    taken_back = {each.reverses for each in found.records}
    ends_on = sheet.ends.get((found.tender_id, found.supplier_id))
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
        contract_ends_on=ends_on,
        after_end=after_end(terms, standing, ends_on),
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


def export_view(sheet: PaymentSheet) -> PaymentExport:
    """Who owes what when, for other programs."""
    return PaymentExport(today=sheet.today, milestones=[_milestone_view(sheet, each) for each in sheet.milestones])


def plan_view(plan: ProposedPlan) -> PlanProposed:
    """The plan that a contract's terms come to."""
    digits = minor_units(plan.tender.currency)
    return PlanProposed(
        currency=plan.tender.currency,
        digits=digits,
        total=round_half_up(plan.total, digits),
        planned=round_half_up(plan.planned, digits),
        signed_on=plan.signed_on,
        milestones=[
            ProposedMilestone(
                kind=each.kind,
                amount=round_half_up(each.amount, digits),
                falls_on=each.falls_on,
                credit_days=each.credit_days,
                due_on=each.due_on,
            )
            for each in plan.milestones
        ],
    )


def imported_view(done: PaymentsImported) -> PaymentsImportedView:
    """What came of a file."""
    return PaymentsImportedView(
        is_preview=done.is_preview,
        total=done.total,
        created=done.count(RowVerdict.NEW),
        known=done.count(RowVerdict.KNOWN),
        bad_rows=done.count(RowVerdict.BAD),
        ignored_columns=list(done.ignored),
        rows=[
            PaymentRowView(
                row=each.row,
                verdict=each.verdict,
                tender=each.tender,
                milestone=each.milestone,
                kind=RecordKind(each.kind),
                number=each.number,
                amount=round_half_up(each.amount, minor_units(each.currency)),
                currency=each.currency,
                dated_on=each.dated_on,
            )
            for each in done.rows
        ],
        faults=[
            PaymentCell(
                row=each.row,
                cell=each.cell,
                column=each.column,
                code=each.code,
                text=each.text,
                detail=dict(each.detail),
            )
            for each in done.faults
        ],
    )
