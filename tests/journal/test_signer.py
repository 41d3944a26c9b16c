"""The signer in a process of its own: signs what grew, refuses a fork, a shrink and strange messages (JOURNAL.md 2)."""

import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bundling import manifest_message
from app.domain.checkpointing import FIRST_PREV, Head, Reason, Statement, is_signed, root_of
from app.domain.kinds import Kind
from app.domain.receipts import message_of
from app.domain.sealing.receipt import receipt_message
from app.domain.sealing.record import record_message
from app.domain.signing import CONTEXTS, Memory, decide_checkpoint, decide_message
from app.domain.stating import statement_message
from app.infra.keys import load_keys
from app.infra.signer_line import SignerAwayError, SignerLine, SignerRefusedError
from app.infra.world import World
from app.journal.checkpoint_store import Checkpoint
from app.journal.checkpoints import Fork, take_checkpoint
from app.journal.signer import MEMORY, MemoryAlteredError, Signer
from app.journal.store import NewEntry, append
from tests.worlds import make_world

KEY = "k" * 16


class Process:
    """`bidroom signer`, started and killed."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self.folder, self.socket = folder, socket
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> SignerLine:
        # The command without the rest of `bidroom`, which takes long to load.
        command = [sys.executable, "-c", "import typer; from app.signer_cli import run_signer; typer.run(run_signer)"]
        command += ["--folder", str(self.folder), "--socket", str(self.socket)]
        self._running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                return SignerLine(self.socket)
            except SignerAwayError:
                time.sleep(0.1)
        raise AssertionError("the signer did not start")

    def send(self, number: int) -> None:
        """A signal: stopped, it hangs."""
        assert self._running is not None
        self._running.send_signal(number)

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    # A socket's path is at most some 100 characters.
    with tempfile.TemporaryDirectory() as short:
        made = Process(tmp_path / "signer", Path(short) / "s")
        yield made
        made.kill()


@pytest_asyncio.fixture
async def world(clean_database_url: str, tmp_path: Path, process: Process) -> AsyncIterator[World]:
    made = (await make_world(clean_database_url, tmp_path)).world
    yield replace(made, keys=load_keys(tmp_path / "keys", process.start()))
    await made.db.dispose()


async def say(world: World, chain: str) -> None:
    async with world.db.transaction() as tx:
        await append(world, tx, NewEntry(chain, Kind.SYSTEM_STARTED))


async def test_killed_and_started_again_it_goes_on_where_it_was(world: World, process: Process) -> None:
    await say(world, "system")
    first = await take_checkpoint(world, Reason.MINUTE)
    assert isinstance(first, Checkpoint)
    assert is_signed(world.keys.public_key, first.statement.message(), first.signature)
    assert not (world.settings.keys_dir / "journal.key").exists()
    process.kill()
    await say(world, "system")
    # Checkpoints wait, and so does whatever needs a signature: a coded answer.
    with pytest.raises(SignerAwayError) as away:
        await take_checkpoint(world, Reason.MINUTE)
    assert (away.value.status, away.value.code) == (503, "UNAVAILABLE")
    with pytest.raises(SignerAwayError):
        world.keys.sign(message_of(bytes(32)))
    assert world.keys.outside is not None
    assert not world.keys.outside.is_there()
    process.start()
    second = await take_checkpoint(world, Reason.MINUTE)
    assert isinstance(second, Checkpoint)
    assert (second.statement.n, second.statement.prev) == (2, first.statement.digest())
    assert world.keys.outside.is_there()


async def test_two_services_at_once_get_one_checkpoint_of_a_number(world: World) -> None:
    line = world.keys.outside
    assert line is not None
    first, second = ([Head("system", seq, "ab" * 32)] for seq in (3, 4))
    one = line.sign_checkpoint(statement(1, first, world.keys.key_id), first)
    other = line.sign_checkpoint(statement(1, second, world.keys.key_id), second)
    assert one == other
    # The service that fell after the signature writes the one that was signed, though its journal went on meanwhile.
    await say(world, "system")


async def test_a_memory_put_back_to_an_older_state_signs_nothing_more(world: World, process: Process) -> None:
    memory = process.folder / MEMORY
    await say(world, "system")
    await take_checkpoint(world, Reason.MINUTE)
    older = memory.read_bytes()
    for _ in range(2):
        await say(world, "system")
        await take_checkpoint(world, Reason.MINUTE)
    process.kill()
    memory.write_bytes(older)
    process.start()
    await say(world, "system")
    refused = await take_checkpoint(world, Reason.MINUTE)
    assert isinstance(refused, Fork)
    assert "4 is offered, but 2 is next" in refused.why


def statement(n: int, heads: list[Head], key_id: str = KEY, prev: str = FIRST_PREV) -> Statement:
    ordered = sorted(heads, key=lambda head: head.chain)
    entries = sum(head.seq for head in heads)
    return Statement(n, 1000 + n, "minute", len(heads), entries, root_of(ordered), prev, key_id)


def remembered(heads: list[Head]) -> Memory:
    decided = decide_checkpoint(Memory(), statement(1, heads), heads, KEY)
    assert isinstance(decided, Memory)
    return decided


A, B = Head("a", 5, "aa" * 32), Head("b", 2, "bb" * 32)
FALSE: dict[str, tuple[Callable[[Memory], Statement], list[Head]]] = {
    "another hash at its number": (lambda m: told(m, [Head("a", 5, "cc" * 32), B]), [Head("a", 5, "cc" * 32)]),
    "shrunk": (lambda m: told(m, [Head("a", 4, "cc" * 32), B]), [Head("a", 4, "cc" * 32)]),
    "a chain gone": (lambda m: told(m, [A]), []),
    "a chain twice": (lambda m: told(m, [A, B]), [Head("b", 3, "bb" * 32), Head("b", 4, "bb" * 32)]),
    "another root": (lambda m: replace(told(m, [A, B]), root="0" * 64), []),
    "fewer entries told": (lambda m: replace(told(m, [A, B]), entries=6), []),
    "another past": (lambda m: replace(told(m, [A, B]), prev="0" * 64), []),
    "a number left out": (lambda m: replace(told(m, [A, B]), n=3), []),
    "its own number again, with another past": (lambda m: replace(told(m, [A, B]), n=1, prev="1" * 64), []),
    "older": (lambda m: replace(told(m, [A, B]), at_ms=1), []),
    "another key": (lambda m: replace(told(m, [A, B]), key_id="x" * 16), []),
}


def told(memory: Memory, heads: list[Head]) -> Statement:
    assert memory.last is not None
    return statement(memory.last.n + 1, heads, prev=memory.last.digest())


@pytest.mark.parametrize("how", FALSE)
def test_a_fork_or_a_shrink_is_refused(how: str) -> None:
    memory = remembered([A, B])
    offer, moved = FALSE[how]
    assert isinstance(decide_checkpoint(memory, offer(memory), moved, KEY), str), how


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1), st.data())
def test_what_grew_is_signed_and_nothing_that_lost_an_entry(before: dict[str, int], data: st.DataObject) -> None:
    def heads(numbers: dict[str, int]) -> list[Head]:
        return [Head(chain, seq, f"{seq:02x}" * 32) for chain, seq in sorted(numbers.items())]

    memory = remembered(heads(before))
    after = before | data.draw(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9)))
    now = heads(after)
    moved = [head for head in now if head not in memory.heads]
    decided = decide_checkpoint(memory, told(memory, now), moved, KEY)
    has_grown = all(after[chain] >= seq for chain, seq in before.items())
    assert isinstance(decided, Memory) == has_grown
    if isinstance(decided, Memory):
        assert list(decided.heads) == now


def test_messages_of_known_contexts_alone() -> None:
    """Everything the service signs, and nothing that could be passed off as a checkpoint."""
    empty: dict[str, object] = {}
    ours = [message_of(bytes(32)), receipt_message(empty), record_message(empty), statement_message(empty)]
    ours.append(manifest_message(b"{}"))
    assert all(decide_message(message) is None for message in ours)
    assert len({context for context in CONTEXTS for message in ours if message.startswith(context)}) == len(CONTEXTS)
    assert decide_message(statement(1, [A]).message()) is not None
    assert decide_message(b"") is not None
    assert decide_message(b"bidroom something new v1\x00") is not None


def test_the_line_refuses_a_checkpoint_passed_off_as_a_message(process: Process) -> None:
    line = process.start()
    with pytest.raises(SignerRefusedError):
        line.sign(statement(1, [A]).message())
    assert is_signed(line.public_key, message_of(bytes(32)), line.sign(message_of(bytes(32))))


def test_one_signer_a_folder_and_a_memory_nobody_changed(tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    heads = [A, B]
    for n in (1, 2):
        last = signer._memory.last
        told = statement(n, heads, signer.key_id, FIRST_PREV if last is None else last.digest())
        moved = [[head.chain, head.seq, head.hash] for head in heads] if n == 1 else []
        assert "sig" in signer.answer({"do": "checkpoint", "statement": told.as_json(), "heads": moved})
    with pytest.raises(PermissionError, match="another signer"):
        Signer(tmp_path)
    signer.close()
    path = tmp_path / MEMORY
    whole = path.read_bytes()
    # A crash in the middle of a line: it was never given away.
    path.write_bytes(whole + b'{"statement"')
    again = Signer(tmp_path)
    again.close()
    assert path.read_bytes() == whole
    first, second = whole.splitlines(keepends=True)
    for altered in (second, first + first, first + second.replace(b'"minute"', b'"closed"'), b"{}\n"):
        path.write_bytes(altered)
        with pytest.raises(MemoryAlteredError):
            Signer(tmp_path)
    value = orjson.loads(first)
    value["heads"][0][1] = 4
    path.write_bytes(orjson.dumps(value) + b"\n")
    with pytest.raises(MemoryAlteredError):
        Signer(tmp_path)


def test_the_key_is_the_signers_alone(tmp_path: Path, process: Process) -> None:
    line = process.start()
    assert (process.folder / "journal.key").stat().st_mode & 0o077 == 0
    assert process.socket.stat().st_mode & 0o007 == 0
    load_keys(tmp_path / "inside")
    # A service that still has a key of its own beside it does not start with a signer.
    with pytest.raises(PermissionError, match="move it to the signer"):
        load_keys(tmp_path / "inside", line)
    (process.folder / "journal.key").chmod(0o640)
    process.kill()
    with pytest.raises(PermissionError, match="readable by others"):
        Signer(process.folder)
