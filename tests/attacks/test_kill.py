"""The issue's fault of faults: the server killed in the midst of an opening, as a whole process, with `kill -9`."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.kinds import Kind
from app.infra.world import SystemClock
from app.sealed_rounds.tables import opened_price, opening
from tests.attacks.test_verifying import export, played, verify
from tests.domain.tender_drafts import a_lot
from tests.live_rounds.servers import free_port, process
from tests.sealed_rounds.stage import Stage, set_sealed_stage, with_world

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]
BIDDERS, LOTS = 3, 3
# Longer than anything else the server writes at its start.
MIDST_SECONDS = 0.5
# A disk that grows slow when the last but one price is written: the opening stands there, half done, for a minute.
SLOW = f"""
CREATE VIEW slow AS
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n;
CREATE TRIGGER slowly AFTER INSERT ON opened_price WHEN (SELECT count(*) FROM opened_price) = {BIDDERS * LOTS - 1}
BEGIN SELECT max(i) FROM slow; END;
"""
QUICK = "DROP TRIGGER slowly; DROP VIEW slow;"


@pytest.fixture
async def closed(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A round that closed some days ago, its keys in files; nobody has opened it yet."""
    lots = tuple(a_lot(number) for number in range(1, LOTS + 1))
    at = SystemClock().now() - timedelta(days=20)
    folder = tmp_path / "house"
    stage = await set_sealed_stage(clean_database_url, folder, bidders=BIDDERS, with_key_files=True, at=at, lots=lots)
    await stage.open()
    for number in range(BIDDERS):
        for position in range(LOTS):
            await stage.hand_in(number, f"28{number}.00", position=position)
    await stage.close()
    yield with_world(stage, replace(stage.world, clock=SystemClock()))
    await stage.world.db.dispose()


@contextlib.contextmanager
def database(stage: Stage) -> Iterator[sqlite3.Connection]:
    """The database file, as its owner opens it."""
    path = stage.world.db.url.split("///", 1)[1]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


async def until_midst(connection: sqlite3.Connection) -> None:
    """Wait until somebody holds the right to write for so long that it is the opening."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    while loop.time() - since < MIDST_SECONDS:
        await asyncio.sleep(0.02)
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            since = loop.time()


async def opened(stage: Stage) -> tuple[int, ...]:
    """Records, prices and entries of the opening."""
    async with stage.world.db.snapshot() as tx:
        rows = [await tx.scalar(select(func.count()).select_from(table)) or 0 for table in (opening, opened_price)]
    kinds = [entry.kind for entry in await stage.tender_chain()]
    return (*rows, kinds.count(Kind.ENVELOPES_OPENED))


@pytest.mark.skipif(os.environ.get("BIDROOM_TEST_DB") == "postgres", reason="the lock is looked at as SQLite shows it")
async def test_killed_in_the_midst_of_an_opening(closed: Stage, tmp_path: Path) -> None:
    with database(closed) as connection:
        connection.executescript(SLOW)
        async with process(closed.world, free_port()) as first, asyncio.timeout(60):
            await until_midst(connection)
            first.send_signal(signal.SIGKILL)
            await first.wait()
        connection.executescript(QUICK)
    assert await opened(closed) == (0, 0, 0)
    assert (await closed.round()).prices_opened_at is None
    async with played(closed) as site:
        async with asyncio.timeout(60):
            while (await closed.round()).prices_opened_at is None:  # noqa: ASYNC110 - the service opens by itself
                await asyncio.sleep(0.05)
        path, key = await export(site, tmp_path)
    assert await opened(closed) == (LOTS, LOTS * BIDDERS, LOTS)
    status, told = await verify(path, "--key", key)
    assert status == 0, told
