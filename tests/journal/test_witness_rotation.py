"""An outside witness across a change of the journal's key: it follows what the old key signed, nothing else (G09)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from app.client.witness import ALARMS, Seen, Witness, WitnessError
from app.domain.checkpointing import Reason, Statement
from app.domain.cosigning import Alarm, Cosignature, check_cosignature, read_cosignature
from app.domain.fingerprints import fingerprint
from app.domain.sealing.receipt import key_id_of
from app.infra.keys import Keys
from app.infra.world import World
from app.journal.checkpoint_store import find_last
from app.journal.checkpoints import take_checkpoint
from app.journal.rotating import Rotated, rotate_key
from tests.journal.test_witness import Outside, checkpoint
from tests.worlds import TestWorld, make_world


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path / "data")
    yield world
    await world.world.db.dispose()


@pytest_asyncio.fixture
async def outside(made: TestWorld, tmp_path: Path) -> AsyncIterator[Outside]:
    one = Outside(made, tmp_path / "witness")
    yield one
    await one.client.aclose()


async def rotate(world: World) -> Rotated:
    done = await rotate_key(world, world.keys.key_id, "yearly")
    assert isinstance(done, Rotated)
    return done


async def newest(world: World) -> Statement:
    async with world.db.snapshot() as tx:
        found = await find_last(tx)
    assert found is not None
    return found


def alarms(outside: Outside) -> list[dict[str, Any]]:
    path = outside.folder / ALARMS
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


async def test_a_rotation_that_the_old_key_signed_is_followed(made: TestWorld, outside: Outside) -> None:
    old = made.world.keys.public_key
    await checkpoint(made)
    await outside.look()
    await rotate(made.world)
    await checkpoint(made)
    # Its pin is the old key's fingerprint: told once, never again.
    look = await outside.look("")
    assert (look.refusal, look.last) == (None, await newest(made.world))
    lines = outside.memory()
    journals = [line["cosignature"]["journal"] for line in lines]
    assert journals[0] == key_id_of(old)
    assert journals[-1] == made.world.keys.key_id != journals[0]
    told = read_cosignature(lines[-1]["cosignature"])
    assert isinstance(told, Cosignature)
    assert check_cosignature(told, outside.key, await newest(made.world)) is None
    # A second rotation, and a look by another process.
    await rotate(made.world)
    await checkpoint(made)
    assert (await outside.look("")).last == await newest(made.world)
    assert alarms(outside) == []


async def test_a_witness_begun_after_a_rotation_knows_either_key(
    made: TestWorld, outside: Outside, tmp_path: Path
) -> None:
    old = made.world.keys.public_key
    await checkpoint(made)
    await rotate(made.world)
    late = Outside(made, tmp_path / "late", "Late")
    # The service publishes the key in force. It is pinned, and the keys before it follow from the statements.
    assert (await outside.look()).last == await newest(made.world)
    # The fingerprint of a key that has ended is not the published one.
    with pytest.raises(WitnessError, match="does not have this fingerprint"):
        await late.look(fingerprint(old))
    await late.client.aclose()


@pytest.mark.parametrize("member", ["old_sig", "new_sig", "new_key", "last_checkpoint", "from_checkpoint"])
async def test_a_rotation_that_nobody_signed_is_not_followed(
    made: TestWorld, outside: Outside, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    await checkpoint(made)
    await outside.look()
    (told,) = (await rotate(made.world), made.world.keys.rotations())[1]
    await checkpoint(made)
    assert member in told, sorted(told)
    value = told[member]
    forged = {**told, member: value + 1 if isinstance(value, int) else "0" * len(value)}
    with monkeypatch.context() as patch:
        patch.setattr(Keys, "rotations", lambda _self: [forged])
        look = await outside.look("")
    assert look.refusal is not None
    assert (look.refusal.alarm, look.cosigned) == (Alarm.OTHER_KEY, 0)
    assert alarms(outside)[-1]["rotations"] == [forged]
    # The true statement leads on.
    assert (await outside.look("")).last == await newest(made.world)


async def test_a_new_key_without_a_statement_is_another_journal(
    made: TestWorld, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await checkpoint(made)
    await outside.look()
    await rotate(made.world)
    with monkeypatch.context() as patch:
        patch.setattr(Keys, "rotations", lambda _self: [])
        look = await outside.look("")
    assert look.refusal is not None
    assert look.refusal.alarm is Alarm.OTHER_KEY
    # What the old key signed until its end was cosigned; what the new one signed was not.
    assert {line["statement"]["key_id"] for line in outside.memory()} == {key_id_of(_pinned(outside))}
    assert (await outside.look("")).last == await newest(made.world)


async def test_an_ended_key_signs_nothing_more(
    made: TestWorld, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stole the old key goes on with a history of his own after its end."""
    stolen = made.world.keys.journal
    await checkpoint(made)
    await rotate(made.world)
    await outside.look()
    held = outside.memory()
    last = await newest(made.world)
    at_ms, prev = outside.now(), last.digest()
    false = Statement(last.n + 1, at_ms, Reason.MINUTE, last.chains, last.entries, last.root, prev, stolen.key_id)
    honest = Witness._ask

    async def with_false(self: Witness, client: Any, after: int, now_ms: int) -> tuple[list[Seen], object]:
        shown, rotations = await honest(self, client, after, now_ms)
        return [*shown, Seen(false, stolen.sign(false.message()))], rotations

    with monkeypatch.context() as patch:
        patch.setattr(Witness, "_ask", with_false)
        look = await outside.look("")
    assert look.refusal is not None
    assert (look.refusal.alarm, outside.memory()) == (Alarm.OTHER_KEY, held)
    await take_checkpoint(made.world, Reason.MINUTE)
    assert (await outside.look("")).last == await newest(made.world)


def _pinned(outside: Outside) -> bytes:
    return bytes.fromhex(orjson.loads((outside.folder / "journal.pin").read_bytes())["public_key"])
