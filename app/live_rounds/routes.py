"""HTTP edge of live rounds."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.live_rounds import service, views, voiding
from app.live_rounds.frames import clock_of
from app.live_rounds.schemas import (
    BroadcastRequest,
    CockpitView,
    ExtendRequest,
    HistoryView,
    LotView,
    PauseRequest,
    ProposalMade,
    ResumeRequest,
    RoundView,
    StateView,
    VoidRequest,
)
from app.live_rounds.store import Floor

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])
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


@router.post("/lots/{lot_id}/pause")
async def post_pause(world: WorldDep, actor: PurchaserDep, lot_id: str, body: PauseRequest) -> LotView:
    """Pause a running lot; everyone is told."""
    command = service.PauseLot(body.reason_code, body.reason, body.message_zh, body.message_en)
    return _lot(world, answer(await service.pause_lot(world, actor, lot_id, command)))


@router.post("/lots/{lot_id}/resume")
async def post_resume(world: WorldDep, actor: PurchaserDep, lot_id: str, body: ResumeRequest) -> LotView:
    """Announce when a paused lot goes on."""
    after = None if body.resume_in_s is None else timedelta(seconds=body.resume_in_s)
    return _lot(world, answer(await service.announce_resume(world, actor, lot_id, after)))


@router.post("/lots/{lot_id}/extend")
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
    answer(await service.send_broadcast(world, actor, round_id, zh=body.zh, en=body.en))


def _lot(world: World, one: Floor) -> LotView:
    return LotView.model_validate({"lot": clock_of(one, world.clock.now())})
