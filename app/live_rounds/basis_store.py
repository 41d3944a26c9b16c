"""What is frozen of each bidder for a live round: technical points at the lock of the marks, the rest at the opening.

One row a lot, sealed under the scoring key and bound to the lot, so that it can be neither read nor exchanged in the
database. Decides nothing, never commits.
"""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis, basis_from_json
from app.infra.world import World
from app.live_rounds.store import Floor
from app.live_rounds.tables import frozen_technical

# Bases are read once: a row never changes after the opening of its lot.
_READ: dict[tuple[bytes, Any], LotBasis] = {}
MOST_READ = 1000


async def freeze_technical(
    world: World, tx: AsyncConnection, lot_id: str, points: Mapping[str, Decimal], digest: str
) -> None:
    """Keep the technical points of a lot's bidders, by tag, as the lock of the marks froze them; once a lock."""
    await _insert(world, tx, lot_id, {tag: f"{value:f}" for tag, value in points.items()}, digest)


async def forget_technical(tx: AsyncConnection, lots: Sequence[str]) -> None:
    """Forget the frozen points of lots whose scores were unlocked before any price was opened."""
    await tx.execute(delete(frozen_technical).where(frozen_technical.c.lot_id.in_(lots)))


async def find_frozen_technical(
    world: World, tx: AsyncConnection, lot_id: str
) -> tuple[dict[str, Decimal], str] | None:
    """The frozen points of a lot by tag, and the digest of the lock they come from; None where none were frozen.
    Precondition: the lot has not opened."""
    row = (await tx.execute(select(frozen_technical).where(frozen_technical.c.lot_id == lot_id))).first()
    if row is None:
        return None
    plain = _open(world, lot_id, row.points_sealed)
    return {tag: Decimal(value) for tag, value in plain.items()}, row.digest


async def freeze_basis(world: World, tx: AsyncConnection, lot_id: str, stored: Mapping[str, Any], digest: str) -> str:
    """Keep what the bids of a lot are ranked by (`live_basis.basis_to_json`), at its opening, in place of the points
    alone; the digest that is told of it."""
    await forget_technical(tx, [lot_id])
    return await _insert(world, tx, lot_id, stored, digest)


def find_basis(connection: Connection, world: World, one: Floor, told: str | None) -> LotBasis | Refusal:
    """What the bids of an opened lot are ranked by; also on the committer's connection.

    Refuses (FROZEN) where the row is not the one whose digest was told at the opening; `told` is None for a lot opened
    before digests were told: then its seal alone speaks for it.
    """
    row = connection.execute(select(frozen_technical).where(frozen_technical.c.lot_id == one.lot_id)).first()
    if row is None:
        return Refusal(Code.FROZEN, {"rule": "basis"})
    # With the rules it is read by, and what it was held against.
    key = (row.points_sealed, (one.rules.basis, one.rules.factors, one.rules.tells_lead, told))
    basis = _READ.get(key)
    if basis is None:
        if told is not None and digest_of_sealed(row.points_sealed) != told:
            return Refusal(Code.FROZEN, {"rule": "basis"})
        if len(_READ) >= MOST_READ:
            _READ.clear()
        stored = _open(world, one.lot_id, row.points_sealed)
        basis = _READ[key] = basis_from_json(one.rules, one.terms.ceiling, stored)
    return basis


def digest_of_sealed(sealed: bytes) -> str:
    """What is told of frozen figures: of the sealed bytes, from which nobody can guess them."""
    return hashlib.sha256(sealed).hexdigest()


async def _insert(world: World, tx: AsyncConnection, lot_id: str, plain: Mapping[str, Any], digest: str) -> str:
    sealed = world.keys.seal("scoring", orjson.dumps(plain, option=orjson.OPT_SORT_KEYS), _aad(lot_id))
    await tx.execute(insert(frozen_technical).values(lot_id=lot_id, digest=digest, points_sealed=sealed))
    return digest_of_sealed(sealed)


def _open(world: World, lot_id: str, sealed: bytes) -> dict[str, Any]:
    return dict(orjson.loads(world.keys.unseal("scoring", sealed, _aad(lot_id))))


def _aad(lot_id: str) -> bytes:
    return f"frozen_technical|{lot_id}".encode()
