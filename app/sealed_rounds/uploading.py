"""Uploads in chunks, resumable (SEALING.md section 4): announced by size and digest, appended, complete when the digest
is right. Idempotent by digest. What no package names at the close is deleted (attacks.md R12)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import TECHNICAL, RoundStatus, decide_moment
from app.infra.world import World
from app.sealed_rounds import disk, store, upload_store
from app.sealed_rounds.answering import Line, turn_away
from app.sealed_rounds.bidders import Bidder
from app.sealed_rounds.desk import Act, Desk
from app.sealed_rounds.packages import Announce
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.upload_store import Upload

# A bidder may hold this many ciphertexts a lot: the live one, its replacement, and a few tries that went wrong.
UPLOADS_PER_LOT = 4
# One upload is written by one call at a time.
_LOCKS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come."""

    upload_id: str
    offset: int
    is_complete: bool


def decide_announced(desk: Desk, act: Act, command: Announce) -> Line | Upload:
    """Make room for a ciphertext, or find the one of this digest again. attacks.md S15: a wrong size stores nothing."""
    here = desk.own.get(act.place, ())
    refusal = _moment(desk.held, command.received_at) or desk.bars[act.bidder.supplier_id]
    refusal = refusal or _size_refusal(desk.held, command)
    found = next((one for one in here if one.sha256 == command.sha256), None)
    if refusal is None and found is None and len(here) >= UPLOADS_PER_LOT:
        refusal = Refusal(Code.QUOTA_REACHED, {"uploads": str(UPLOADS_PER_LOT)})
    if refusal is not None:
        return turn_away(desk.world, desk.held, act.bidder, command, refusal, None)
    return found or _new_upload(desk.world, act.bidder, command)


def _size_refusal(held: SealedRound, command: Announce) -> Refusal | None:
    size = held.sizes.get(TECHNICAL)
    if size is None or command.size < size:
        return Refusal(Code.NOT_SEALED, {"why": "upload"})
    return Refusal(Code.TOO_LARGE, {"envelope": TECHNICAL, "size": str(size)}) if command.size > size else None


def _new_upload(world: World, bidder: Bidder, command: Announce) -> Upload:
    return Upload(
        id=world.ids.new(),
        round_id=bidder.round_id,
        lot_id=command.lot_id,
        tag=bidder.tag,
        size=command.size,
        sha256=command.sha256,
        is_committed=False,
        made_at=world.clock.now(),
    )


def _moment(held: SealedRound, at: datetime) -> Refusal | None:
    """Large bodies may go up any time before the close, also before the opening (SEALING.md section 4)."""
    return None if held.status is RoundStatus.SCHEDULED else decide_moment(held.timetable, at)


async def append_chunk(
    world: World, held: SealedRound, found: Upload, *, offset: int, chunks: AsyncIterator[bytes]
) -> Progress | Refusal:
    """Append a chunk where the last ended. UPLOAD_INCOMPLETE with the right offset for any other place."""
    async with _LOCKS.setdefault(found.id, asyncio.Lock()):
        refusal = _moment(held, world.clock.now())
        if refusal is not None:
            return refusal
        before = disk.look(world, found.id)
        if before.is_complete or offset != before.size:
            return _incomplete(before.size)
        after = await disk.append(world, found.id, chunks, before=before.size, most=found.size, sha256=found.sha256)
    if after.size < before.size or (after.size == before.size and not after.is_complete and offset == 0):
        return _incomplete(after.size)
    return Progress(found.id, after.size, after.is_complete)


def _incomplete(offset: int) -> Refusal:
    return Refusal(Code.UPLOAD_INCOMPLETE, {"offset": str(offset)})


async def find_progress(world: World, found: Upload) -> Progress:
    """How far an upload has come."""
    held = disk.look(world, found.id)
    if held.size == found.size and not held.is_complete:
        # Cut between the last byte and its check: the check is made now.
        held = await disk.finish(world, found.id, found.sha256)
    return Progress(found.id, held.size, held.is_complete)


async def sweep_round(world: World, held: SealedRound) -> int:
    """Delete the uploads nobody will ever open, rows first; how many."""
    is_over = held.status not in (RoundStatus.SCHEDULED, RoundStatus.OPEN)
    async with world.db.snapshot() as tx:
        idle = await upload_store.list_idle(tx, held.round_id, is_over=is_over)
    if not idle:
        return 0
    async with world.db.transaction() as tx:
        await store.lock_round(tx, held.round_id)
        idle = await upload_store.list_idle(tx, held.round_id, is_over=is_over)
        await upload_store.delete_uploads(tx, idle)
    await disk.remove(world, idle)
    return len(idle)


async def sweep_orphans(world: World) -> int:
    """Delete files without a row: what a kill between the two left behind. A row is always written before its file."""
    files = await disk.list_all(world)
    async with world.db.snapshot() as tx:
        known = await upload_store.list_known(tx, files)
    orphans = [name for name in files if name not in known]
    await disk.remove(world, orphans)
    return len(orphans)
