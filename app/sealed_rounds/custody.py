"""The stored ciphertext of a package, wherever it lies: the price with its row, the technical part in its file."""

import hashlib

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.sealing.rules import PRICE
from app.infra.world import World
from app.sealed_rounds import disk
from app.sealed_rounds.package_store import Package, find_by_digest, load_price_ct


async def read_ciphertext(
    world: World, tx: AsyncConnection, *, lot_id: str, package: str, envelope: str
) -> bytes | None:
    """The ciphertext as stored, or None where it is gone; whether it is the receipted one its digest tells."""
    stored = await find_by_digest(tx, lot_id, package)
    if stored is None:
        return None
    if envelope == PRICE:
        return await load_price_ct(tx, stored)
    return None if stored.upload_id is None else await disk.read(world, stored.upload_id)


async def price_digest(tx: AsyncConnection, stored: Package) -> str | None:
    """SHA-256 (hex) of a revision's price ciphertext as it lies in custody now; None where it is gone."""
    ct = await load_price_ct(tx, stored)
    return None if ct is None else hashlib.sha256(ct).hexdigest()


async def technical_digest(world: World, stored: Package) -> str | None:
    """SHA-256 (hex) of a revision's technical file as it lies in custody now, read with flat memory; None where it is
    gone."""
    try:
        return None if stored.upload_id is None else await disk.sha256_of(world, stored.upload_id)
    except FileNotFoundError:
        return None
