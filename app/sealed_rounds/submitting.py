"""Receiving and withdrawing packages. SEALING.md section 4: stamped when complete, decided under the lock, receipted
after the commit. The same package again gives the identical receipt.

The order of the locks is round (shared, so that commits run side by side and none runs beside the close), then the
lot's chain.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry, Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json, header_json
from app.domain.sealing.receipt import (
    RECEIVED,
    WITHDRAWN,
)
from app.domain.sealing.rules import (
    Bound,
    RoundStatus,
    decide_binding,
    decide_moment,
    decide_revision,
    decide_withdrawal,
)
from app.infra.world import World
from app.journal.store import lock_head
from app.sealed_rounds import disk, store, upload_store
from app.sealed_rounds.answering import Outcome, Receipted, enter, receipt_of, turn_away
from app.sealed_rounds.bidders import Bidder, find_bar
from app.sealed_rounds.insisting import insist
from app.sealed_rounds.packages import CommitPackage, Sealed, WithdrawPackage, read_package
from app.sealed_rounds.store import Package, SealedRound


async def commit_package(world: World, held: SealedRound, bidder: Bidder, command: CommitPackage) -> Outcome:
    """Take a package in, or say why not. `held` gives the sizes, which never change; all else is as locked."""
    held.terms(command.lot_id)
    read = read_package(command, held.sizes)

    async def act() -> Outcome:
        async with world.db.transaction() as tx:
            return await _commit(world, tx, bidder, command, read)

    return await insist(world, act)


async def _commit(
    world: World, tx: AsyncConnection, bidder: Bidder, command: CommitPackage, read: Sealed | Refusal
) -> Outcome:
    held = await store.share_round(tx, command.round_id)
    await tx.run_sync(lock_head, f"lot:{command.lot_id}")
    last = await store.find_last(tx, lot_id=command.lot_id, tag=bidder.tag)
    if isinstance(read, Sealed):
        same = await _find_same(world, tx, held, bidder, read, last)
        if same is not None:
            return await _repeat(world, tx, held, same, read)
    refusal = await _decide(world, tx, held, bidder, command, read, last)
    if refusal is not None or isinstance(read, Refusal):
        assert refusal is not None
        digest = read.digest if isinstance(read, Sealed) else None
        return await turn_away(world, tx, held, bidder, command, refusal, digest)
    header = header_json(read.header)
    data = {
        "rev": read.header.binding.rev,
        "prev": read.header.binding.prev,
        "package": read.digest,
        "header": header,
        "received_at": instant_text(command.received_at),
    }
    entry = await enter(world, tx, held, bidder, command, Kind.PACKAGE_RECEIVED, data)
    new = Package(
        lot_id=command.lot_id,
        tag=bidder.tag,
        rev=read.header.binding.rev,
        round_id=held.round_id,
        is_withdrawal=False,
        package=read.digest,
        prev=read.header.binding.prev,
        header=header,
        upload_id=read.upload_id,
        received_at=command.received_at,
        entry_hash=entry.hash,
        receipt=await receipt_of(world, tx, held, read.header, RECEIVED, command, entry),
    )
    await store.insert_package(tx, new, read.price_ct)
    if read.upload_id is not None:
        await upload_store.set_committed(tx, read.upload_id)
    return Receipted(new.receipt)


async def _find_same(
    world: World, tx: AsyncConnection, held: SealedRound, bidder: Bidder, read: Sealed, last: Package | None
) -> Package | None:
    """The stored revision that this very package is: the bidder's last, or after the close the one of the manifest.

    A package that stands in the manifest and has no row any more was taken away in custody: it gets its row again.
    """
    if last is not None and not last.is_withdrawal and last.package == read.digest:
        return last
    is_shut = held.status is RoundStatus.CLOSED and held.prices_opened_at is None
    if not is_shut or read.bound.tag != bidder.tag or read.digest not in (held.manifest or ()):
        return None
    stored = await store.find_by_digest(tx, read.bound.lot, read.digest)
    if stored is not None:
        return stored
    received = await store.find_received(tx, lot_id=read.bound.lot, digest=read.digest)
    return None if received is None else await _put_back(world, tx, held, read, received)


async def _put_back(world: World, tx: AsyncConnection, held: SealedRound, read: Sealed, received: Entry) -> Package:
    binding = read.header.binding
    received_at = datetime.fromisoformat(received.data["received_at"])
    command = CommitPackage(held.round_id, binding.lot, None, None, None, received_at)
    again = Package(
        lot_id=binding.lot,
        tag=binding.tag,
        rev=binding.rev,
        round_id=held.round_id,
        is_withdrawal=False,
        package=read.digest,
        prev=binding.prev,
        header=header_json(read.header),
        upload_id=None,
        received_at=received_at,
        entry_hash=received.hash,
        receipt=await receipt_of(world, tx, held, read.header, RECEIVED, command, received),
    )
    await store.delete_package(tx, again)
    await store.insert_package(tx, again, read.price_ct)
    return again


async def _repeat(world: World, tx: AsyncConnection, held: SealedRound, last: Package, read: Sealed) -> Outcome:
    """The identical receipt. Until the opening the same bytes also mend what was altered in custody (SEALING.md 6)."""
    if held.status in (RoundStatus.OPEN, RoundStatus.CLOSED) and held.prices_opened_at is None:
        header = header_json(read.header)
        upload_id = await _mended_upload(world, tx, last, read)
        if last.header != header or upload_id != last.upload_id or await store.load_price_ct(tx, last) != read.price_ct:
            await store.set_bytes(tx, last, header=header, price_ct=read.price_ct, upload_id=upload_id)
    return Receipted(last.receipt)


async def _mended_upload(world: World, tx: AsyncConnection, last: Package, read: Sealed) -> str | None:
    tech = read.header.envelope(EnvelopeKind.TECH)
    if tech is None or read.upload_id is None or read.upload_id == last.upload_id:
        return last.upload_id
    found = await upload_store.find_upload(tx, read.upload_id)
    is_same = found is not None and found.tag == last.tag and found.sha256 == tech.ct_sha256
    if not is_same or not (await disk.look(world, read.upload_id)).is_complete:
        return last.upload_id
    await upload_store.set_committed(tx, read.upload_id)
    return read.upload_id


async def _decide(
    world: World,
    tx: AsyncConnection,
    held: SealedRound,
    bidder: Bidder,
    command: CommitPackage,
    read: Sealed | Refusal,
    last: Package | None,
) -> Refusal | None:
    refusal = decide_moment(held.timetable, command.received_at) or await find_bar(world, tx, held, bidder)
    if refusal is not None:
        return refusal
    if isinstance(read, Refusal):
        return read
    expected = Bound(held.round_id, command.lot_id, bidder.tag, held.policy_digest)
    binding = read.header.binding
    refusal = decide_binding(read.bound, expected) or decide_revision(
        None if last is None else last.revision, rev=binding.rev, prev=binding.prev
    )
    return refusal or await _upload_refusal(world, tx, bidder, command, read)


async def _upload_refusal(
    world: World, tx: AsyncConnection, bidder: Bidder, command: CommitPackage, read: Sealed
) -> Refusal | None:
    tech = read.header.envelope(EnvelopeKind.TECH)
    if tech is None or read.upload_id is None:
        return None
    found = await upload_store.find_upload(tx, read.upload_id)
    is_own = found is not None and found.tag == bidder.tag and found.lot_id == command.lot_id
    if found is None or not is_own or not (await disk.look(world, read.upload_id)).is_complete:
        return Refusal(Code.UPLOAD_INCOMPLETE, {})
    is_same = found.sha256 == tech.ct_sha256 and found.size == tech.size
    return None if is_same else Refusal(Code.NOT_SEALED, {"why": "upload"})


async def withdraw_package(world: World, bidder: Bidder, command: WithdrawPackage) -> Outcome:
    """Take the last package back: a tombstone, after which a new package may follow."""

    async def act() -> Outcome:
        async with world.db.transaction() as tx:
            return await _withdraw(world, tx, bidder, command)

    return await insist(world, act)


async def _withdraw(world: World, tx: AsyncConnection, bidder: Bidder, command: WithdrawPackage) -> Outcome:
    held = await store.share_round(tx, command.round_id)
    held.terms(command.lot_id)
    await tx.run_sync(lock_head, f"lot:{command.lot_id}")
    last = await store.find_last(tx, lot_id=command.lot_id, tag=bidder.tag)
    if last is not None and last.is_withdrawal and last.rev == command.rev:
        return Receipted(last.receipt)
    refusal = decide_moment(held.timetable, command.received_at)
    refusal = refusal or decide_withdrawal(None if last is None else last.revision, rev=command.rev)
    if refusal is not None or last is None:
        assert refusal is not None
        return await turn_away(world, tx, held, bidder, command, refusal, None if last is None else last.package)
    data = {
        "rev": command.rev,
        "prev": last.package,
        "package": last.package,
        "received_at": instant_text(command.received_at),
    }
    entry = await enter(world, tx, held, bidder, command, Kind.PACKAGE_WITHDRAWN, data)
    header = header_from_json(last.header)
    assert isinstance(header, Header), "a stored header was read when it came"
    new = Package(
        lot_id=command.lot_id,
        tag=bidder.tag,
        rev=command.rev,
        round_id=held.round_id,
        is_withdrawal=True,
        package=last.package,
        prev=last.package,
        header=None,
        upload_id=None,
        received_at=command.received_at,
        entry_hash=entry.hash,
        receipt=await receipt_of(world, tx, held, header, WITHDRAWN, command, entry),
    )
    await store.insert_package(tx, new, None)
    return Receipted(new.receipt)
