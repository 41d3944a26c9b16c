"""The journal's key changes: killed at any point one of two keys is in force, whoever signs (attacks.md G09)."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.audit.rotation_notices import tell_rotations
from app.domain.checkpointing import Reason, is_signed
from app.domain.fingerprints import fingerprint, spoken
from app.domain.key_history import KeyHistory, follow
from app.domain.noticing import NoticeKind
from app.domain.receipts import message_of
from app.domain.sealing.receipt import key_id_of
from app.domain.visibility import Role
from app.infra import key_folder
from app.infra.key_folder import ENDED, KEY, NEXT, ROTATIONS, KeyFolder, Order, RotationRefusedError
from app.infra.keys import Keys, load_keys, make_keys
from app.infra.world import World
from app.journal import rotating, rotation_entries
from app.journal.checkpoint_store import Checkpoint, list_checkpoints
from app.journal.checkpoints import Fork, take_checkpoint, take_due_checkpoint
from app.journal.rotating import Rotated, rotate_key
from app.journal.rotation_entries import KeyConflictError, list_rotations, settle_rotations
from app.journal.signer import MEMORY, Signer
from app.notices.store import list_notices
from tests.journal.test_signer import Process, say
from tests.worlds import make_actor, make_world

REASON = "yearly 年度"


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    with tempfile.TemporaryDirectory() as short:
        made = Process(tmp_path / "signer", Path(short) / "s")
        yield made
        made.kill()


@pytest_asyncio.fixture
async def base(clean_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    made = (await make_world(clean_database_url, tmp_path)).world
    yield made
    await made.db.dispose()


@pytest.fixture(params=["folder", "signer"])
def world(request: pytest.FixtureRequest, base: World, process: Process, tmp_path: Path) -> World:
    outside = process.start() if request.param == "signer" else None
    return replace(base, keys=load_keys(tmp_path / "keys", outside))


def folder_of(world: World) -> Path:
    keys = world.settings.keys_dir
    return keys.parent / "signer" if world.keys.outside is not None else keys


async def checkpoints(world: World) -> list[Checkpoint]:
    async with world.db.snapshot() as tx:
        return await list_checkpoints(tx, after=0)


async def assert_whole(world: World, first: bytes) -> KeyHistory:
    """Every checkpoint is by the key in force at its number; the journal and the folder tell one history."""
    taken = await checkpoints(world)
    held = follow(first, world.keys.rotations())
    assert isinstance(held, KeyHistory)
    for one in taken:
        told = one.statement
        key = held.checkpoint_key(told.n, told.key_id, told.prev)
        assert isinstance(key, bytes)
        assert is_signed(key, told.message(), one.signature)
    async with world.db.snapshot() as tx:
        assert await list_rotations(tx) == world.keys.rotations()
    assert held.newest == world.keys.public_key
    return held


async def test_one_key_ends_and_another_begins(world: World) -> None:
    auditor = await make_actor(world, Role.AUDITOR)
    await say(world, "system")
    await take_checkpoint(world, Reason.MINUTE)
    old = world.keys.journal
    raw = (folder_of(world) / KEY).read_bytes()
    inode = (folder_of(world) / KEY).stat().st_ino
    done = await rotate_key(world, spoken(fingerprint(old.public_key)), REASON)
    assert isinstance(done, Rotated)
    assert done.is_new
    assert world.keys.key_id != old.key_id
    held = await assert_whole(world, old.public_key)
    last, first = (await checkpoints(world))[-2:]
    assert (last.statement.key_id, first.statement.key_id) == (old.key_id, world.keys.key_id)
    assert (first.statement.reason, held.rotations[0].from_checkpoint) == ("rotated", first.statement.n)
    # The old private half is nowhere; the public one stays.
    assert (folder_of(world) / KEY).stat().st_ino != inode
    assert not any(raw in path.read_bytes() for path in folder_of(world).iterdir())
    assert not (folder_of(world) / NEXT).exists()
    assert not (folder_of(world) / ENDED).exists()
    assert old.public_key.hex() in (folder_of(world) / ROTATIONS).read_text()
    # Every auditor is told, and once.
    assert (await tell_rotations(world), await tell_rotations(world)) == (1, 0)
    async with world.db.snapshot() as tx:
        (told,) = await list_notices(world, tx, auditor.account_id)
    assert (told.kind, told.params["reason"]) == (NoticeKind.KEY_ROTATED, REASON)
    assert told.params["fingerprint"] == spoken(fingerprint(world.keys.public_key))
    # Asked for again it is done already, and nothing changes.
    key = world.keys.key_id
    again = await rotate_key(world, old.key_id, REASON)
    assert isinstance(again, Rotated)
    assert (again.statement, again.is_new, world.keys.key_id) == (done.statement, False, key)
    other = await rotate_key(world, "0" * 16, REASON)
    assert isinstance(other, str)
    assert "in force" in other
    assert isinstance(await rotate_key(world, key, " "), str)
    # And once more, by the new one's own name.
    assert isinstance(await rotate_key(world, key, REASON), Rotated)
    assert len((await assert_whole(world, old.public_key)).keys) == 3


async def test_before_the_first_checkpoint(world: World) -> None:
    old = world.keys.public_key
    assert isinstance(await rotate_key(world, key_id_of(old), REASON), Rotated)
    assert len(await checkpoints(world)) == 2
    await assert_whole(world, old)


def replica(world: World, tmp_path: Path) -> World:
    """Another process of the service, with the same folders."""
    line = world.keys.outside
    return replace(world, keys=load_keys(tmp_path / "keys", None if line is None else type(line)(line._path)))


async def test_a_second_replica_goes_on_with_the_new_key(world: World, tmp_path: Path) -> None:
    other = replica(world, tmp_path)
    await say(world, "system")
    held = other.keys.journal
    assert isinstance(await rotate_key(world, world.keys.key_id, REASON), Rotated)
    # What was on its way is signed yet, by the key it names.
    message = message_of(bytes(32))
    assert is_signed(held.public_key, message, held.sign(message))
    await say(other, "system")
    taken = await take_checkpoint(other, Reason.MINUTE)
    assert isinstance(taken, Checkpoint)
    assert taken.statement.key_id == world.keys.key_id
    await assert_whole(world, held.public_key)


async def test_a_checkpoint_signed_by_the_old_key_comes_too_late(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between another replica's signature and its commit the key ends."""
    other, first = replica(world, tmp_path), world.keys.public_key
    await say(world, "system")
    looked = asyncio.Event()
    real = rotation_entries.lock_history

    async def late(of: World, tx: object) -> KeyHistory:
        if of is other and not looked.is_set():
            looked.set()
            raise KilledError
        return await real(of, tx)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr("app.journal.checkpoints.lock_history", late)
    # Signed, and never committed by this one: a signer outside gives it again to whoever asks for the number.
    with pytest.raises(KilledError):
        await take_checkpoint(other, Reason.MINUTE)
    assert isinstance(await rotate_key(world, key_id_of(first), REASON), Rotated)
    taken = await take_checkpoint(other, Reason.MINUTE)
    assert isinstance(taken, Checkpoint)
    await assert_whole(other, first)


