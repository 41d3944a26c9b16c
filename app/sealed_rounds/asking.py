"""What the opening of a closed round still wants of one bidder, for its pages (SEALING.md 6.3 and 6.4).

Nothing but its own packages is looked at, so that the answer tells nothing of anybody else's.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.sealing.asks import Ask, asks_of
from app.domain.sealing.header import EnvelopeKind, Header
from app.domain.sealing.rules import next_opening
from app.infra.world import World
from app.sealed_rounds import recovery_store
from app.sealed_rounds.copying import copies_until
from app.sealed_rounds.custody import price_digest, technical_digest
from app.sealed_rounds.package_store import find_by_digest
from app.sealed_rounds.releasing import list_due
from app.sealed_rounds.store import SealedRound


async def find_asks(world: World, tx: AsyncConnection, held: SealedRound, tag: str) -> tuple[Ask, ...]:
    """What is wanted of the bidder under this tag now, the soonest over first. A few indexed reads where nothing is."""
    kind = next_opening(held.opening_state)
    if kind is None:
        return ()
    until = copies_until(world, held)
    asked = await recovery_store.find_recovery(tx, held.round_id, kind)
    if until is None and asked is None:
        return ()
    own = {
        name: header
        for name, header in (await list_due(tx, held, EnvelopeKind(kind))).items()
        if header.binding.tag == tag
    }
    if until is not None and not await _is_any_altered(world, tx, own, EnvelopeKind(kind)):
        until = None
    if asked is not None and own.keys() <= set(await recovery_store.list_given(tx, asked)):
        asked = None
    return asks_of(now=world.clock.now(), copy_until=until, help_until=None if asked is None else asked.ends_at)


async def _is_any_altered(world: World, tx: AsyncConnection, own: Mapping[str, Header], kind: EnvelopeKind) -> bool:
    for name, header in own.items():
        envelope = header.envelope(kind)
        assert envelope is not None, "a package has the envelopes of its round"
        if await _digest(world, tx, header.binding.lot, name, kind) != envelope.ct_sha256:
            return True
    return False


async def _digest(world: World, tx: AsyncConnection, lot_id: str, name: str, kind: EnvelopeKind) -> str | None:
    stored = await find_by_digest(tx, lot_id, name)
    if stored is None:
        return None
    return await (price_digest(tx, stored) if kind is EnvelopeKind.PRICE else technical_digest(world, stored))
