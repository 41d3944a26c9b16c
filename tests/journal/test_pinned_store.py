"""What an own proof carries of cosigned checkpoints: those its receipts name, and the first after the decision."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from app.domain.pinned_checkpoints import check_pinned
from app.journal.pinned_store import list_pinned
from tests.journal.test_witness import Outside, checkpoint
from tests.worlds import TestWorld, make_world


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path / "data")
    yield world
    await world.world.db.dispose()


async def test_the_first_of_each_root_and_the_first_after_the_decision(made: TestWorld, tmp_path: Path) -> None:
    outside, taken = Outside(made, tmp_path / "witness"), []
    for _ in range(4):
        taken.append(await checkpoint(made))
        made.clock.wind(minutes=1)
    decided = made.clock.now() - timedelta(minutes=1, seconds=30)

    async def pinned(*roots: str) -> list[int]:
        async with made.world.db.snapshot() as tx:
            found = await list_pinned(tx, roots, decided)
        told = [one.as_json() for one in found]
        said = check_pinned(told, made.world.keys.history(), [outside.key], [])
        assert all(holds for holds, _ in said)
        return [one.statement.n for one in found]

    # What nobody has cosigned is not carried.
    assert await pinned(taken[1].root) == []
    await outside.look()
    assert await pinned(taken[1].root) == [2, 4]
    assert await pinned() == [4]
    assert await pinned("0" * 64, taken[0].root, taken[3].root) == [1, 4]
    await outside.client.aclose()
