"""The floors of a live round: made when it is known when it opens, following its rules until it does.

A round that starts from sealed prices has no floor before these are opened: there is no instant yet to tell anybody.
Any replica may ask at any moment; every act locks, looks again and changes nothing the second time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus, timetable_of
from app.domain.formats import LiveRules, LotTerms, hash_of_rules, lot_times, rules_to_json
from app.domain.freezing import live_rules_of
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code
from app.domain.tendering import TenderState
from app.infra.one_go import read_in_one_go
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.entering import said_at, tell_all
from app.live_rounds.room import topic_of
from app.live_rounds.seeding import has_seeds, opening_of
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.ending import fail_tender
from app.tenders.store import Lot, Tender

# Published and not over: the states in which a live round has floors to make or to follow.
BEFORE_OR_IN_PLAY = frozenset({TenderState.PUBLISHED, TenderState.RESPONDING, TenderState.RESPONSE_CLOSED})
# The reminder goes out this long before the opening, unless that is so near that it would come too late.
SOON = timedelta(minutes=15)


async def ensure_floors(world: World, tender_id: str) -> None:
    """Make the floors of a published live round where they are missing; follow the round's rules while scheduled."""
    if not await read_in_one_go(world.db, lambda tx: _asks_for_floors(tx, tender_id)):
        return
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, tender_id)
        plan = await plan_of(tx, tender)
        if plan is None:
            return
        if plan.rules.starts_from is not None and not await has_seeds(world, tx, tender_id):
            # Opened, and not one price that counts: nothing can be played for.
            await fail_tender(world, tx, tender, Code.TOO_FEW_BIDDERS)
            return
        is_new, is_moved = False, plan.opens_at > plan.rules.opens_at
        # Told just now, the usual reminder a quarter of an hour ahead would only repeat it.
        is_told = is_moved and plan.opens_at - world.clock.now() <= SOON
        for position, lot in enumerate(await tenders_store.list_lots(tx, tender_id)):
            held = await store.find_floor(tx, lot.id)
            if held is None:
                is_new = True
                await store.insert_floor(tx, replace(_new_floor(tender, lot, position, plan), is_told_soon=is_told))
            else:
                await follow(tx, await store.lock_floor(tx, lot.id), plan)
        if is_new and plan.rules.starts_from is not None:
            await tenders_store.set_round(tx, tender.round_id, ruled_opens_at=plan.opens_at)
        if is_new and is_moved:
            # The published opening has moved, by rule: all are told at once (DESIGN.md section 3).
            told = said_at(tender, plan.opens_at)
            await tell_all(world, tx, tender, NoticeKind.ROUND_SOON, lot_number="1", opens_at=told)
    world.bell.ring(topic_of(tender.round_id))


async def _asks_for_floors(tx: AsyncConnection, tender_id: str) -> bool:
    tender = await tenders_store.load_tender(tx, tender_id)
    plan = await plan_of(tx, tender)
    return plan is not None and await _is_behind(tx, tender, plan.rules)


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a live round and the instant it opens by them."""

    rules: LiveRules
    opens_at: datetime


async def plan_of(tx: AsyncConnection, tender: Tender) -> Plan | None:
    """The plan of a tender's live round; None without one, before it is known when it opens, and after the end."""
    if tender.state not in BEFORE_OR_IN_PLAY or tender.frozen is None:
        return None
    rules = live_rules_of(tender.frozen)
    if rules is None:
        return None
    opens_at = await opening_of(tx, tender, rules)
    return None if opens_at is None else Plan(rules, opens_at)


async def _is_behind(tx: AsyncConnection, tender: Tender, rules: LiveRules) -> bool:
    floors = await store.list_floors(tx, tender.round_id)
    if not floors:
        return True
    wanted = hash_of_rules(rules)
    return any(one.status is LotStatus.SCHEDULED and (one.rules, one.rules_hash) != (rules, wanted) for one in floors)


def _new_floor(tender: Tender, lot: Lot, position: int, plan: Plan) -> Floor:
    return Floor(
        lot_id=lot.id,
        round_id=tender.round_id,
        tender_id=tender.id,
        position=position,
        terms=LotTerms(lot.scale, lot.ceiling_price, lot.start_price),
        rules=plan.rules,
        rules_hash=hash_of_rules(plan.rules),
        timetable=timetable_of(lot_times(plan.rules, position, plan.opens_at)),
        pause_reason=None,
        attempts=0,
        accepted=0,
        voids=0,
        version=1,
        alias_sealed=None,
        is_told_soon=False,
    )


async def follow(tx: AsyncConnection, one: Floor, plan: Plan) -> Floor:
    """Take over the round's rules as amended; only before the lot opens."""
    rules, wanted = plan.rules, hash_of_rules(plan.rules)
    if one.status is not LotStatus.SCHEDULED or (one.rules, one.rules_hash) == (rules, wanted):
        return one
    table = timetable_of(lot_times(rules, one.position, plan.opens_at))
    await store.set_timetable(tx, one, table, rules=rules_to_json(rules), rules_hash=wanted)
    return replace(one, rules=rules, rules_hash=wanted, timetable=table, version=one.version + 1)
