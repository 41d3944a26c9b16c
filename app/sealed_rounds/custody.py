"""The stored ciphertext of a package, wherever it lies: the price with its row, the technical part in its file."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.sealing.rules import PRICE
from app.infra.world import World
from app.sealed_rounds import disk
from app.sealed_rounds.package_store import find_by_digest, load_price_ct


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
