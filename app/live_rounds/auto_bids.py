"""A bidder's own limits, under which the service bids: read, set, changed, withdrawn, and stopped. LIVE.md section 1.

What a limit does is in `domain/auto_bidding.py`; here is who may set one. Nobody but its bidder is given a limit back,
or told that there is one; the journal has a commitment, whose salt the bidder holds too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.auto_bidding import AutoBidState, commitment_of, decide_auto_bid, decide_limit
from app.domain.formats import FloorState
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.refusals import Code, Refusal
from app.domain.representing import Right, decide_right
from app.domain.scoring.live_standing import standing_by
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import auto_bid_store, store
from app.live_rounds.admission import find_bar, reach_round
from app.live_rounds.auto_bid_store import AutoBid
from app.live_rounds.entering import enter
from app.live_rounds.intact import load_ground
from app.live_rounds.pens import find_pen_bar
from app.live_rounds.room import room_of, topic_of
from app.live_rounds.seeding import list_seeds
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.store import Tender

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Seat:
    """A bidder before one of its lots."""

    tender: Tender
    one: Floor
    tag: str


async def _reach(world: World, tx: AsyncConnection, actor: Actor, lot_id: str) -> _Seat:
    """The door: a supplier that has joined, on a lot of its round; the one 404 else."""
    one = await store.load_floor(tx, lot_id)
    tender, hat = await reach_round(tx, actor, one.round_id)
    if hat is not Role.SUPPLIER or actor.supplier_id is None:
        raise not_found()
    part = await tenders_store.find_participation(world, tx, tender.id, actor.supplier_id)
    if part is None or not part.joined:
        raise not_found()
    if one.rules.starts_from is not None:
        # After a sealed round only those with a valid price of the lot are on its floor.
        seeds = await list_seeds(world, tx, lot_id)
        if all(seed.price.tag != part.tag for seed in seeds):
            raise not_found()
    return _Seat(tender, one, part.tag)


async def read_limit(world: World, actor: Actor, lot_id: str) -> dict[str, Any]:
    """The members of `AutoBidView`: the bidder's own limit, in force or not."""
    async with world.db.snapshot() as tx:
        seat = await _reach(world, tx, actor, lot_id)
        found = await auto_bid_store.find(world, tx, lot_id=lot_id, tag=seat.tag)
    return _view(seat.one, found)


def _view(one: Floor, found: AutoBid | None) -> dict[str, Any]:
    if found is None:
        return {"lot_id": one.lot_id, "state": None, "limit": None, "commitment": None, "salt": None, "set_at": None}
    return {
        "lot_id": one.lot_id,
        "state": found.state,
        "limit": format_amount(found.limit, one.terms.scale),
        "commitment": found.commitment,
        "salt": found.salt,
        "set_at": found.set_at,
    }


async def set_limit(world: World, actor: Actor, lot_id: str, sent: str) -> dict[str, Any] | Refusal:
    """Set a limit, or another in its place; the lot's next tick acts on it."""
    async with world.db.transaction() as tx:
        seat = await _reach(world, tx, actor, lot_id)
        one, tag = await store.lock_floor(tx, lot_id), seat.tag
        limit = await _bar(world, tx, actor, seat) or await _decide(world, tx, one, tag, sent)
        if isinstance(limit, Refusal):
            return await _refused(world, tx, one, tag, limit)
        text, salt = format_amount(limit, one.terms.scale), world.ids.salt()[:SALT_BYTES]
        commitment = commitment_of(lot_id, tag, text, salt)
        new = AutoBid(tag, AutoBidState.ACTIVE, commitment, limit, salt.hex(), world.clock.now())
        await auto_bid_store.put(world, tx, lot_id, new, text)
        await store.set_floor(tx, one)
        await enter(world, tx, one, Kind.AUTO_BID_SET, {"commitment": commitment}, tag=tag, actor_role="supplier")
    world.bell.ring(topic_of(one.round_id))
    return _view(one, new)


async def _decide(world: World, tx: AsyncConnection, one: Floor, tag: str, sent: str) -> Any:
    ground = await load_ground(world, tx, one)
    if isinstance(ground, Refusal):
        return ground
    bids = await store.list_accepted_bids(tx, one.lot_id)
    standing = standing_by(ground, (bid.placed for bid in bids if not bid.voided))
    return decide_limit(one.rules, one.terms, FloorState(one.timetable, standing, one.accepted, one.course), tag, sent)


