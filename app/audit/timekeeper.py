"""The room's background tasks: working off export jobs, and the vault's counts. Any replica may run them; a job is
claimed under its lock."""

import asyncio
import logging
from datetime import timedelta

from app.audit import store
from app.audit.exporting import TOPIC, write_export
from app.audit.releasing import NothingPublishedError
from app.audit.rotation_notices import tell_rotations
from app.audit.store import Export, JobState
from app.identity import vault
from app.infra.world import World

log = logging.getLogger("bidroom.exports")
LOOK_EVERY_SECONDS = 2.0
VAULT_SECONDS = 600.0
ROTATION_SECONDS = 30.0
# Without a sign of life for so long, the process that worked on a job is taken for dead.
DEAD_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3


async def keep_exports(world: World) -> None:
    """Work off waiting exports until cancelled."""
    async with world.bell.listen(TOPIC) as rung:
        while True:
            rung.clear()
            while await run_next_export(world):
                pass
            try:
                await asyncio.wait_for(rung.wait(), LOOK_EVERY_SECONDS)
            except TimeoutError:
                continue


async def run_next_export(world: World) -> bool:
    """Claim a waiting export and write it; False if none waits."""
    job = await _claim(world)
    if job is None:
        return False
    try:
        await write_export(world, job)
    except NothingPublishedError:
        await _fail(world, job, "NOTHING_PUBLISHED")
    except OSError as error:
        # The disk is full, the folder is gone: the auditor is told, and may ask again.
        log.exception("export failed: %s", type(error).__name__)
        await _fail(world, job, "STORAGE")
    return True


async def _claim(world: World) -> Export | None:
    now = world.clock.now()
    async with world.db.transaction() as tx:
        job = await store.lock_waiting_export(tx, now - DEAD_AFTER)
        if job is None:
            return None
        if job.attempts >= MOST_ATTEMPTS:
            await store.set_export(tx, job.id, state=JobState.FAILED, code="GAVE_UP")
            return None
        await store.set_export(tx, job.id, state=JobState.RUNNING, seen_at=now, attempts=job.attempts + 1, done=0)
        return job


async def _fail(world: World, job: Export, code: str) -> None:
    async with world.db.transaction() as tx:
        await store.set_export(tx, job.id, state=JobState.FAILED, code=code)


async def keep_vault(world: World) -> None:
    """Tell how often the service itself has opened the vault, and forget old traces, until cancelled."""
    while True:
        # Of this machine's own time: what is counted is work, not anybody's deadline.
        await asyncio.sleep(VAULT_SECONDS)
        await vault.note_counts(world)
        await vault.delete_old_traces(world)


async def keep_rotations(world: World) -> None:
    """Tell the auditors of rotations of the journal's key, until cancelled."""
    while True:
        await tell_rotations(world)
        await world.clock.sleep(ROTATION_SECONDS)


TASKS = [keep_exports, keep_vault, keep_rotations]
