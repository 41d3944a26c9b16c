"""The timekeeper of sealed rounds: notices that it is time, and asks. Timers announce, rules decide.

Any replica may run it. Opening envelopes is long work and runs beside the clocks, so that no close waits for it.
"""

import asyncio

from app.domain.sealing.rules import RoundStatus, next_opening
from app.infra.turning import attempt, steadily
from app.infra.world import World
from app.sealed_rounds import clockwork, extending, opening, store, uploading
from app.sealed_rounds.limits import limits_of
from app.sealed_rounds.soundness import watch_of
from app.tenders import store as tenders_store

# Publications, amended times and cancelled tenders are followed this often; opens and closes are met as settings say.
FOLLOW_SECONDS = 1.0
SWEEP_SECONDS = 5.0
# Files a kill left behind, or a chunk that came while its upload was being forgotten.
ORPHAN_SECONDS = 60.0


async def keep_sealed_rounds(world: World) -> None:
    """Everything sealed rounds do by themselves, until cancelled."""
    turn_seconds = world.settings.timekeeper_ms / 1000
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(steadily(world, turn_clocks, turn_seconds))
        tasks.create_task(steadily(world, open_envelopes, turn_seconds))
        tasks.create_task(steadily(world, follow_tenders, FOLLOW_SECONDS))
        tasks.create_task(steadily(world, sweep, SWEEP_SECONDS))
        tasks.create_task(steadily(world, uploading.sweep_orphans, ORPHAN_SECONDS))


TASKS = (keep_sealed_rounds,)


async def turn_clocks(world: World) -> None:
    """Do what is due now: an outage counted, a round opened, a round closed. Each act looks again under its lock.

    Nothing by a clock that was set back: when it is right again, the time between counts as an outage.
    """
    watch = await watch_of(world)
    async with world.db.snapshot() as tx:
        alive = await store.list_rounds(tx, RoundStatus.SCHEDULED, RoundStatus.OPEN)
    if any(held.status is RoundStatus.OPEN for held in alive):
        # Before anything closes: were we away, and whose close does that move?
        await extending.keep_pulse(world)
    if watch.is_behind():
        return
    watch.trust()
    now = world.clock.now()
    for held in alive:
        # One round that cannot be turned must not keep the others waiting.
        if held.status is RoundStatus.SCHEDULED and now >= held.timetable.opens_at:
            await attempt(clockwork.open_round, world, held.round_id)
        elif held.status is RoundStatus.OPEN and now >= held.timetable.closes_at:
            await attempt(clockwork.close_round, world, held.round_id)


async def open_envelopes(world: World) -> None:
    """Open what is due to be opened."""
    if (await watch_of(world)).is_behind():
        return
    async with world.db.snapshot() as tx:
        alive = await store.list_alive(tx)
    for held in alive:
        if next_opening(held.opening_state) is not None:
            await attempt(opening.open_due, world, held.round_id)


async def follow_tenders(world: World) -> None:
    """Fix the policies of what was published, follow amended times, cancel with the tender."""
    async with world.db.snapshot() as tx:
        published = await tenders_store.list_with_sealed_round(tx, list(clockwork.BEFORE_OR_IN_PLAY))
        alive = await store.list_alive(tx)
        # One that has opened is followed by nobody: with many in play each look would cost two queries a tender.
        begun = {held.tender_id for held in alive if held.status is not RoundStatus.SCHEDULED}
        behind = [each.id for each in published if each.id not in begun and await clockwork.is_behind(tx, each)]
        tenders = {one.id: one for one in await tenders_store.list_by_ids(tx, [held.tender_id for held in alive])}
    for tender_id in behind:
        await attempt(clockwork.ensure_round, world, tender_id)
    for held in alive:
        if tenders[held.tender_id].state in clockwork.FAILED:
            await attempt(clockwork.follow_tender, world, held.round_id)


async def sweep(world: World) -> None:
    """Delete uploads nobody will open; write down floods."""
    async with world.db.snapshot() as tx:
        rounds = await store.list_with_uploads(tx)
    for held in rounds:
        await attempt(uploading.sweep_round, world, held)
    await limits_of(world).note_floods()