async def withdraw_limit(world: World, actor: Actor, lot_id: str) -> dict[str, Any] | Refusal:
    """Take the limit back; what was bid under it stands."""
    async with world.db.transaction() as tx:
        seat = await _reach(world, tx, actor, lot_id)
        one, tag = await store.lock_floor(tx, lot_id), seat.tag
        refusal = await _bar(world, tx, actor, seat) or decide_auto_bid(one.rules, one.timetable)
        if refusal is not None:
            return await _refused(world, tx, one, tag, refusal)
        await _end(world, tx, one, tag, AutoBidState.WITHDRAWN, actor_role="supplier")
        found = await auto_bid_store.find(world, tx, lot_id=lot_id, tag=tag)
    world.bell.ring(topic_of(one.round_id))
    return _view(one, found)


async def _bar(world: World, tx: AsyncConnection, actor: Actor, seat: _Seat) -> Refusal | None:
    """Why this person may not act for its bidder now: too often, not the pen's holder, barred from bidding."""
    if not room_of(world).limit.admits(seat.tag, seat.one.lot_id):
        return Refusal(Code.SLOW_DOWN)
    account = actor.account_id
    barred = await find_pen_bar(world, tx, round_id=seat.one.round_id, tag=seat.tag, account_id=account)
    barred = barred or decide_right(actor.rights, Right.BID)
    return barred or await find_bar(world, tx, actor.supplier_id or "", seat.tender.category)


async def _refused(world: World, tx: AsyncConnection, one: Floor, tag: str, refusal: Refusal) -> Refusal:
    """Journal that a rule said no, without what was sent; floods are counted with the bids'."""
    if refusal.code is not Code.SLOW_DOWN:
        data = {"code": refusal.code.value}
        await enter(world, tx, one, Kind.AUTO_BID_REFUSED, data, tag=tag, actor_role="supplier")
    return refusal


async def _end(
    world: World, tx: AsyncConnection, one: Floor, tag: str, state: AutoBidState, *, actor_role: str = "service"
) -> bool:
    """End a limit that is in force, with its entry. Precondition: the floor is locked."""
    found = await auto_bid_store.find(world, tx, lot_id=one.lot_id, tag=tag)
    if found is None or found.state is not AutoBidState.ACTIVE:
        return False
    now: datetime = world.clock.now()
    await tx.run_sync(auto_bid_store.end, lot_id=one.lot_id, tag=tag, state=state, at=now)
    await store.set_floor(tx, one)
    data = {"commitment": found.commitment, "state": state.value, "at": instant_text(now)}
    await enter(world, tx, one, Kind.AUTO_BID_ENDED, data, tag=tag, actor_role=actor_role)
    return True


async def stop_after_void(world: World, tx: AsyncConnection, lot_id: str, tag: str) -> None:
    """A bid of this bidder was voided: the service must not place the same error again. The floor is locked."""
    await _end(world, tx, await store.lock_floor(tx, lot_id), tag, AutoBidState.STOPPED)


async def stop_barred(world: World) -> int:
    """Stop the limits of bidders that may not bid any more, as their sockets are looked at again; how many."""
    async with world.db.snapshot() as tx:
        active = await auto_bid_store.list_active_tags(tx)
        barred = [(lot, tag) for lot, tag in active if await _is_barred(world, tx, lot, tag)]
    stopped = 0
    for lot_id, tag in barred:
        async with world.db.transaction() as tx:
            one = await store.lock_floor(tx, lot_id)
            stopped += await _end(world, tx, one, tag, AutoBidState.STOPPED)
        world.bell.ring(topic_of(one.round_id))
    return stopped


async def _is_barred(world: World, tx: AsyncConnection, lot_id: str, tag: str) -> bool:
    one = await store.load_floor(tx, lot_id)
    tender = await tenders_store.load_tender(tx, one.tender_id)
    parts = await tenders_store.list_participations(world, tx, tender.id)
    found = next((part for part in parts if part.tag == tag and part.joined), None)
    return found is None or await find_bar(world, tx, found.supplier_id, tender.category) is not None
