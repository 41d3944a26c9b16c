"""Taking checkpoints: a signed Merkle root over the heads of all chains (JOURNAL.md section 2).

The signer's memory is `checkpoints.jsonl` in the data folder, outside the database: what the database offers to sign
must continue the last line there, or the signer refuses (fork, shrink, another past, a key that is not in force). A
signer outside (`signer.py`) has its own memory beside and decides again by it. Any replica may run `keep_checkpoints`:
a checkpoint's number is the fence, and whoever comes second finds it taken.
"""

import asyncio
import fcntl
import io
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy.exc import IntegrityError

from app.domain.checkpointing import (
    FIRST_PREV,
    Head,
    Reason,
    Statement,
    decide_growth,
    moved_heads,
    root_of,
    statement_from,
)
from app.domain.entries import canonical_bytes, from_milliseconds, to_milliseconds
from app.domain.key_history import KeyHistory
from app.domain.sealing.receipt import key_id_of
from app.infra.signer_line import SignerAwayError, SignerRefusedError
from app.infra.world import World
from app.journal import checkpoint_store as store
from app.journal.checkpoint_store import Checkpoint
from app.journal.rotation_entries import KeyConflictError, lock_history, settle_rotations

log = logging.getLogger("bidroom.checkpoints")
FILE_NAME = "checkpoints.jsonl"
# How soon after a close or a decision its checkpoint is taken.
LOOK_EVERY_SECONDS = 1
TAIL_BYTES = 1 << 16
# How often a checkpoint is begun again because the key was changed meanwhile; a rotation takes far less than that.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Fork:
    """Why the signer refuses: the journal does not continue what it signed before."""

    why: str


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the database shows at one moment, to be signed or refused."""

    last: Statement | None
    covered: Sequence[Head]
    heads: Sequence[Head]
    lost: str | None
    # The database's checkpoint with the number of the signer's memory.
    remembered: Statement | None


async def keep_checkpoints(world: World) -> None:
    """Take a checkpoint when one is due, until cancelled. Run on any replica."""
    while True:
        try:
            taken = await take_due_checkpoint(world)
        except SignerAwayError:
            log.error("the signer is away: checkpoints wait")  # noqa: TRY400 - its trace tells nothing
            taken = None
        if isinstance(taken, Fork):
            log.critical("checkpoint refused: %s", taken.why)
        await world.clock.sleep(LOOK_EVERY_SECONDS)


async def take_due_checkpoint(world: World) -> Checkpoint | Fork | None:
    """Take a checkpoint if the last is a minute old or an act that asks for one is not covered yet; None if not due."""
    now = world.clock.now()
    async with world.db.snapshot() as tx:
        last = await store.find_last(tx)
        reason = await store.find_reason(tx, now - store.LOOK_BACK)
    every = timedelta(seconds=world.settings.checkpoint_seconds)
    if last is None or now - from_milliseconds(last.at_ms) >= every:
        reason = reason or Reason.MINUTE
    return None if reason is None else await take_checkpoint(world, reason)


async def take_checkpoint(world: World, reason: Reason) -> Checkpoint | Fork:
    """Sign the heads as they stand now; or the checkpoint another replica took meanwhile; or why it is refused."""
    file = CheckpointFile(world.settings.data_dir / FILE_NAME)
    for _ in range(MOST_TRIES):
        try:
            taken = await _take(world, reason, file)
        except KeyConflictError as conflict:
            return Fork(str(conflict))
        if taken is not None:
            return taken
    return Fork("the journal's key changes again and again")


async def _take(world: World, reason: Reason, file: "CheckpointFile") -> Checkpoint | Fork | None:
    """One try; None where the key that was to sign is not in force any more."""
    await settle_rotations(world)
    keys = world.keys.history()
    memory = await asyncio.to_thread(file.last)
    async with world.db.snapshot() as tx:
        remembered = None if memory is None else await store.find_checkpoint(tx, memory.n)
        offer = _Offer(
            last=await store.find_last(tx),
            covered=await store.list_covered(tx),
            heads=await store.list_heads(tx),
            lost=await store.find_lost(tx),
            remembered=None if remembered is None else remembered.statement,
        )
    why = decide_signing(memory, offer, keys)
    if why is not None:
        return Fork(why)
    try:
        fresh = await asyncio.to_thread(_sign, world, offer, reason)
    except SignerRefusedError as refused:
        return None if world.keys.history() != keys else Fork(str(refused))
    try:
        async with world.db.transaction() as tx:
            # While this is held nobody can end the key: whoever signed before and comes too late begins again.
            if fresh.statement.key_id != key_id_of((await lock_history(world, tx)).key_at(fresh.statement.n)):
                return None
            await store.insert_checkpoint(tx, fresh)
    except IntegrityError:
        async with world.db.snapshot() as tx:
            taken = await store.find_checkpoint(tx, fresh.statement.n)
        if taken is None:
            raise
        fresh = taken
    await _remember(world, file)
    return fresh


def decide_signing(memory: Statement | None, offer: _Offer, keys: KeyHistory) -> str | None:
    """Why the offer is not signed, or None: its past must be the signer's own, its heads those covered, or longer."""
    last = offer.last
    if memory is not None and (offer.remembered is None or offer.remembered.digest() != memory.digest()):
        return f"checkpoint {memory.n} in the database is not the one that was signed"
    if last is not None and last.key_id != key_id_of(keys.key_at(last.n)):
        return f"the last checkpoint was signed by another key ({last.key_id})"
    if offer.last is not None and root_of(offer.covered) != offer.last.root:
        return "the covered heads in the database are not those that were signed"
    if offer.lost is not None:
        return f"{offer.lost}: the last signed entry is not in the journal"
    return decide_growth(offer.covered, offer.heads)


