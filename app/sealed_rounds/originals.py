"""The files of an opened technical envelope, as they were sealed: taken out anew whenever they are wanted.

Nowhere else do they lie in the clear: the original of a document is its envelope (VISIBILITY.md d27).
"""

import asyncio
from collections.abc import Sequence

from app.domain.sealing.body import SealedFile, TechnicalOffer
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json
from app.domain.sealing.package import Finding, repeat_opening
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.infra.world import World
from app.sealed_rounds import opening_store, store
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
    secret = await _recorded_secret(world, lot_id, package)
    if secret is None:
        return ()
    async with world.db.snapshot() as tx:
        held = await store.load_round(tx, stored.round_id)
    policy = policy_from_json(dict(held.policy))
    committee = policy.committee if isinstance(policy, KeyPolicy) else None
    opened = await asyncio.to_thread(repeat_opening, lock.public, header.binding, envelope, ct, secret, committee)
    if isinstance(opened, Finding) or not isinstance(opened.offer, TechnicalOffer):
        return ()
    return opened.offer.files


async def _recorded_secret(world: World, lot_id: str, package: str) -> bytes | None:
    """The secret that the opening record holds of a package: no member of a committee is asked twice."""
    async with world.db.snapshot() as tx:
        found = await opening_store.find_opening(tx, lot_id, EnvelopeKind.TECH.value)
    rows = [] if found is None else opening_store.open_document(world, found)["results"]
    told = next((row["secret"] for row in rows if row["package"] == package), None)
    return None if told is None else bytes.fromhex(told)
