"""Bidder-assisted openings as rows. Decides nothing, never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.world import World
from app.sealed_rounds.recovery_tables import recovery, secret_release


@dataclass(frozen=True, slots=True)
class Recovery:
    """Bidders were asked for the secrets of one kind of envelope."""

    round_id: str
    envelope: str
    proposal_id: str
    asked_at: datetime
    ends_at: datetime


def _aad(round_id: str, envelope: str, package: str) -> bytes:
    return f"secret|{round_id}|{envelope}|{package}".encode()


async def insert_recovery(tx: AsyncConnection, new: Recovery) -> None:
    """Write that bidders were asked. Precondition: the round is locked and they were not asked for this kind."""
    await tx.execute(insert(recovery).values(**{name: getattr(new, name) for name in Recovery.__slots__}))


async def find_recovery(tx: AsyncConnection, round_id: str, envelope: str) -> Recovery | None:
    """Whether the bidders were asked for these envelopes, and until when."""
    query = select(recovery).where(recovery.c.round_id == round_id, recovery.c.envelope == envelope)
    row = (await tx.execute(query)).first()
    return None if row is None else Recovery(**{name: getattr(row, name) for name in Recovery.__slots__})


async def insert_secret(world: World, tx: AsyncConnection, asked: Recovery, package: str, secret: bytes) -> None:
    """Write a bidder's secret. Precondition: the round is locked and the package has none."""
    sealed = world.keys.seal("scoring", secret, _aad(asked.round_id, asked.envelope, package))
    values = {"round_id": asked.round_id, "envelope": asked.envelope, "package": package}
    now = world.clock.now()
    await tx.execute(insert(secret_release).values(**values, secret_sealed=sealed, received_at=now))


async def list_given(tx: AsyncConnection, asked: Recovery) -> list[str]:
    """The packages whose bidders have answered."""
    query = select(secret_release.c.package).where(
        secret_release.c.round_id == asked.round_id, secret_release.c.envelope == asked.envelope
    )
    return [row.package for row in await tx.execute(query.order_by(secret_release.c.package))]


async def load_secrets(world: World, tx: AsyncConnection, asked: Recovery) -> Mapping[str, bytes]:
    """{package: secret} of what was given."""
    query = select(secret_release).where(
        secret_release.c.round_id == asked.round_id, secret_release.c.envelope == asked.envelope
    )
    found = await tx.execute(query)
    return {
        row.package: world.keys.unseal("scoring", row.secret_sealed, _aad(row.round_id, row.envelope, row.package))
        for row in found
    }


async def forget(tx: AsyncConnection, round_id: str, envelope: str) -> None:
    """Take back that bidders were asked, and what they gave: what was due is due no more."""
    for each in (secret_release, recovery):
        await tx.execute(delete(each).where(each.c.round_id == round_id, each.c.envelope == envelope))
