"""What members released, as rows: sealed at rest under the scoring key. Decides nothing, never commits."""

from datetime import datetime

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import digest_of
from app.domain.sealing.releases import Bundle, bundle_from_json, bundle_json
from app.infra.world import World
from app.sealed_rounds.committee_tables import release_bundle, release_call


def _aad(round_id: str, envelope: str, seat: int) -> bytes:
    return f"releases|{round_id}|{envelope}|{seat}".encode()


async def insert_bundle(world: World, tx: AsyncConnection, bundle: Bundle, at: datetime) -> str:
    """Write a seat's bundle and when it came; its digest. Precondition: the round is locked, the seat has none."""
    told = bundle_json(bundle)
    digest, envelope = digest_of(told), bundle.envelope.value
    sealed = world.keys.seal("scoring", orjson.dumps(told), _aad(bundle.round, envelope, bundle.seat))
    values = {"round_id": bundle.round, "envelope": envelope, "seat": bundle.seat, "digest": digest}
    await tx.execute(insert(release_bundle).values(**values, received_at=at, bundle_sealed=sealed))
    return digest


async def list_bundles(world: World, tx: AsyncConnection, round_id: str, envelope: str) -> list[Bundle]:
    """The bundles of an envelope kind, by seat."""
    query = select(release_bundle).where(release_bundle.c.round_id == round_id, release_bundle.c.envelope == envelope)
    found = []
    for row in await tx.execute(query.order_by(release_bundle.c.seat)):
        aad = _aad(round_id, envelope, row.seat)
        bundle = bundle_from_json(orjson.loads(world.keys.unseal("scoring", row.bundle_sealed, aad)))
        assert bundle is not None, "what was written was read"
        found.append(bundle)
    return found


async def list_seats(tx: AsyncConnection, round_id: str, envelope: str) -> dict[int, str]:
    """{seat: digest of its bundle} of an envelope kind."""
    query = select(release_bundle.c.seat, release_bundle.c.digest).where(
        release_bundle.c.round_id == round_id, release_bundle.c.envelope == envelope
    )
    return {row.seat: row.digest for row in await tx.execute(query.order_by(release_bundle.c.seat))}


async def list_received(tx: AsyncConnection, round_id: str, envelope: str) -> dict[int, datetime]:
    """{seat: when its bundle came} of an envelope kind."""
    query = select(release_bundle.c.seat, release_bundle.c.received_at).where(
        release_bundle.c.round_id == round_id, release_bundle.c.envelope == envelope
    )
    return {row.seat: row.received_at for row in await tx.execute(query)}


async def find_quorum_at(tx: AsyncConnection, round_id: str, envelope: str, k: int) -> datetime | None:
    """When the k-th bundle of an envelope kind came, or None."""
    times = sorted((await list_received(tx, round_id, envelope)).values())
    return times[k - 1] if len(times) >= k else None


async def is_called(tx: AsyncConnection, round_id: str, envelope: str) -> bool:
    """Whether the members have been asked for an envelope kind."""
    query = select(release_call.c.called_at).where(
        release_call.c.round_id == round_id, release_call.c.envelope == envelope
    )
    return (await tx.execute(query)).first() is not None


async def call_members(world: World, tx: AsyncConnection, round_id: str, envelope: str) -> bool:
    """Note that the members are asked for an envelope kind; whether this is the first time. Precondition: the tender is
    locked."""
    if await is_called(tx, round_id, envelope):
        return False
    values = {"round_id": round_id, "envelope": envelope, "called_at": world.clock.now()}
    await tx.execute(insert(release_call).values(**values))
    return True


async def forget(tx: AsyncConnection, round_id: str, envelope: str) -> None:
    """Take back what was released of these envelopes, and that members were asked: others are due now."""
    for each in (release_bundle, release_call):
        await tx.execute(delete(each).where(each.c.round_id == round_id, each.c.envelope == envelope))
