"""The service out of reach for many bidders at once: its lots stand still by themselves (`domain/reaching.py`, LR-37).

Asked of the windows' rows, which every replica keeps of its own sockets, and of the replicas' signs of life.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import RUNNING, is_in_time
from app.domain.reaching import AWAY, TOGETHER, lost_at, out_of_reach_since
from app.infra.world import World
from app.live_rounds import pen_store, store
from app.live_rounds.holding import pause_by_rule
from app.live_rounds.room import room_of, topic_of
from app.tenders import store as tenders_store

REACH_SECONDS = 5.0
# What everybody reads, as of a pause for the same reason by a person.
REASON = "technical"


async def pause_unreached(world: World) -> int:
    """Pause the running lots of rounds that too many bidders cannot reach; how many were paused."""
    if not room_of(world).is_sound:
        return 0
    async with world.db.snapshot() as tx:
        now = world.clock.now()
        if not await pen_store.has_lost(tx, now - AWAY - TOGETHER, now - AWAY):
            # As nearly always: nobody's tag has to be looked at.
            return 0
        running = await store.list_floors_in(tx, RUNNING)
        since = {
            (round_id, tender_id): await _out_of_reach(world, tx, round_id, tender_id)
            for round_id, tender_id in {(one.round_id, one.tender_id) for one in running}
        }
    paused = 0
    for found in running:
        lost_since = since[found.round_id, found.tender_id]
        if lost_since is None:
            continue
        async with world.db.transaction() as tx:
            one = await store.lock_floor(tx, found.lot_id)
            if is_in_time(world.clock.now(), one.timetable.closes_at):
                paused += await pause_by_rule(world, tx, one, REASON, lost_since)
        world.bell.ring(topic_of(found.round_id))
    return paused


async def _out_of_reach(world: World, tx: AsyncConnection, round_id: str, tender_id: str) -> datetime | None:
    tags = await tenders_store.list_accepted_tags(world, tx, tender_id)
    places = [pen_store.place_of(world, round_id, tag) for tag in tags]
    lines = await pen_store.list_lines(tx, places, here=room_of(world).process)
    return out_of_reach_since(
        [lost_at(windows) for windows in lines], world.clock.now(), world.settings.unreached_percent
    )
