"""HTTP edge of payments: who owes what when for both sides, and the acts on milestones (SCREENS.md PL-14, SP-12)."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends

from app.award import paying, payment_reading, payment_schemas
from app.award.payment_reading import READERS
from app.award.payment_views import payments_view
from app.domain.paying import Document, Terms
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.identity.access import Actor, InvoicerDep, staff, supplier_only
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute, tags=["award"])
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
SupplierDep = Annotated[Actor, Depends(supplier_only)]


@router.get("/payments")
async def list_payments(world: WorldDep, actor: ReaderDep) -> payment_schemas.PaymentsView:
    """The payments of every tender that the reader may see (VISIBILITY.md d62), and what can be planned."""
    async with world.db.snapshot() as tx:
        sheet = await payment_reading.load_staff_sheet(world, tx, actor)
    return payments_view(sheet, actor)


@router.get("/my/payments")
async def list_own_payments(world: WorldDep, actor: SupplierDep) -> payment_schemas.PaymentsView:
    """What the supplier is owed, by milestone."""
    async with world.db.snapshot() as tx:
        sheet = await payment_reading.load_own_sheet(world, tx, actor)
    return payments_view(sheet, actor)


@router.post("/tenders/{tender_id}/payments", status_code=204)
async def plan_payment(
    tender_id: str, body: payment_schemas.PlanMilestone, world: WorldDep, actor: PurchaserDep
) -> None:
    """Plan a milestone for a supplier of the award."""
    terms = Terms(body.kind, Decimal(body.amount), body.falls_on, body.credit_days, body.note)
    answer(await paying.plan_milestone(world, actor, tender_id, body.supplier_id, terms))


@router.post("/payments/{milestone_id}/day", status_code=204)
async def move_payment(
    milestone_id: str, body: payment_schemas.MoveMilestone, world: WorldDep, actor: PurchaserDep
) -> None:
    """Move the day a milestone falls on."""
    done = paying.move_milestone(
        world, actor, milestone_id, falls_on=body.falls_on, credit_days=body.credit_days, reason=body.reason
    )
    _done(await done)


@router.post("/payments/{milestone_id}/withdrawal", status_code=204)
async def withdraw_payment(
    milestone_id: str, body: payment_schemas.GiveWords, world: WorldDep, actor: PurchaserDep
) -> None:
    """Take a milestone without documents out of the plan."""
    _done(await paying.withdraw_milestone(world, actor, milestone_id, body.text))


@router.post("/payments/{milestone_id}/documents", status_code=204)
async def record_payment(
    milestone_id: str, body: payment_schemas.RecordDocument, world: WorldDep, actor: PurchaserDep
) -> None:
    """Record an invoice or a payment."""
    _done(await paying.record_document(world, actor, milestone_id, document_of(body)))


@router.post("/payments/{milestone_id}/reversal", status_code=204)
async def reverse_payment(
    milestone_id: str, body: payment_schemas.ReverseRecord, world: WorldDep, actor: PurchaserDep
) -> None:
    """Take a document back."""
    _done(await paying.reverse_record(world, actor, milestone_id, body.record_id, body.text))


@router.post("/payments/{milestone_id}/query", status_code=204)
async def query_payment(
    milestone_id: str, body: payment_schemas.GiveWords, world: WorldDep, actor: PurchaserDep
) -> None:
    """Raise a query on a milestone."""
    _done(await paying.raise_dispute(world, actor, milestone_id, body.text))


@router.post("/payments/{milestone_id}/answer", status_code=204)
async def answer_query(
    milestone_id: str, body: payment_schemas.GiveWords, world: WorldDep, actor: PurchaserDep
) -> None:
    """Answer the open query."""
    _done(await paying.settle_dispute(world, actor, milestone_id, body.text))


@router.post("/my/payments/{milestone_id}/invoices", status_code=204)
async def enter_invoice(
    milestone_id: str, body: payment_schemas.RecordDocument, world: WorldDep, actor: InvoicerDep
) -> None:
    """The supplier's own invoice."""
    _done(await paying.record_document(world, actor, milestone_id, document_of(body)))


@router.post("/my/payments/{milestone_id}/query", status_code=204)
async def query_own_payment(
    milestone_id: str, body: payment_schemas.GiveWords, world: WorldDep, actor: InvoicerDep
) -> None:
    """The supplier's query on a milestone."""
    _done(await paying.raise_dispute(world, actor, milestone_id, body.text))


def document_of(body: payment_schemas.RecordDocument) -> Document:
    """A document as typed."""
    return Document(body.kind, body.number, Decimal(body.amount), body.dated_on, body.method, body.matures_on)


def _done(refusal: Refusal | None) -> None:
    if refusal is not None:
        answer(refusal)