def _sign(world: World, offer: _Offer, reason: Reason) -> Checkpoint:
    last, key = offer.last, world.keys.journal
    # The wall clock may step back; checkpoints stay in order of time.
    at_ms = max(to_milliseconds(world.clock.now()), 0 if last is None else last.at_ms)
    statement = Statement(
        n=1 if last is None else last.n + 1,
        at_ms=at_ms,
        reason=reason.value,
        chains=len(offer.heads),
        entries=sum(head.seq for head in offer.heads),
        root=root_of(offer.heads),
        prev=FIRST_PREV if last is None else last.digest(),
        key_id=key.key_id,
    )
    moved = moved_heads(offer.covered, offer.heads)
    if world.keys.outside is not None:
        # What it signed for this number, perhaps for another replica, or before a crash.
        made = world.keys.outside.sign_checkpoint(statement, moved)
        return Checkpoint(made.statement, made.signature, made.moved)
    return Checkpoint(statement, key.sign(statement.message()), moved)


async def _remember(world: World, file: "CheckpointFile") -> None:
    """Bring the outside file up to the database's last checkpoint; it holds those of other replicas too."""
    while True:
        last = await asyncio.to_thread(file.last)
        async with world.db.snapshot() as tx:
            page = await store.list_checkpoints(tx, after=0 if last is None else last.n)
        if not page:
            return
        await asyncio.to_thread(file.append, page)


class CheckpointFile:
    """`checkpoints.jsonl`: one line a checkpoint, appended under a file lock and made durable, never rewritten."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> Statement | None:
        """The statement of the last whole line; a line cut off by a crash does not count."""
        try:
            with self.path.open("rb") as file:
                return _last_statement(file)
        except FileNotFoundError:
            return None

    def append(self, page: Sequence[Checkpoint]) -> None:
        """Append those of the page that follow the last line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last_statement(file)
            _drop_torn_line(file)
            for item in page:
                if item.statement.n == (1 if last is None else last.n + 1):
                    file.write(_line(item))
                    last = item.statement
            file.flush()
            os.fsync(file.fileno())


def _line(item: Checkpoint) -> bytes:
    heads = [[head.chain, head.seq, head.hash] for head in item.moved]
    value = {"statement": item.statement.as_json(), "sig": item.signature.hex(), "heads": heads}
    return canonical_bytes(value) + b"\n"


def _last_statement(file: io.BufferedIOBase) -> Statement | None:
    size = file.seek(0, io.SEEK_END)
    tail, start = b"", size
    # Read backwards until the last two line breaks (or the start) are in sight.
    while start > 0 and tail.count(b"\n") < 2:
        start = max(0, start - TAIL_BYTES)
        file.seek(start)
        tail = file.read(size - start)
    whole = tail[: tail.rfind(b"\n") + 1].splitlines()
    return statement_from(orjson.loads(whole[-1])["statement"]) if whole else None


def _drop_torn_line(file: io.BufferedRandom) -> None:
    size = file.seek(0, io.SEEK_END)
    start = size
    tail = b""
    while start > 0 and b"\n" not in tail:
        start = max(0, start - TAIL_BYTES)
        file.seek(start)
        tail = file.read(size - start)
    file.truncate(start + tail.rfind(b"\n") + 1 if b"\n" in tail else 0)
    file.seek(0, io.SEEK_END)
