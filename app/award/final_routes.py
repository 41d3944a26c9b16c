"""HTTP edge of best-and-final rounds: one sheet for both sides, asking, calling off, and the sealed offer."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.award import final_offering, final_reading, final_rounds, reading
from app.award.final_schemas import AskRound, CancelRound, FinalOfferBody, FinalOffersView
from app.award.negotiating import may_read
from app.award.schemas import AwardProposal
from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, BidderDep, staff
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.sealed_rounds.schemas import ReceiptView
from app.sealed_rounds.stamping import ReceivedAt, StampedRoute

router = APIRouter(tags=["award"])
acts = APIRouter(route_class=StrictRoute)
# The stamp of an offer is that of its last byte.
handing_in = APIRouter(route_class=StampedRoute)
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
READERS = (Role.SUPPLIER, Role.PURCHASER, Role.APPROVER, Role.AUDITOR)


@acts.get("/tenders/{tender_id}/final-offers")
async def read_final_offers(tender_id: str, world: WorldDep, actor: ActorDep) -> FinalOffersView:
    """The best-and-final rounds of the award: of a supplier its own offers alone."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *READERS)
        if not may_read(actor, tender):
            raise not_found()
        return await final_reading.load_view(world, tx, tender, actor)


@acts.post("/tenders/{tender_id}/final-rounds", status_code=201)
async def ask_final_round(tender_id: str, body: AskRound, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Ask an approver for a best-and-final round."""
    asked = final_rounds.propose_round(world, actor, tender_id, closes_at=body.closes_at, reason=body.reason)
    return AwardProposal(proposal_id=answer(await asked).id)


@acts.post("/final-rounds/{round_id}/cancellation", status_code=201)
async def cancel_final_round(round_id: str, body: CancelRound, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Ask an approver to call a round off."""
    asked = await final_rounds.propose_cancelling(world, actor, round_id, body.reason)
    return AwardProposal(proposal_id=answer(asked).id)


@handing_in.put("/my/final-rounds/{round_id}/offers/{lot_id}")
async def put_final_offer(
    round_id: str, lot_id: str, body: FinalOfferBody, world: WorldDep, actor: BidderDep, at: ReceivedAt
) -> ReceiptView:
    """Hand in a sealed final offer; the same one again gives the identical receipt."""
    header = None if body.model_extra else body.header
    sent = final_offering.Sent(round_id, lot_id, header, body.price, at)
    return ReceiptView.model_validate(answer(await final_offering.hand_in(world, actor, sent)))


router.include_router(acts)
router.include_router(handing_in)
