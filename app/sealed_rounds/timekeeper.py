"""The timekeeper of sealed rounds: notices that it is time, and asks. Timers announce, rules decide.

Any replica may run it. Opening envelopes is long work and runs beside the clocks, so that no close waits for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from app.domain.sealing.rules import RoundStatus, next_opening
from app.infra.world import World
from app.sealed_rounds import clockwork, extending, opening, store, uploading
from app.sealed_rounds.limits import limits_of
from app.tenders import store as tenders_store

log = logging.getLogger("bidroom")
# Publications, amended times and cancelled tenders are followed this often; opens and closes are met as settings say.
FOLLOW_SECONDS = 1.0
SWEEP_SECONDS = 5.0
# Files a kill left behind, or a chunk that came while its upload was being forgotten.
ORPHAN_SECONDS = 60.0


async def keep_sealed_rounds(world: World) -> None:
    """Everything sealed rounds do by themselves, until cancelled."""
    turn_seconds = world.settings.timekeeper_ms / 1000
    # Before anything may close: were we away, and whose close does that move?
    await extending.keep_pulse(world)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_steadily(world, turn_clocks, turn_seconds))
        tasks.create_task(_steadily(world, open_envelopes, turn_seconds))
        tasks.create_task(_steadily(world, follow_tenders, FOLLOW_SECONDS))
        tasks.create_task(_steadily(world, sweep, SWEEP_SECONDS))
        tasks.create_task(_steadily(world, uploading.sweep_orphans, ORPHAN_SECONDS))


TASKS = (keep_sealed_rounds,)


async def _steadily(world: World, step: Callable[[World], Awaitable[object]], seconds: float) -> None:
    while True:
        await _attempt(world, step)
        await world.clock.sleep(seconds)


async def _attempt(world: World, step: Callable[[World], Awaitable[object]]) -> None:
    try:
        await step(world)
    except Exception as error:
        # The kind alone: a message may carry an amount. The step comes round again.
        log.error("%s failed: %s", step, type(error).__name__)  # noqa: TRY400 - see above


async def turn_clocks(world: World) -> None:
    """Do what is due now: an outage counted, a round opened, a round closed. Each act looks again under its lock."""
    async with world.db.snapshot() as tx:
        alive = await store.list_rounds(tx, RoundStatus.SCHEDULED, RoundStatus.OPEN)
    if any(held.status is RoundStatus.OPEN for held in alive):
        # Before anything closes: were we away?
        await extending.keep_pulse(world)
    now = world.clock.now()
    for held in alive:
        # One round that cannot be turned must not keep the others waiting.
        if held.status is RoundStatus.SCHEDULED and now >= held.timetable.opens_at:
            await _attempt(world, partial(clockwork.open_round, round_id=held.round_id))
        elif held.status is RoundStatus.OPEN and now >= held.timetable.closes_at:
            await _attempt(world, partial(clockwork.close_round, round_id=held.round_id))


async def open_envelopes(world: World) -> None:
    """Open what is due to be opened."""
    async with world.db.snapshot() as tx:
        alive = await store.list_alive(tx)
    for held in alive:
        if next_opening(held.opening_state) is not None:
            await _attempt(world, partial(opening.open_due, round_id=held.round_id))


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
        await _attempt(world, partial(clockwork.ensure_round, tender_id=tender_id))
    for held in alive:
        if tenders[held.tender_id].state in clockwork.FAILED:
            await _attempt(world, partial(clockwork.follow_tender, round_id=held.round_id))


async def sweep(world: World) -> None:
    """Delete uploads nobody will open; write down floods."""
    async with world.db.snapshot() as tx:
        rounds = await store.list_with_uploads(tx)
    for held in rounds:
        await _attempt(world, partial(uploading.sweep_round, held=held))
    await limits_of(world).note_floods()
