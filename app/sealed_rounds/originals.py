"""The files of an opened technical envelope, as they were sealed: taken out anew whenever they are wanted.

Nowhere else do they lie in the clear: the original of a document is its envelope (VISIBILITY.md d27).
"""

import asyncio
from collections.abc import Sequence

from app.domain.sealing.body import SealedFile, TechnicalOffer
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json
from app.domain.sealing.package import Finding, open_envelope
from app.infra.world import World
from app.sealed_rounds.custody import read_ciphertext
from app.sealed_rounds.package_store import find_by_digest


async def read_files(world: World, lot_id: str, package: str) -> Sequence[SealedFile]:
    """The files of a package whose technical part has been opened; none where its bytes are gone or were altered since.

    What is altered does not open: the header is bound into the ciphertext. Precondition: the round's part is open.
    """
    async with world.db.snapshot() as tx:
        stored = await find_by_digest(tx, lot_id, package)
        ct = await read_ciphertext(world, tx, lot_id=lot_id, package=package, envelope=EnvelopeKind.TECH.value)
    header = None if stored is None else header_from_json(stored.header)
    envelope = header.envelope(EnvelopeKind.TECH) if isinstance(header, Header) else None
    if stored is None or ct is None or envelope is None or not isinstance(header, Header):
        return ()
    lock = world.keys.server_lock(stored.round_id)
    opened = await asyncio.to_thread(open_envelope, lock.private, header.binding, envelope, ct)
    if isinstance(opened, Finding) or not isinstance(opened.offer, TechnicalOffer):
        return ()
    return opened.offer.files
