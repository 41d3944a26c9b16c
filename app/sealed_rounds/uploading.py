"""Uploads in chunks, resumable (SEALING.md section 4): announced by size and digest, appended, complete when the digest
is right. Idempotent by digest. What no package names at the close is deleted (attacks.md R12)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import TECHNICAL, RoundStatus, decide_moment
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.sealed_rounds import disk, store, upload_store
from app.sealed_rounds.bidders import Bidder, find_bar
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.upload_store import Upload

# A bidder may hold this many ciphertexts a lot: the live one, its replacement, and a few tries that went wrong.
UPLOADS_PER_LOT = 4
# One upload is written by one call at a time.
_LOCKS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class Announce:
    """A technical ciphertext about to be sent."""

    lot_id: str
    size: int
    sha256: str
    received_at: datetime
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come."""

    upload_id: str
    offset: int
    is_complete: bool


async def announce_upload(world: World, bidder: Bidder, command: Announce) -> Progress | Refusal:
    """Make room for a ciphertext, or find the one of this digest again. attacks.md S15: a wrong size stores nothing."""
    async with world.db.transaction() as tx:
        held = await store.share_round(tx, bidder.round_id)
        own = await upload_store.list_own_uploads(tx, held.round_id, bidder.tag)
        here = [one for one in own if one.lot_id == command.lot_id]
        refusal = _moment(held, command.received_at) or await find_bar(world, tx, held, bidder)
        refusal = refusal or _size_refusal(held, command)
        found = next((one for one in here if one.sha256 == command.sha256), None)
        if refusal is None and found is None and len(here) >= UPLOADS_PER_LOT:
            refusal = Refusal(Code.QUOTA_REACHED, {"uploads": str(UPLOADS_PER_LOT)})
        if refusal is not None:
            await _enter_refusal(world, tx, bidder, command, refusal)
            return refusal
        if found is None:
            found = _new_upload(world, bidder, command)
            await upload_store.insert_upload(tx, found)
    return await _progress(world, found)


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


async def _enter_refusal(
    world: World, tx: AsyncConnection, bidder: Bidder, command: Announce, refusal: Refusal
) -> None:
    data = {"code": refusal.code.value, "package": None, "received_at": instant_text(command.received_at)}
    new = NewEntry(
        f"lot:{command.lot_id}",
        Kind.PACKAGE_REFUSED,
        data,
        tender=bidder.tender_id,
        round=bidder.round_id,
        lot=command.lot_id,
        tag=bidder.tag,
        actor_role="supplier",
        request_id=command.request_id,
    )
    await append(world, tx, new)


def _moment(held: SealedRound, at: datetime) -> Refusal | None:
    """Large bodies may go up any time before the close, also before the opening (SEALING.md section 4)."""
    return None if held.status is RoundStatus.SCHEDULED else decide_moment(held.timetable, at)


async def find_progress(world: World, bidder: Bidder, upload_id: str) -> Progress:
    """How far an own upload has come; the one 404 for any other."""
    async with world.db.snapshot() as tx:
        found = await _own(tx, bidder, upload_id)
    return await _progress(world, found)


async def append_chunk(
    world: World, held: SealedRound, bidder: Bidder, upload_id: str, *, offset: int, chunks: AsyncIterator[bytes]
) -> Progress | Refusal:
    """Append a chunk where the last ended. UPLOAD_INCOMPLETE with the right offset for any other place."""
    async with _LOCKS.setdefault(upload_id, asyncio.Lock()):
        async with world.db.snapshot() as tx:
            found = await _own(tx, bidder, upload_id)
        refusal = _moment(held, world.clock.now())
        if refusal is not None:
            return refusal
        before = await disk.look(world, upload_id)
        if before.is_complete or offset != before.size:
            return _incomplete(before.size)
        after = await disk.append(world, upload_id, chunks, before=before.size, most=found.size, sha256=found.sha256)
    if after.size < before.size or (after.size == before.size and not after.is_complete and offset == 0):
        return _incomplete(after.size)
    return Progress(upload_id, after.size, after.is_complete)


def _incomplete(offset: int) -> Refusal:
    return Refusal(Code.UPLOAD_INCOMPLETE, {"offset": str(offset)})


async def _own(tx: AsyncConnection, bidder: Bidder, upload_id: str) -> Upload:
    found = await upload_store.find_upload(tx, upload_id)
    if found is None or found.tag != bidder.tag or found.round_id != bidder.round_id:
        raise not_found()
    return found


async def _progress(world: World, found: Upload) -> Progress:
    held = await disk.look(world, found.id)
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
