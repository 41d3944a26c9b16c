"""The same package again: the identical receipt, and until the opening the bytes mend what was altered in custody
(SEALING.md sections 4 and 6)."""

from datetime import datetime

from app.domain.entries import Entry
from app.domain.sealing.header import EnvelopeKind, header_json
from app.domain.sealing.receipt import RECEIVED
from app.domain.sealing.rules import RoundStatus
from app.sealed_rounds import disk, store, upload_store
from app.sealed_rounds.answering import Receipted, Taken, receipted
from app.sealed_rounds.bidders import Bidder
from app.sealed_rounds.desk import Desk
from app.sealed_rounds.packages import Sealed
from app.sealed_rounds.store import Package


async def find_same(desk: Desk, bidder: Bidder, read: Sealed, last: Package | None) -> Package | None:
    """The stored revision that this very package is: the bidder's last, or after the close the one of the manifest.

    A package that stands in the manifest and has no row any more was taken away in custody: it gets its row again.
    """
    if last is not None and not last.is_withdrawal and last.package == read.digest:
        return last
    held = desk.held
    is_shut = held.status is RoundStatus.CLOSED and held.prices_opened_at is None
    if not is_shut or read.bound.tag != bidder.tag or read.digest not in (held.manifest or ()):
        return None
    stored = await store.find_by_digest(desk.tx, read.bound.lot, read.digest)
    if stored is not None:
        return stored
    received = await store.find_received(desk.tx, lot_id=read.bound.lot, digest=read.digest)
    return None if received is None else await _put_back(desk, read, received)


async def _put_back(desk: Desk, read: Sealed, received: Entry) -> Package:
    binding = read.header.binding
    gone = Package(
        lot_id=binding.lot,
        tag=binding.tag,
        rev=binding.rev,
        round_id=desk.held.round_id,
        is_withdrawal=False,
        package=read.digest,
        prev=binding.prev,
        header=header_json(read.header),
        upload_id=None,
        received_at=datetime.fromisoformat(received.data["received_at"]),
        entry_hash="",
        receipt={},
    )
    taken = Taken(gone, read.header, RECEIVED, read.price_ct)
    again = receipted(desk.world, desk.held, taken, entry_hash=received.hash, pin=desk.pin)
    await store.delete_package(desk.tx, again)
    await store.insert_packages(desk.tx, [(again, read.price_ct)])
    return again


async def repeat(desk: Desk, last: Package, read: Sealed) -> Receipted:
    """The identical receipt. Until the opening the same bytes also mend what was altered in custody (SEALING.md 6)."""
    tx, held = desk.tx, desk.held
    if held.status in (RoundStatus.OPEN, RoundStatus.CLOSED) and held.prices_opened_at is None:
        header = header_json(read.header)
        upload_id = await _mended_upload(desk, last, read)
        if last.header != header or upload_id != last.upload_id or await store.load_price_ct(tx, last) != read.price_ct:
            await store.set_bytes(tx, last, header=header, price_ct=read.price_ct, upload_id=upload_id)
    return Receipted(last.receipt)


async def _mended_upload(desk: Desk, last: Package, read: Sealed) -> str | None:
    tech = read.header.envelope(EnvelopeKind.TECH)
    if tech is None or read.upload_id is None or read.upload_id == last.upload_id:
        return last.upload_id
    found = desk.uploads.get(read.upload_id)
    is_same = found is not None and found.tag == last.tag and found.sha256 == tech.ct_sha256
    if not is_same or not disk.is_complete(desk.world, read.upload_id):
        return last.upload_id
    await upload_store.set_committed(desk.tx, [read.upload_id])
    return read.upload_id
