"""The timekeeper of live rounds: notices that it is time, and asks. Timers announce, rules decide (`clockwork.py`).

It also runs the room of this process, says every second that it is alive, looks again at everyone with an open socket,
and pauses the lots when the service was down or its clock jumped. Any replica may run it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.domain.auto_bidding import tick_at
from app.domain.closing import RUNNING, LotStatus
from app.domain.entries import to_milliseconds
from app.domain.kinds import Kind
from app.infra.turning import attempt, steadily
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import auto_bid_store, clockwork, reminding, round_store, store
from app.live_rounds.admission import recheck
from app.live_rounds.auto_bids import stop_barred
from app.live_rounds.limits import RECHECK_AT_ONCE, RECHECK_SECONDS
from app.live_rounds.reaching import REACH_SECONDS, pause_unreached
from app.live_rounds.room import Room, room_of
from app.live_rounds.store import LotClock
from app.tenders import store as tenders_store

PULSE_SECONDS = 1.0
# Amended rules, cancelled tenders and changed tables are noticed this often; openings and closes are met to the
# millisecond.
FOLLOW_SECONDS = 1.0
FLOOD_SECONDS = 5.0
# Long enough for another process to be seen alive.
LOOK_ROUND_SECONDS = 2.5


async def keep_room(world: World) -> None:
    """Everything live rounds do by themselves in this process, until cancelled."""
    room = room_of(world)
    room.is_coming_back = True
    await come_back(world, room)
    room.is_coming_back = False
    room.looked_at = world.clock.monotonic()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.run())
        tasks.create_task(_keep_clocks(world))
        tasks.create_task(_keep_limits(world))
        # Beside the turning of lots: a long opening is work, not an outage.
        tasks.create_task(steadily(world, look_at_clock, world.settings.timekeeper_ms / 1000))
        tasks.create_task(steadily(world, follow_tenders, FOLLOW_SECONDS))
        tasks.create_task(steadily(world, clockwork.hold_changed, FOLLOW_SECONDS))
        tasks.create_task(steadily(world, clockwork.note_floods, FLOOD_SECONDS))
        tasks.create_task(steadily(world, _pulse_if_sound, PULSE_SECONDS))
        tasks.create_task(steadily(world, recheck_all, RECHECK_SECONDS))
        tasks.create_task(steadily(world, stop_barred, RECHECK_SECONDS))
        tasks.create_task(steadily(world, pause_unreached, REACH_SECONDS))


TASKS = (keep_room,)


# ── coming back ───────────────────────────────────────────────────────────────


async def come_back(world: World, room: Room) -> None:
    """At the start of a process: lots that ran while nobody was alive are paused. LIVE.md section 2 rule 8.

    Once a process; if another process was alive all the while, the lots were in its care.
    """
    if room.has_come_back:
        return
    async with world.db.snapshot() as tx:
        before = await round_store.list_pulses(tx)
        running = await store.list_floors_in(tx, RUNNING)
    believed = world.clock.now() + timedelta(milliseconds=world.settings.clock_jump_ms)
    ahead = [process for process, at in before.items() if at > believed]
    if running and not await _is_other_alive(world, before):
        last_seen_at = max(before.values(), default=world.clock.now())
        await clockwork.pause_running(world, "clock_jump" if ahead else "outage", last_seen_at)
    if ahead:
        # The clock was set back while nobody was here: these say no more when anybody was.
        async with world.db.transaction() as tx:
            await round_store.delete_pulses(tx, ahead)
    room.has_come_back = True


async def _is_other_alive(world: World, before: dict[str, datetime]) -> bool:
    # One process is all there is on SQLite, and this one has just begun.
    if world.db.is_sqlite or not before:
        return False
    await world.clock.sleep(LOOK_ROUND_SECONDS)
    async with world.db.snapshot() as tx:
        after = await round_store.list_pulses(tx)
    return any(after.get(process, at) > at for process, at in before.items())


async def _pulse_if_sound(world: World) -> None:
    """A process that has lots to pause first is not yet alive again."""
    if is_sound(world):
        await pulse_once(world)


async def pulse_once(world: World) -> None:
    """Say that this process is alive while a lot runs or a bidder sits here; forget processes long gone."""
    async with world.db.snapshot() as tx:
        if not await store.list_floors_in(tx, RUNNING) and not room_of(world).pens.has_seats:
            return
        pulses = await round_store.list_pulses(tx)
    await clockwork.note_pulse(world)
    ended = [process for process, at in pulses.items() if world.clock.now() - at > timedelta(hours=1)]
    if ended:
        async with world.db.transaction() as tx:
            await round_store.delete_pulses(tx, ended)


# ── the clocks of the lots ────────────────────────────────────────────────────


async def _keep_clocks(world: World) -> None:
    longest = world.settings.timekeeper_ms / 1000
    while True:
        if is_sound(world):
            await attempt(turn_clocks, world)
        await world.clock.sleep(min(max(room_of(world).until_next, 0.001), longest))


def is_sound(world: World) -> bool:
    """Whether this process may turn lots: its clock is believed, and it has neither stood still nor been without the
    record for too long. Else the next look pauses the lots first."""
    room = room_of(world)
    return not room.watch.has_jumped() and _stood(world, room) <= timedelta(milliseconds=world.settings.outage_ms)


def _stood(world: World, room: Room) -> timedelta:
    return timedelta(seconds=world.clock.monotonic() - room.looked_at)


async def look_at_clock(world: World) -> None:
    """Pause the lots if the wall clock left the monotonic one, or if this process stood still, or was without the
    record, too long. A look that fails is none."""
    room = room_of(world)
    await _look(world, room)
    room.looked_at = world.clock.monotonic()


async def _look(world: World, room: Room) -> None:
    settings = world.settings
    stood = _stood(world, room)
    async with world.db.snapshot() as tx:
        pulses = await round_store.list_pulses(tx)
    if room.watch.has_jumped():
        by_ms, jump = room.watch.jump_ms(), room.watch.jump()
        await clockwork.pause_running(world, "clock_jump", world.clock.now() - jump)
        # Only now: what the jump makes due must not be done before the lots are paused.
        room.watch.trust()
        async with world.db.transaction() as tx:
            await append(world, tx, NewEntry("system", Kind.CLOCK_JUMPED, {"by_ms": by_ms}))
        return
    room.watch.trust()
    if stood > timedelta(milliseconds=settings.outage_ms) and not _was_other_alive(world, room, pulses):
        await clockwork.pause_running(world, "outage", world.clock.now() - stood)


def _was_other_alive(world: World, room: Room, pulses: Mapping[str, datetime]) -> bool:
    fresh = world.clock.now() - timedelta(milliseconds=world.settings.outage_ms)
    return not world.db.is_sqlite and any(at > fresh for process, at in pulses.items() if process != room.process)


async def turn_clocks(world: World) -> None:
    """Do what is due now: open, resume, close. Each act looks again under its lock."""
    now = world.clock.now()
    drain = timedelta(milliseconds=world.settings.drain_ms)
    async with world.db.snapshot() as tx:
        clocks = await store.list_clocks(tx)
    due = [(clock, at) for clock in clocks if (at := clock.due_at(drain)) is not None]
    for clock, at in due:
        if at <= now:
            # One lot that cannot be turned must not keep the others waiting.
            await attempt(_turn, world, clock)
        elif clock.moves_at is not None and clock.moves_at <= now and clock.status in RUNNING:
            room_of(world).committer.turn(clock.lot_id, now)
    ahead = [at - now for clock, close_at in due for at in (close_at, clock.moves_at) if at is not None and at > now]
    longest = world.settings.timekeeper_ms / 1000
    room_of(world).until_next = min(ahead).total_seconds() if ahead else longest


async def _keep_limits(world: World) -> None:
    length = world.settings.tick_ms
    while True:
        past = to_milliseconds(world.clock.now()) % length
        await world.clock.sleep((length - past) / 1000)
        await attempt(turn_limits, world)


async def turn_limits(world: World) -> None:
    """At a common tick, have the lots looked at where bidders have set limits (`auto_bidding.py`) and something has
    changed since nothing was asked for."""
    room = room_of(world)
    if room.watch.has_jumped():
        return
    at = tick_at(world.clock.now(), world.settings.tick_ms)
    async with world.db.snapshot() as tx:
        waiting = await auto_bid_store.list_waiting(tx, sorted(RUNNING))
    quiet = room.committer.quiet = {lot: room.committer.quiet[lot] for lot in waiting if lot in room.committer.quiet}
    for lot_id, version in waiting.items():
        if quiet.get(lot_id) != version:
            room.committer.turn(lot_id, at)


async def _turn(world: World, clock: LotClock) -> None:
    if clock.status is LotStatus.SCHEDULED:
        await clockwork.open_lot(world, clock.lot_id)
    elif clock.status is LotStatus.PAUSED:
        await clockwork.resume_lot(world, clock.lot_id)
    else:
        await clockwork.close_lot(world, clock.lot_id)


async def follow_tenders(world: World) -> None:
    """Make floors for tenders about to be played, follow amended rules, cancel the lots of tenders that failed."""
    async with world.db.snapshot() as tx:
        ready = await tenders_store.list_response_closed(tx)
        alive = {clock.tender_id for clock in await store.list_clocks(tx)}
        tenders = await tenders_store.list_by_ids(tx, sorted(alive))
        scheduled = await store.list_floors_in(tx, (LotStatus.SCHEDULED,))
    for tender_id in ready:
        await clockwork.ensure_floors(world, tender_id)
    waiting = {one.tender_id for one in scheduled if reminding.may_be_due(world, one)}
    for tender_id in sorted(waiting & set(ready)):
        await reminding.tell_soon(world, tender_id)
    for tender in tenders:
        if tender.state in clockwork.FAILED:
            await clockwork.cancel_floors(world, tender.id)


# ── the people in the rooms ───────────────────────────────────────────────────


async def recheck_all(world: World) -> None:
    """Look again at everyone with an open socket, a few at a time."""
    connections = [one for hub in room_of(world).hubs.values() for one in hub.connections if not one.is_ending]
    for start in range(0, len(connections), RECHECK_AT_ONCE):
        await recheck(world, connections[start : start + RECHECK_AT_ONCE])
