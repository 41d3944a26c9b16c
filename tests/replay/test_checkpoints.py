"""The signer signs what grew and refuses the rest: forks, shrinks, another key, another past (JOURNAL.md section 2)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.domain.checkpointing import Head, Reason, is_signed, root_of
from app.domain.entries import GENESIS
from app.domain.kinds import Kind
from app.infra.keys import make_keys
from app.journal import checkpoint_store
from app.journal.checkpoint_store import Checkpoint
from app.journal.checkpoints import FILE_NAME, Fork, take_checkpoint, take_due_checkpoint
from app.journal.store import NewEntry, append
from tests.fences import tear_down_fence
from tests.worlds import TestWorld, make_world


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path)
    yield world
    await world.world.db.dispose()


async def say(made: TestWorld, chain: str, kind: Kind = Kind.SYSTEM_STARTED) -> None:
    async with made.world.db.transaction() as tx:
        await append(made.world, tx, NewEntry(chain, kind))


async def tamper(made: TestWorld, *statements: str) -> None:
    """What an owner of the database can do: drop the fence, change rows."""
    world = made.world
    async with world.db.transaction() as tx:
        await tear_down_fence(tx)
        for statement in statements:
            await tx.execute(text(statement))


def numbers(made: TestWorld) -> list[int]:
    """Of the checkpoints that stand outside the database."""
    path = made.world.settings.data_dir / FILE_NAME
    return [orjson.loads(line)["statement"]["n"] for line in path.read_bytes().splitlines()]


async def taken(made: TestWorld) -> Checkpoint:
    result = await take_checkpoint(made.world, Reason.MINUTE)
    assert isinstance(result, Checkpoint), result
    return result


async def test_each_names_the_one_before_and_covers_all_heads(made: TestWorld) -> None:
    await say(made, "system")
    first = await taken(made)
    await say(made, "tender:a")
    await say(made, "system")
    second = await taken(made)
    third = await taken(made)
    assert [one.statement.n for one in (first, second, third)] == [1, 2, 3]
    assert first.statement.prev == GENESIS
    assert [second.statement.prev, third.statement.prev] == [first.statement.digest(), second.statement.digest()]
    async with made.world.db.snapshot() as tx:
        heads = await checkpoint_store.list_heads(tx)
    assert second.statement.root == third.statement.root == root_of(heads)
    assert (second.statement.chains, second.statement.entries) == (2, 3)
    assert [head.chain for head in second.moved] == ["system", "tender:a"]
    assert list(third.moved) == []
    key = made.world.keys.public_key
    assert all(is_signed(key, one.statement.message(), one.signature) for one in (first, second, third))
    assert not is_signed(key, replace(first.statement, n=2).message(), first.signature)


async def test_they_stand_outside_the_database_too(made: TestWorld) -> None:
    for chain in ("system", "tender:a"):
        await say(made, chain)
        await taken(made)
    assert numbers(made) == [1, 2]


async def test_a_line_torn_by_a_crash_is_written_anew(made: TestWorld) -> None:
    await say(made, "system")
    await taken(made)
    path = made.world.settings.data_dir / FILE_NAME
    whole = path.read_bytes()
    await taken(made)
    path.write_bytes(path.read_bytes()[:-30])
    await taken(made)
    assert path.read_bytes().startswith(whole)
    assert numbers(made) == [1, 2, 3]


async def test_a_replica_with_an_empty_folder_catches_up(made: TestWorld, tmp_path: Path) -> None:
    await say(made, "system")
    await taken(made)
    settings = made.world.settings.model_copy(update={"data_dir": tmp_path / "other"})
    other = replace(made, world=replace(made.world, settings=settings))
    await taken(other)
    assert numbers(other) == [1, 2]
    # The first replica's file lacks what the other took, and gets it the next time.
    await taken(made)
    assert numbers(made) == [1, 2, 3]


async def test_two_replicas_at_once_take_each_number_once(made: TestWorld) -> None:
    await say(made, "system")
    results = await asyncio.gather(*(take_checkpoint(made.world, Reason.MINUTE) for _ in range(4)))
    assert all(isinstance(result, Checkpoint) for result in results)
    async with made.world.db.snapshot() as tx:
        stored = [one.statement async for one in checkpoint_store.stream_checkpoints(tx)]
    assert [one.n for one in stored] == list(range(1, len(stored) + 1))
    assert all(one.prev == before.digest() for before, one in pairwise(stored))


FORKS = {
    "an entry changed": "UPDATE entry SET hash = '{zero}' WHERE chain = 'tender:a' AND seq = 2",
    "the tail cut": "DELETE FROM entry WHERE chain = 'tender:a' AND seq = 2",
    "a chain shortened": "UPDATE chain_head SET seq = 1 WHERE chain = 'tender:a'",
    "a chain gone": "DELETE FROM chain_head WHERE chain = 'tender:a'",
    "a head changed": "UPDATE chain_head SET hash = '{zero}' WHERE chain = 'tender:a'",
    "the covered heads changed": "UPDATE checkpoint_head SET hash = '{zero}' WHERE chain = 'tender:a'",
    "the last checkpoint gone": "DELETE FROM checkpoint WHERE n = 2",
    "the last checkpoint changed": "UPDATE checkpoint SET entries = 1 WHERE n = 2",
}


@pytest.mark.parametrize("how", FORKS)
async def test_a_fork_or_shrink_is_refused(made: TestWorld, how: str) -> None:
    for chain in ("system", "tender:a", "tender:a"):
        await say(made, chain)
        if chain == "system":
            await taken(made)
    await taken(made)
    await tamper(made, FORKS[how].format(zero="0" * 64))
    refused = await take_checkpoint(made.world, Reason.MINUTE)
    assert isinstance(refused, Fork), how
    assert refused.why
    # Nothing was signed, and nothing was written outside.
    assert numbers(made) == [1, 2]


async def test_another_key_is_refused(made: TestWorld) -> None:
    await say(made, "system")
    await taken(made)
    other = replace(made.world, keys=make_keys())
    refused = await take_checkpoint(other, Reason.MINUTE)
    assert isinstance(refused, Fork)
    assert "another key" in refused.why


async def test_an_older_database_put_back_is_refused(made: TestWorld) -> None:
    """A restored backup continues with numbers that were signed already: the file outside remembers them."""
    await say(made, "system")
    await taken(made)
    await say(made, "system")
    await taken(made)
    await tamper(
        made,
        "DELETE FROM checkpoint WHERE n = 2",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE chain_head SET seq = 1, hash = (SELECT hash FROM entry WHERE seq = 1)",
        "UPDATE checkpoint_head SET seq = 1, hash = (SELECT hash FROM entry WHERE seq = 1)",
    )
    assert isinstance(await take_checkpoint(made.world, Reason.MINUTE), Fork)


async def test_one_a_minute_and_at_once_where_it_matters(made: TestWorld) -> None:
    await say(made, "system")
    first = await take_due_checkpoint(made.world)
    assert isinstance(first, Checkpoint)
    assert first.statement.reason == "minute"
    made.clock.wind(seconds=59)
    await say(made, "system")
    assert await take_due_checkpoint(made.world) is None
    made.clock.wind(seconds=1)
    # With or without entries.
    assert isinstance(await take_due_checkpoint(made.world), Checkpoint)
    for kind, reason in (
        (Kind.TENDER_PUBLISHED, "published"),
        (Kind.LOT_CLOSED, "closed"),
        (Kind.DECISION_APPROVED, "decided"),
        (Kind.IDENTITY_UNSEALED, "unsealed"),
    ):
        made.clock.wind(seconds=2)
        await say(made, "tender:a", kind)
        due = await take_due_checkpoint(made.world)
        assert isinstance(due, Checkpoint)
        assert due.statement.reason == reason
        assert await take_due_checkpoint(made.world) is None


async def test_time_never_goes_back_between_checkpoints(made: TestWorld) -> None:
    await say(made, "system")
    first = await taken(made)
    made.clock.wind(hours=-2)
    assert (await taken(made)).statement.at_ms >= first.statement.at_ms


async def test_an_empty_journal_can_be_signed(made: TestWorld) -> None:
    first = await taken(made)
    assert (first.statement.chains, first.statement.entries) == (0, 0)
    assert first.statement.root == root_of([])
    await say(made, "system")
    assert isinstance((await taken(made)).moved[0], Head)
