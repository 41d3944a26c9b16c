"""Export jobs survive their worker: an orphan is taken up, a hopeless one is given up, a full disk is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.audit import service, store, timekeeper
from app.audit.exporting import export_path
from app.audit.service import RequestExport
from app.audit.store import JobState
from app.audit.timekeeper import run_next_export
from app.audit.verifying import verify
from app.domain.checkpointing import Reason
from app.domain.refusals import Code, Refusal
from app.domain.reporting import Outcome
from app.domain.visibility import Role
from app.identity.access import Actor
from app.journal.checkpoints import Fork, take_checkpoint
from tests.worlds import TestWorld, make_actor, make_world


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path)
    yield world
    await world.world.db.dispose()


@pytest_asyncio.fixture
async def auditor(made: TestWorld) -> Actor:
    return await make_actor(made.world, Role.AUDITOR)


async def ask(made: TestWorld, auditor: Actor) -> str:
    return await service.request_export(made.world, auditor, RequestExport((), "yearly audit", "audit office"))


async def state_of(made: TestWorld, export_id: str) -> store.Export:
    return (await service.find_export(made.world, export_id))[0]


async def test_a_job_is_worked_off_once(made: TestWorld, auditor: Actor) -> None:
    export_id = await ask(made, auditor)
    assert (await state_of(made, export_id)).state is JobState.QUEUED
    assert await run_next_export(made.world) is True
    assert await run_next_export(made.world) is False
    job = await state_of(made, export_id)
    assert job.state is JobState.READY
    assert verify(export_path(made.world, export_id)).outcome is Outcome.CLEAN
    assert [path.suffix for path in (made.world.settings.data_dir / "exports").iterdir()] == [".zip"]


async def test_a_bundle_that_is_not_ready_is_refused(made: TestWorld, auditor: Actor) -> None:
    taken = await service.take_export(made.world, auditor, await ask(made, auditor))
    assert isinstance(taken, Refusal)
    assert taken.code is Code.PENDING


async def test_an_orphan_is_taken_up_and_a_living_job_is_not(made: TestWorld, auditor: Actor) -> None:
    export_id = await ask(made, auditor)
    async with made.world.db.transaction() as tx:
        await store.set_export(tx, export_id, state=JobState.RUNNING, seen_at=made.clock.now(), attempts=1)
    made.clock.wind(seconds=59)
    assert await run_next_export(made.world) is False
    made.clock.wind(seconds=2)
    assert await run_next_export(made.world) is True
    job = await state_of(made, export_id)
    assert (job.state, job.attempts) == (JobState.READY, 2)


async def test_a_job_that_always_dies_is_given_up(made: TestWorld, auditor: Actor) -> None:
    export_id = await ask(made, auditor)
    async with made.world.db.transaction() as tx:
        await store.set_export(tx, export_id, attempts=timekeeper.MOST_ATTEMPTS)
    assert await run_next_export(made.world) is False
    job = await state_of(made, export_id)
    assert (job.state, job.code) == (JobState.FAILED, "GAVE_UP")


async def test_a_disk_that_does_not_write_is_told(made: TestWorld, auditor: Actor) -> None:
    export_id = await ask(made, auditor)
    # A file stands where the folder should be.
    (made.world.settings.data_dir / "exports").write_bytes(b"")
    assert await run_next_export(made.world) is True
    job = await state_of(made, export_id)
    assert (job.state, job.code) == (JobState.FAILED, "STORAGE")


async def test_a_bundle_is_written_even_when_the_signer_refuses(made: TestWorld, auditor: Actor) -> None:
    """The auditor needs it then more than ever, and the verifier says what is wrong."""
    await ask(made, auditor)
    await run_next_export(made.world)
    memory = made.world.settings.data_dir / "checkpoints.jsonl"
    memory.write_bytes(memory.read_bytes().replace(b'"reason":"export"', b'"reason":"minute"'))
    assert isinstance(await take_checkpoint(made.world, Reason.MINUTE), Fork)
    export_id = await ask(made, auditor)
    await run_next_export(made.world)
    assert (await state_of(made, export_id)).state is JobState.READY
    report = verify(export_path(made.world, export_id))
    assert any("newer than the last checkpoint" in note for note in report.notes)


@pytest.mark.parametrize("kind", [OSError, PermissionError])
async def test_no_half_bundle_is_left(
    made: TestWorld, auditor: Actor, monkeypatch: pytest.MonkeyPatch, kind: type[OSError]
) -> None:
    def fail(*_given: object, **_named: object) -> str:
        raise kind("no space left")

    export_id = await ask(made, auditor)
    monkeypatch.setattr("app.audit.bundle._seal", fail)
    await run_next_export(made.world)
    assert (await state_of(made, export_id)).state is JobState.FAILED
    assert list((made.world.settings.data_dir / "exports").iterdir()) == []