def killing(monkeypatch: pytest.MonkeyPatch, target: object, name: str, *, after: bool) -> Callable[[], None]:
    """A function that ends the process before or after its work, once; call what is returned to let it live."""
    real = getattr(target, name)

    def dies(*words: object, **named: object) -> object:
        if after:
            real(*words, **named)
        raise KilledError(name)

    monkeypatch.setattr(target, name, dies)
    return lambda: monkeypatch.setattr(target, name, real)


STEPS: dict[str, tuple[object, str, bool]] = {
    "before the new key": (key_folder, "state_rotation", False),
    "before the statement": (KeyFolder, "_append", False),
    "after the statement": (KeyFolder, "_append", True),
    "before the new key's place": (KeyFolder, "_install", False),
    "after the new key's place": (KeyFolder, "_install", True),
    "while the old one is overwritten": (key_folder, "overwrite", False),
    "before the old one goes": (KeyFolder, "_destroy", False),
}


@pytest.mark.parametrize("step", STEPS)
async def test_killed_in_the_folder(base: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    world = replace(base, keys=load_keys(tmp_path / "keys"))
    old, raw = world.keys.journal, (tmp_path / "keys" / KEY).read_bytes()
    await say(world, "system")
    await take_checkpoint(world, Reason.MINUTE)
    live = killing(monkeypatch, *STEPS[step][:2], after=STEPS[step][2])
    with pytest.raises(KilledError):
        await rotate_key(world, old.key_id, REASON)
    live()
    # Two processes that open the folder next find one and the same key, old or new.
    found = [load_keys(tmp_path / "keys"), load_keys(tmp_path / "keys")]
    assert found[0].public_key == found[1].public_key
    world = replace(base, keys=found[0])
    is_begun = bool(world.keys.rotations())
    assert (world.keys.key_id != old.key_id) is is_begun
    taken = await take_due_checkpoint(world) if is_begun else await take_checkpoint(world, Reason.MINUTE)
    assert isinstance(taken, Checkpoint | None)
    await say(world, "system")
    assert isinstance(await take_checkpoint(world, Reason.MINUTE), Checkpoint)
    await assert_whole(world, old.public_key)
    done = await rotate_key(world, old.key_id, REASON)
    assert isinstance(done, Rotated)
    assert done.is_new is not is_begun
    await assert_whole(world, old.public_key)
    assert not any(raw in path.read_bytes() for path in (tmp_path / "keys").iterdir())


async def test_killed_between_the_statement_and_its_entry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old = world.keys.public_key
    await say(world, "system")
    live = killing(monkeypatch, rotating, "write_missing", after=False)
    with pytest.raises(KilledError):
        await rotate_key(world, key_id_of(old), REASON)
    live()
    async with world.db.snapshot() as tx:
        assert await list_rotations(tx) == []
    # Whoever takes the next checkpoint writes the entry.
    assert isinstance(await take_checkpoint(world, Reason.MINUTE), Checkpoint)
    await assert_whole(world, old)
    again = await rotate_key(world, key_id_of(old), REASON)
    assert isinstance(again, Rotated)
    assert not again.is_new


async def test_killed_before_the_first_checkpoint_of_the_new_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old, count = world.keys.public_key, 0
    await say(world, "system")
    real = take_checkpoint

    async def dies(of: World, reason: Reason) -> Checkpoint | Fork:
        if reason is Reason.ROTATED:
            raise KilledError
        return await real(of, reason)

    monkeypatch.setattr(rotating, "take_checkpoint", dies)
    with pytest.raises(KilledError):
        await rotate_key(world, key_id_of(old), REASON)
    count = len(await checkpoints(world))
    # Any replica takes it within a second, for the entry asks for one.
    taken = await take_due_checkpoint(world)
    assert isinstance(taken, Checkpoint)
    assert (taken.statement.reason, taken.statement.n) == ("rotated", count + 1)
    await assert_whole(world, old)


async def test_a_torn_statement_was_none(base: World, tmp_path: Path) -> None:
    world = replace(base, keys=load_keys(tmp_path / "keys"))
    old = world.keys.key_id
    (tmp_path / "keys" / ROTATIONS).write_bytes(b'{"at":17')
    assert load_keys(tmp_path / "keys").key_id == old
    assert (tmp_path / "keys" / ROTATIONS).read_bytes() == b""
    assert isinstance(await rotate_key(world, old, REASON), Rotated)


async def test_a_signer_killed_after_its_statement_goes_on(base: World, tmp_path: Path, process: Process) -> None:
    line = process.start()
    world = replace(base, keys=load_keys(tmp_path / "keys", line))
    old = world.keys.public_key
    await say(world, "system")
    await take_checkpoint(world, Reason.MINUTE)
    last = (await checkpoints(world))[-1].statement
    line.rotate(Order(key_id_of(old), last.n, last.digest(), last.at_ms + 1, REASON))
    process.kill()
    process.start()
    assert isinstance(await take_checkpoint(world, Reason.MINUTE), Checkpoint)
    await assert_whole(world, old)
    process.kill()
    # Its memory carries over: the last line may be the old key's or the new one's.
    lines = (process.folder / MEMORY).read_bytes().splitlines(keepends=True)
    signer = Signer(process.folder)
    signer.close()
    (process.folder / MEMORY).write_bytes(b"".join(lines[:-1]))
    signer = Signer(process.folder)
    signer.close()


async def test_the_signer_ends_no_key_after_a_checkpoint_the_journal_lacks(
    base: World, tmp_path: Path, process: Process
) -> None:
    world = replace(base, keys=load_keys(tmp_path / "keys", process.start()))
    line = world.keys.outside
    assert line is not None
    await say(world, "system")
    await take_checkpoint(world, Reason.MINUTE)
    last = (await checkpoints(world))[-1].statement
    for n, digest, named in (
        (0, last.digest(), line.public_key),
        (1, "0" * 64, line.public_key),
        (1, last.digest(), b""),
    ):
        with pytest.raises(RotationRefusedError):
            line.rotate(Order(key_id_of(named), n, digest, last.at_ms, REASON))
    with pytest.raises(RotationRefusedError):
        line.rotate(Order(key_id_of(line.public_key), 1, last.digest(), last.at_ms - 1, REASON))
    assert line.rotations() == []


async def test_an_ended_key_put_back_is_refused(world: World, tmp_path: Path, process: Process) -> None:
    """From a backup, with its statements or without them."""
    folder = folder_of(world)
    raw = (folder / KEY).read_bytes()
    await say(world, "system")
    assert isinstance(await rotate_key(world, world.keys.key_id, REASON), Rotated)
    process.kill()
    (folder / KEY).write_bytes(raw)
    with pytest.raises(PermissionError, match="ended by a rotation"):
        KeyFolder(folder)
    (folder / ROTATIONS).unlink()
    if world.keys.outside is None:
        back = replace(world, keys=load_keys(tmp_path / "keys"))
        refused = await take_checkpoint(back, Reason.MINUTE)
        assert isinstance(refused, Fork)
        assert "not the one in force" in refused.why
        with pytest.raises(KeyConflictError):
            await settle_rotations(back)
    else:
        with pytest.raises(Exception, match="not what this key signed"):
            Signer(folder)


def test_another_key_without_a_statement(tmp_path: Path) -> None:
    """A signer does not take up a key that none of its own has named."""
    signer = Signer(tmp_path)
    question = {"do": "rotate", "ending": signer.key_id, "last": [0, "0" * 64], "at": 1, "reason": REASON}
    assert "rotation" in signer.answer(question)
    assert signer.answer(question) == signer.answer(question)
    ended = signer.answer({"do": "sign", "message": message_of(bytes(32)).hex(), "key_id": "0" * 16})
    assert "ended" in ended
    signer.close()
    (tmp_path / KEY).write_bytes(os.urandom(32))
    with pytest.raises(PermissionError, match="not the key in force"):
        Signer(tmp_path)
    (tmp_path / ROTATIONS).write_bytes((tmp_path / ROTATIONS).read_bytes().replace(b"yearly", b"weekly"))
    with pytest.raises(PermissionError, match="altered"):
        Signer(tmp_path)


async def test_two_at_once_end_one_key_once(world: World, tmp_path: Path) -> None:
    other, old = replica(world, tmp_path), world.keys.public_key
    await say(world, "system")
    done = await asyncio.gather(*(rotate_key(each, key_id_of(old), REASON) for each in (world, other, world)))
    assert all(isinstance(each, Rotated) for each in done), done
    assert len((await assert_whole(world, old)).keys) == 2


def test_keys_in_memory_rotate_too() -> None:
    keys: Keys = make_keys()
    old = keys.public_key
    order = Order(keys.key_id, 3, "ab" * 32, 1_700_000_000_000, REASON)
    assert keys.rotate(order) == keys.rotate(order)
    assert keys.history().keys == (old, keys.public_key)
