"""HTTP edge of inquiries about abnormally low prices: asked and decided by label, answered by the own supplier."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.visibility import RANKING_READERS, Datum, Role, may_see
from app.evaluation import inquiries, inquiry_store
from app.evaluation.inquiry_schemas import (
    AnswerInquiry,
    AskInquiry,
    DecidedOffer,
    DecideOffer,
    InquiriesView,
    OwnInquiriesView,
)
from app.evaluation.inquiry_views import inquiries_view, own_inquiries_view
from app.identity.access import Actor, BidderDep, SupplierDep, reach_tender, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.tenders import store as tender_store

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]


@router.get("/tenders/{tender_id}/inquiries")
async def read_inquiries(tender_id: str, world: WorldDep, actor: ReaderDep) -> InquiriesView:
    """What looks abnormally low and what was asked, answered and decided; for readers of the ranking (d41)."""
    return await _inquiries(world, actor, tender_id)


@router.post("/tenders/{tender_id}/inquiries", status_code=201)
async def ask(tender_id: str, body: AskInquiry, world: WorldDep, actor: PurchaserDep) -> InquiriesView:
    """Ask the supplier behind a label."""
    made = inquiries.open_inquiry(world, actor, tender_id, lot_id=body.lot_id, label=body.label, question=body.question)
    answer(await made)
    return await _inquiries(world, actor, tender_id)


@router.post("/tenders/{tender_id}/inquiries/{inquiry_id}/decision")
async def decide(
    tender_id: str, inquiry_id: str, body: DecideOffer, world: WorldDep, actor: PurchaserDep
) -> DecidedOffer:
    """Keep the offer, or ask the approver to co-sign its exclusion."""
    decided = answer(
        await inquiries.decide_offer(world, actor, tender_id, inquiry_id, verdict=body.verdict, reason=body.reason)
    )
    return DecidedOffer(proposal_id=None if decided is None else decided.id)


async def _inquiries(world: World, actor: Actor, tender_id: str) -> InquiriesView:
    now = world.clock.now()
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, *RANKING_READERS)
        tender = await tender_store.load_tender(tx, tender_id)
        may_read = may_see(actor.roles, tender.visited, Datum.RANKING)
        lots = await inquiries.list_flagged(tx, tender) if may_read else []
        asked = await inquiry_store.list_inquiries(world, tx, tender_id) if may_read else []
        pending = frozenset([each.id for each in asked if await inquiries.is_pending(tx, each.id, now)])
    is_purchaser = Role.PURCHASER in actor.roles
    return inquiries_view(tender, lots, asked, pending=pending, at=now, is_purchaser=is_purchaser)


@router.get("/tenders/{tender_id}/own-inquiries")
async def read_own_inquiries(tender_id: str, world: WorldDep, actor: SupplierDep) -> OwnInquiriesView:
    """The questions about the own prices."""
    return await _own(world, actor, tender_id)


@router.post("/tenders/{tender_id}/own-inquiries/{inquiry_id}/answer")
async def answer_own(
    tender_id: str, inquiry_id: str, body: AnswerInquiry, world: WorldDep, actor: BidderDep
) -> OwnInquiriesView:
    """Answer a question about the own price, once and in time."""
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, Role.SUPPLIER)
    answer(await inquiries.answer_inquiry(world, actor, tender_id, inquiry_id, body.text))
    return await _own(world, actor, tender_id)


async def _own(world: World, actor: Actor, tender_id: str) -> OwnInquiriesView:
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, Role.SUPPLIER)
        tender = await tender_store.load_tender(tx, tender_id)
        own = await inquiries.list_own(world, tx, tender_id, actor.supplier_id or "")
        lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender_id)}
    return own_inquiries_view(tender, lots, own, world.clock.now())
