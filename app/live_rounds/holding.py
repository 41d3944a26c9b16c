"""What stops a lot without a person: the service was down, its clock jumped, or its rules were changed in the tables.

LIVE.md section 2 rules 8 and 9; attacks.md G06. A person lets it go on, and only by the rules that were published.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import RUNNING, LotStatus, pause_after_outage
from app.domain.entries import from_milliseconds, to_milliseconds
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.refusals import Refusal
from app.infra.errors import Problem
from app.infra.world import World
from app.live_rounds import round_store, store
from app.live_rounds.entering import enter, mark, number_of, tell_all
from app.live_rounds.intact import load_ground
from app.live_rounds.room import room_of, topic_of
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store

# A pause by rule says no more in its mail; the journal has the code.
TECHNICAL = "技术原因 / technical"
# The reason everybody reads of a lot whose row is not what was published.
RULES_CHANGED = "rules_changed"


async def pause_running(world: World, reason_code: str, last_seen_at: datetime) -> int:
    """Pause every running lot by rule: the service was down, or its clock jumped. LIVE.md section 2 rules 8 and 9.

    What was left at `last_seen_at` is left now; a person lets the lot go on.
    """
    # Whole milliseconds, as the journal tells it: the verifier counts what was left again.
    last_seen_at = from_milliseconds(to_milliseconds(last_seen_at))
    async with world.db.snapshot() as tx:
        running = await store.list_floors_in(tx, (LotStatus.OPEN, LotStatus.OVERTIME, LotStatus.CLOSING))
    paused = 0
    for found in running:
        async with world.db.transaction() as tx:
            one = await store.lock_floor(tx, found.lot_id)
            paused += await pause_by_rule(world, tx, one, reason_code, last_seen_at)
        world.bell.ring(topic_of(found.round_id))
    return paused


async def pause_by_rule(world: World, tx: AsyncConnection, one: Floor, reason_code: str, last_seen_at: datetime) -> int:
    """Pause a locked floor if it runs, with what was left at an instant or its last resume; how many were paused."""
    if one.status not in RUNNING:
        return 0
    now = world.clock.now()
    # Several processes see one jump of the clock, each in its own time: what was before the last resume is settled.
    marks = await round_store.list_clock_marks(tx, [one.lot_id])
    last_seen_at = max([last_seen_at, *[each.at for each in marks if each.kind == "resumed"][-1:]])
    table = pause_after_outage(one.timetable, last_seen_at, now)
    await store.set_timetable(tx, one, table, pause_reason=reason_code)
    await mark(tx, one, "pause", now, {"reason_code": reason_code})
    tender = await tenders_store.load_tender(tx, one.tender_id)
    number = await number_of(tx, one.lot_id)
    await tell_all(world, tx, tender, NoticeKind.LOT_PAUSED, lot_number=number, reason=TECHNICAL)
    left = table.left or timedelta(0)
    data = {
        "reason_code": reason_code,
        "reason": "",
        "paused_at": instant_text(now),
        "left_ms": left // timedelta(milliseconds=1),
        "last_seen_at": instant_text(last_seen_at),
    }
    await enter(world, tx, one, Kind.LOT_PAUSED, data)
    return 1


def expect_sound(world: World) -> None:
    """Nobody turns a lot's clock while the lots are about to be paused."""
    if not room_of(world).is_sound:
        raise Problem(503, "UNAVAILABLE")


async def find_changed(world: World, tx: AsyncConnection, one: Floor) -> Refusal | None:
    """Why a floor may not be played (FROZEN), or None."""
    ground = await load_ground(world, tx, one)
    return ground if isinstance(ground, Refusal) else None


async def hold_changed(world: World) -> int:
    """Stop every lot that runs, or stands paused, by other rules than the published ones; how many were stopped now."""
    async with world.db.snapshot() as tx:
        alive = await store.list_floors_in(tx, (*RUNNING, LotStatus.PAUSED))
        found = [one for one in alive if one.pause_reason != RULES_CHANGED and await find_changed(world, tx, one)]
    held = 0
    for each in found:
        async with world.db.transaction() as tx:
            one = await store.lock_floor(tx, each.lot_id)
            changed = await find_changed(world, tx, one)
            held += 0 if changed is None else await hold(world, tx, one, changed, act="play")
    return held


async def hold(world: World, tx: AsyncConnection, one: Floor, changed: Refusal, *, act: str) -> int:
    """Stop a locked floor that is not what was published, once, with its reason for everybody and in the journal."""
    if one.pause_reason == RULES_CHANGED and one.timetable.resume_at is None:
        return 0
    data = {"act": act, "code": changed.code.value, "detail": dict(changed.detail)}
    await enter(world, tx, one, Kind.LOT_REFUSED, data)
    if one.status in RUNNING:
        await pause_by_rule(world, tx, one, RULES_CHANGED, world.clock.now())
    else:
        # A resume that was announced is off.
        table = replace(one.timetable, resume_at=None)
        await store.set_timetable(tx, one, table, pause_reason=RULES_CHANGED)
    # Rung before the commit: a hub that reads too early reads again at its next poll.
    world.bell.ring(topic_of(one.round_id))
    return 1
