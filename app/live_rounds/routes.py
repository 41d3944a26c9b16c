"""HTTP edge of live rounds."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.live_rounds import auto_bids, cancelling, desk_views, phoning, service, views, voiding
from app.live_rounds.frames import clock_of
from app.live_rounds.schemas import (
    AutoBidRequest,
    AutoBidView,
    BroadcastRequest,
    CancelRequest,
    CockpitView,
    DeskView,
    ExtendRequest,
    HistoryView,
    LeakView,
    LotView,
    MessageCheck,
    MessageChecked,
    PauseRequest,
    PhonePauseRequest,
    ProposalMade,
    ResumeRequest,
    RoundView,
    StateView,
    VoidRequest,
)
from app.live_rounds.store import Floor

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])
DeskDep = Annotated[Actor, Depends(staff(Role.DESK_HELP))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]


@router.get("/rounds/{round_id}")
async def get_round(world: WorldDep, actor: ActorDep, round_id: str) -> RoundView:
    """The round: published terms, rules and their sentences."""
    return RoundView.model_validate(await views.read_round(world, actor, round_id))


@router.get("/rounds/{round_id}/state", response_model=StateView)
async def get_state(world: WorldDep, actor: ActorDep, round_id: str) -> Response:
    """The last tick for the reader, never fresher than the socket's."""
    return Response(await views.read_state(world, actor, round_id), media_type="application/json")


@router.get("/rounds/{round_id}/cockpit")
async def get_cockpit(world: WorldDep, actor: ActorDep, round_id: str) -> CockpitView:
    """The buyer's cockpit at the last tick."""
    return CockpitView.model_validate(await views.read_cockpit(world, actor, round_id))


@router.get("/lots/{lot_id}/history")
async def get_history(world: WorldDep, actor: ActorDep, lot_id: str) -> HistoryView:
    """A supplier's own bids; for staff the lot by alias after its close."""
    return HistoryView.model_validate(await views.read_history(world, actor, lot_id))


@router.get("/receipts/{bid_id}")
async def get_receipt(world: WorldDep, actor: ActorDep, bid_id: str) -> dict[str, Any]:
    """An own receipt."""
    return await views.read_receipt(world, actor, bid_id)


@router.get("/lots/{lot_id}/auto-bid")
async def get_auto_bid(world: WorldDep, actor: ActorDep, lot_id: str) -> AutoBidView:
    """The supplier's own limit under which the service bids."""
    return AutoBidView.model_validate(await auto_bids.read_limit(world, actor, lot_id))


@router.put("/lots/{lot_id}/auto-bid")
async def put_auto_bid(world: WorldDep, actor: ActorDep, lot_id: str, body: AutoBidRequest) -> AutoBidView:
    """Set it, or another in its place."""
    return AutoBidView.model_validate(answer(await auto_bids.set_limit(world, actor, lot_id, body.limit)))


@router.delete("/lots/{lot_id}/auto-bid")
async def delete_auto_bid(world: WorldDep, actor: ActorDep, lot_id: str) -> AutoBidView:
    """Withdraw it; what was bid under it stands."""
    return AutoBidView.model_validate(answer(await auto_bids.withdraw_limit(world, actor, lot_id)))


@router.post("/lots/{lot_id}/pause")
async def post_pause(world: WorldDep, actor: PurchaserDep, lot_id: str, body: PauseRequest) -> LotView:
    """Pause a running lot; everyone is told."""
    command = service.PauseLot(
        body.reason_code, body.reason, body.message_zh, body.message_en, amounts_checked=body.amounts_checked
    )
    return _lot(world, answer(await service.pause_lot(world, actor, lot_id, command)))


@router.post("/lots/{lot_id}/resume", dependencies=[stepped_up(SteppedAct.RESUME)])
async def post_resume(world: WorldDep, actor: PurchaserDep, lot_id: str, body: ResumeRequest) -> LotView:
    """Announce when a paused lot goes on."""
    after = None if body.resume_in_s is None else timedelta(seconds=body.resume_in_s)
    return _lot(world, answer(await service.announce_resume(world, actor, lot_id, after)))


@router.post("/lots/{lot_id}/extend", dependencies=[stepped_up(SteppedAct.EXTEND)])
async def post_extend(world: WorldDep, actor: PurchaserDep, lot_id: str, body: ExtendRequest) -> LotView:
    """Move the close of a lot forward."""
    command = service.ExtendLot(timedelta(minutes=body.minutes), body.reason)
    return _lot(world, answer(await service.extend_lot(world, actor, lot_id, command)))


@router.post("/lots/{lot_id}/void", status_code=201)
async def post_void(world: WorldDep, actor: PurchaserDep, lot_id: str, body: VoidRequest) -> ProposalMade:
    """Propose to void a bid; another person decides."""
    command = voiding.VoidBid(body.n, body.alias, body.reason)
    made = answer(await voiding.propose_void(world, actor, lot_id, command))
    return ProposalMade(proposal_id=made.id)


@router.post("/rounds/{round_id}/broadcasts", status_code=204)
async def post_broadcast(world: WorldDep, actor: PurchaserDep, round_id: str, body: BroadcastRequest) -> None:
    """One message to everyone in the round."""
    checked = body.amounts_checked
    answer(await service.send_broadcast(world, actor, round_id, zh=body.zh, en=body.en, amounts_checked=checked))


@router.post("/rounds/{round_id}/broadcasts/check")
async def post_message_check(world: WorldDep, actor: PurchaserDep, round_id: str, body: MessageCheck) -> MessageChecked:
    """What a message to all would give away; changes nothing."""
    leaks = await service.check_message(world, actor, round_id, {"zh": body.zh, "en": body.en})
    return MessageChecked(leaks=[LeakView.model_validate(asdict(leak)) for leak in leaks])


@router.post("/lots/{lot_id}/cancel", status_code=201, dependencies=[stepped_up(SteppedAct.CANCEL)])
async def post_cancel(world: WorldDep, actor: PurchaserDep, lot_id: str, body: CancelRequest) -> ProposalMade:
    """Propose to cancel a lot; another person decides."""
    command = cancelling.CancelLot(body.reason, body.message_zh, body.message_en, amounts_checked=body.amounts_checked)
    return ProposalMade(proposal_id=answer(await cancelling.propose_cancel(world, actor, lot_id, command)).id)


@router.get("/desk/rounds")
async def get_desk_rounds(world: WorldDep, _actor: DeskDep) -> DeskView:
    """The live rounds of today for the neutral desk: clocks alone."""
    return DeskView.model_validate(await desk_views.read_desk(world))


@router.post("/desk/lots/{lot_id}/pause")
async def post_phone_pause(world: WorldDep, actor: DeskDep, lot_id: str, body: PhonePauseRequest) -> LotView:
    """Pause a lot for a purchaser on the phone, by its code."""
    command = phoning.PhonePause(body.code, body.reason)
    return _lot(world, answer(await phoning.pause_by_phone(world, actor, lot_id, command)))


def _lot(world: World, one: Floor) -> LotView:
    return LotView.model_validate({"lot": clock_of(one, world.clock.now())})
