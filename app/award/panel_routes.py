"""HTTP edge of the decision room's acts: the cut is put to the panel, confirmed, voted on, locked (DR-01, DR-04)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.award import room_acts
from app.award.panel_schemas import CastVote, ConfirmRanking, DecisionRoomView, LockShortlist, ProposeShortlist
from app.award.panel_views import Shown, decision_room_view
from app.award.reading import load_published
from app.domain.cutting import Cut
from app.domain.refusals import Refusal
from app.domain.visibility import RANKING_READERS, Datum, Role, may_see
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.tenders import store as tender_store

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
EvaluatorDep = Annotated[Actor, Depends(staff(Role.EVALUATOR))]


@router.get("/tenders/{tender_id}/decision-room")
async def read_room(tender_id: str, world: WorldDep, actor: ReaderDep) -> DecisionRoomView:
    """Who confirmed and voted, who is missing, what was tried; for readers of the ranking (VISIBILITY.md d41)."""
    return await _room(world, actor, tender_id)


@router.post("/tenders/{tender_id}/shortlist")
async def propose_shortlist(
    tender_id: str, body: ProposeShortlist, world: WorldDep, actor: PurchaserDep
) -> DecisionRoomView:
    """Put ranking and shortlist to the panel."""
    cuts = [
        Cut(each.lot_id, tuple(each.labels), each.reason, {one.label: one.text for one in each.notes if one.text})
        for each in body.cuts
    ]
    _done(await room_acts.propose_cut(world, actor, tender_id, cuts))
    return await _room(world, actor, tender_id)


@router.post("/tenders/{tender_id}/ranking/confirmation")
async def confirm_ranking(
    tender_id: str, body: ConfirmRanking, world: WorldDep, actor: EvaluatorDep
) -> DecisionRoomView:
    """A member of the panel confirms the rankings it was shown."""
    await _reach(world, actor, tender_id)
    _done(await room_acts.confirm_ranking(world, actor, tender_id, body.digest))
    return await _room(world, actor, tender_id)


@router.post("/tenders/{tender_id}/shortlist/vote")
async def cast_vote(tender_id: str, body: CastVote, world: WorldDep, actor: EvaluatorDep) -> DecisionRoomView:
    """A member of the panel votes on the shortlist it was shown; until the lock the last vote counts."""
    await _reach(world, actor, tender_id)
    _done(await room_acts.cast_vote(world, actor, tender_id, body.digest, vote=body.vote, reason=body.reason))
    return await _room(world, actor, tender_id)


@router.post("/tenders/{tender_id}/shortlist/lock")
async def lock_shortlist(tender_id: str, body: LockShortlist, world: WorldDep, actor: PurchaserDep) -> DecisionRoomView:
    """Make the shortlist that was voted on the official one."""
    _done(await room_acts.lock_shortlist(world, actor, tender_id, body.digest))
    return await _room(world, actor, tender_id)


def _done(refusal: Refusal | None) -> None:
    if refusal is not None:
        answer(refusal)


async def _reach(world: World, actor: Actor, tender_id: str) -> None:
    async with world.db.snapshot() as tx:
        await reach_tender(tx, actor, tender_id, Role.EVALUATOR)


async def _room(world: World, actor: Actor, tender_id: str) -> DecisionRoomView:
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, *RANKING_READERS)
        room = await room_acts.load_room(tx, tender)
        names = {}
        for account_id in {*(each.account_id for each in room.members), *(act.by for act in room.acts)}:
            person = await identity_store.find_account(world, tx, account_id)
            names[account_id] = "" if person is None else person.name
        shown = Shown(
            room,
            await tender_store.list_lots(tx, tender_id),
            names,
            await room_acts.decide_examined(world, tx, room),
            may_read=may_see(actor.roles, tender.visited, Datum.RANKING),
        )
    return decision_room_view(shown, actor)
