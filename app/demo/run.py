"""``bidroom demo``: migrate, seed where empty, serve, and start the robots beside the service."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.demo import (
    asked,
    delivered,
    history,
    kept,
    lived,
    outside,
    questioned,
    requested,
    ring,
    screened,
    sealed_history,
    tail,
    tenders,
)
from app.demo.cast import CARTON_SETS, COMPRESSORS, COPPER_TUBE, FAN_MOTORS
from app.demo.keeper import live_scripts, live_times, sealed_open_time
from app.demo.seed import REGISTERED_BEFORE, Stage, is_empty, seed_people
from app.domain.fingerprints import fingerprint
from app.infra.world import World, build_world
from app.migrating import migrate
from app.settings import Settings

Say = Callable[[str], None]


def demo_settings(*, port: int, is_fast: bool) -> Settings:
    """Settings of the demo: a data folder of its own, the demo's door open."""
    base = Settings()
    return base.model_copy(
        update={
            "data_dir": base.data_dir / "demo",
            "demo": True,
            "demo_fast": is_fast,
            "public_url": f"http://127.0.0.1:{port}",
            "extra_origins": [*base.extra_origins, f"http://localhost:{port}"],
            "resume_notice_seconds": 10 if is_fast else 30,
        }
    )


def prepare(settings: Settings, *, reset: bool, say: Say) -> World:
    """Bring the demo's database up to date and seed it where it is empty; ``reset`` throws the old one away first."""
    if reset and settings.data_dir.exists():
        say("Clearing the old demo …")
        shutil.rmtree(settings.data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.resolved_database_url)
    settings = outside.with_witness(settings)
    world = build_world(settings)
    asyncio.run(_seed_if_empty(world, say))
    return build_world(settings)


async def _seed_if_empty(world: World, say: Say) -> None:
    try:
        if await is_empty(world):
            say("Seeding the demo: 12 suppliers; tenders decided, ranked, to be marked, sealed, waiting and live …")
            await seed(world)
    finally:
        await world.db.dispose()


async def seed(world: World) -> None:
    """Write the demo's people and past, and open its first live tenders."""
    now = world.clock.now()
    stage = Stage(world, now - REGISTERED_BEFORE)
    await seed_people(stage)
    projects = await requested.write_projects(stage)
    awarded_id = await history.write_awarded(stage, now - timedelta(days=30), projects[CARTON_SETS])
    await tail.write_contract(stage, awarded_id, now)
    await ring.write_ring(stage, now - timedelta(days=16))
    await delivered.write_deliveries(stage)
    await lived.write_lives(stage, now)
    await sealed_history.write_scored(stage, now - timedelta(days=9))
    questioned_id = await questioned.write_ranked(stage, now - timedelta(days=6))
    stage.clock.at = now - timedelta(days=2)
    sheet = await requested.write_sheet(stage)
    stage.clock.at = now - timedelta(days=1, hours=20)
    projects[COMPRESSORS] = await requested.write_compressors(stage)
    await history.write_ranked(stage, now - timedelta(days=1, hours=4), projects[COPPER_TUBE])
    await kept.write_due(stage, now - timedelta(hours=20))
    await sealed_history.write_marking(stage, now - timedelta(hours=18))
    stage.clock.at = now - timedelta(hours=15)
    asked_id = await asked.write_asked(stage, now)
    stage.clock.at = now - timedelta(hours=14)
    await tail.write_payments(stage, awarded_id, now)
    stage.clock.at = now - timedelta(hours=8)
    await questioned.ask_about_prices(stage, questioned_id)
    stage.clock.at = now - timedelta(hours=6)
    async with stage.seat("staff-1-purchaser") as purchaser:
        await tenders.draft(purchaser, FAN_MOTORS, None)
    await screened.explain_park(stage)
    await requested.ask_for_motors(stage)
    await requested.ask_for_more(stage, sheet)
    await requested.plan_leave(stage)
    closes_at = now + sealed_open_time(is_fast=world.settings.demo_fast)
    await sealed_history.open_sealed(stage, now - timedelta(hours=4), closes_at)
    stage.clock.at = max(stage.clock.at, now - timedelta(hours=3, minutes=30))
    await kept.write_kept(stage, now + timedelta(hours=1), now + timedelta(days=3))
    # These open a few seconds after the service is up; the large one was published last.
    stage.clock.at = now - timedelta(hours=2, minutes=20)
    for script in reversed([*live_scripts(has_showcases=world.settings.demo_showcases).values()]):
        times = live_times(world.clock.now(), is_fast=world.settings.demo_fast, answered=True, script=script)
        await tenders.accept(stage, await tenders.publish(stage, script, times, projects.get(script)))
    stage.clock.at = max(stage.clock.at, world.clock.now())
    await asked.ask(stage, asked_id, 4, asked.LATEST)


def start_robots(world: World) -> subprocess.Popen[bytes]:
    """The robots, the keeper and the witness, in a process of their own: they are outside clients."""
    settings = world.settings
    words = [sys.executable, "-m", "app.demo", settings.public_url]
    words += ["--witness", str(outside.witness_folder(settings)), "--journal-key", fingerprint(world.keys.public_key)]
    if settings.demo_fast:
        words.append("--fast")
    if not settings.demo_showcases:
        words.append("--large-only")
    root = Path(__file__).resolve().parent.parent.parent
    return subprocess.Popen(  # noqa: S603 - our own module, nothing from outside
        words, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    )
