"""`bidroom witness` as a person types it, against a service on a real port: exit 0, 1 and 2 (JOURNAL.md 2; G04)."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from app.cli import cli
from app.client.witness import ALARMS, KEY, MEMORY, PIN
from app.domain.checkpointing import Reason
from app.domain.fingerprints import fingerprint, spoken
from app.domain.kinds import Kind
from app.infra.db import Database
from app.infra.keys import load_keys
from app.infra.world import SystemClock, World
from app.journal.checkpoints import FILE_NAME, take_checkpoint
from app.journal.store import NewEntry, append
from tests.live_rounds.servers import free_port, serve
from tests.worlds import make_world

RUNNER = CliRunner()
ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 100


@pytest_asyncio.fixture
async def world(clean_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    made = (await make_world(clean_database_url, tmp_path / "data")).world
    # The machine's clock: the witness has no other.
    world = replace(made, clock=SystemClock(), keys=load_keys(tmp_path / "data" / "keys"))
    yield world
    await world.db.dispose()


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    port = free_port()
    async with serve(world, port):
        yield f"http://127.0.0.1:{port}"


async def say(*words: str) -> Result:
    """A command in a thread: it has a loop of its own."""
    return await asyncio.to_thread(RUNNER.invoke, cli, ["witness", *words])


async def once(folder: Path, url: str, pin: str = "") -> Result:
    more = ["--journal-key", pin] if pin else []
    return await say("once", "--folder", str(folder), "--from", url, *more)


async def checkpoint(world: World) -> None:
    async with world.db.transaction() as tx:
        await append(world, tx, NewEntry("tender:a", Kind.SYSTEM_STARTED))
    await take_checkpoint(world, Reason.MINUTE)


async def begin(world: World, folder: Path) -> bytes:
    """Make a key and have the service know it."""
    done = await say("keygen", "--folder", str(folder))
    assert done.exit_code == 0, done.output
    told = dict(line.split(":", 1) for line in done.output.splitlines())
    key = bytes.fromhex(told["public key"].strip())
    assert (told["fingerprint"].strip(), told["in words"].strip()) == (fingerprint(key), spoken(fingerprint(key)))
    world.settings.witnesses["Audit office"] = key.hex()
    return key


def put_back(copy: Path, file: Path) -> None:
    """An old copy of a database takes the place of what it has become."""
    for trace in ("-wal", "-shm"):
        Path(f"{file}{trace}").unlink(missing_ok=True)
    shutil.copy(copy, file)


async def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    first = await say("keygen", "--folder", str(folder))
    assert (first.exit_code, (folder / KEY).stat().st_mode & 0o777) == (0, 0o600)
    held = (folder / KEY).read_bytes()
    assert held.hex() not in first.output
    assert (await say("keygen", "--folder", str(folder))).exit_code == 2
    assert (folder / KEY).read_bytes() == held


async def test_once_ends_with_0_and_with_2_where_it_could_not_look(world: World, tmp_path: Path) -> None:
    folder, pin = tmp_path / "witness", spoken(fingerprint(world.keys.public_key))
    async with served(world) as url:
        # No key, an unknown witness, no fingerprint, the wrong one.
        assert (await once(folder, url, pin)).exit_code == 2
        await begin(world, folder)
        assert (await once(folder, url)).exit_code == 2
        assert (await once(folder, url, "0" * 64)).exit_code == 2
        key = world.settings.witnesses.pop("Audit office")
        unknown = await once(folder, url, pin)
        assert (unknown.exit_code, "does not know this witness" in unknown.output) == (2, True)
        world.settings.witnesses["Audit office"] = key
        await checkpoint(world)
        done = await once(folder, url, pin)
        assert (done.exit_code, done.output.startswith("Cosigned ")) == (0, True), done.output
        # The fingerprint was told once.
        assert (await once(folder, url)).exit_code == 0
    assert (folder / PIN).exists()
    assert len((folder / MEMORY).read_bytes().splitlines()) >= 1
    away = await once(folder, url)
    assert (away.exit_code, "does not answer" in away.output) == (2, True)
    assert not (folder / ALARMS).exists()


async def test_a_database_put_back_to_an_older_copy_ends_with_1(world: World, tmp_path: Path) -> None:
    """The operator restores an old copy of everything he has, and lets another history grow: G04, R11."""
    if not world.db.is_sqlite:
        pytest.skip("a copy of a file; on PostgreSQL the rows are cut in test_witness.py")
    folder, data = tmp_path / "witness", world.settings.data_dir
    file = Path(world.settings.database_url.split("///", 1)[1])
    await begin(world, folder)
    await checkpoint(world)
    await world.db.dispose()
    shutil.copy(file, tmp_path / "old.db")
    log = (data / FILE_NAME).read_bytes()
    async with served(world) as url:
        await checkpoint(world)
        await checkpoint(world)
        assert (await once(folder, url, fingerprint(world.keys.public_key))).exit_code == 0
    await world.db.dispose()
    put_back(tmp_path / "old.db", file)
    (data / FILE_NAME).write_bytes(log)
    world = replace(world, db=Database(world.settings.database_url))
    async with served(world) as url:
        for _ in range(4):
            await checkpoint(world)
        done = await once(folder, url)
        assert done.exit_code == 1
        assert "ALARM FORK" in done.output
        # As often as it is asked; and it does not cosign what follows.
        assert (await once(folder, url)).exit_code == 1
    alarms = [json.loads(line) for line in (folder / ALARMS).read_text().splitlines()]
    assert [alarm["alarm"] for alarm in alarms] == ["FORK", "FORK"]
    assert alarms[0]["shown"]
    await world.db.dispose()


async def test_run_looks_until_it_is_stopped(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    await begin(world, folder)
    async with served(world) as url:
        await checkpoint(world)
        words = [sys.executable, "-m", "app.cli", "witness", "run", "--folder", str(folder), "--from", url, "--every"]
        words += ["1", "--journal-key", fingerprint(world.keys.public_key)]
        process = await asyncio.create_subprocess_exec(
            *words, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                assert (await process.stdout.readline()).startswith(b"Cosigned ")
                held = len((folder / MEMORY).read_bytes().splitlines())
                # Nobody else has its folder meanwhile.
                assert (await once(folder, url)).exit_code == 2
                await checkpoint(world)
                while len((folder / MEMORY).read_bytes().splitlines()) == held:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
        finally:
            process.kill()
            await process.wait()
        # It was killed, and goes on where it was.
        assert (await once(folder, url)).exit_code == 0
