"""Secret reserve prices as rows: sealed under their own key, each bound to its tender and lot, all of one length.

Decides nothing, never commits. Nothing else opens them: a draft's readers and the opening come through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from app.domain.reserve_pricing import OPENED, ReservePrice, parse_reserve
from app.infra.db import row_mapping
from app.tenders.tables import reserve_price

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.infra.world import World

PURPOSE: Final = "reserve"
# Every figure has one length at rest; the longest JSON of one has 262 bytes.
RESERVE_BYTES: Final = 384


@dataclass(frozen=True, slots=True)
class HeldReserve:
    """A reserve price's row."""

    lot_id: str
    tender_id: str
    commitment: str
    sealed: bytes
    opened_at: datetime | None = None
    result: str | None = None

    @property
    def is_opened(self) -> bool:
        """Whether it was opened and may be read by whom the matrix says."""
        return self.result == OPENED


def seal(world: World, reserve: ReservePrice) -> bytes:
    """The sealed bytes of a reserve price."""
    return world.keys.seal(PURPOSE, reserve.encode().ljust(RESERVE_BYTES), _aad(reserve.tender, reserve.lot))


def unseal(world: World, held: HeldReserve) -> ReservePrice | None:
    """The reserve price of a row; None where the bytes are not those that were sealed, or not what was committed to."""
    try:
        content = world.keys.unseal(PURPOSE, held.sealed, _aad(held.tender_id, held.lot_id))
    except ValueError:
        return None
    reserve = parse_reserve(content.rstrip())
    return reserve if reserve is not None and reserve.commitment == held.commitment else None


def _aad(tender_id: str, lot_id: str) -> bytes:
    return f"reserve|{tender_id}|{lot_id}".encode()


async def list_reserves(tx: AsyncConnection, tender_id: str) -> dict[str, HeldReserve]:
    """{lot: row} of a tender, still sealed."""
    rows = await tx.execute(select(reserve_price).where(reserve_price.c.tender_id == tender_id))
    return {row.lot_id: HeldReserve(**_values(row_mapping(row))) for row in rows}


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in HeldReserve.__slots__}


async def replace_reserve(world: World, tx: AsyncConnection, reserve: ReservePrice) -> None:
    """Write a draft's reserve price in the place of any before it."""
    await delete_reserve(tx, reserve.lot)
    new = HeldReserve(reserve.lot, reserve.tender, reserve.commitment, seal(world, reserve))
    await tx.execute(insert(reserve_price).values(**{name: getattr(new, name) for name in HeldReserve.__slots__}))


async def delete_reserve(tx: AsyncConnection, lot_id: str) -> None:
    """Take a draft's reserve price away."""
    await tx.execute(delete(reserve_price).where(reserve_price.c.lot_id == lot_id))


async def delete_others(tx: AsyncConnection, tender_id: str, lots: Collection[str]) -> None:
    """Forget those of lots that the draft no longer has."""
    is_other = (reserve_price.c.tender_id == tender_id) & reserve_price.c.lot_id.not_in(lots)
    await tx.execute(delete(reserve_price).where(is_other))


async def set_opened(tx: AsyncConnection, lot_id: str, *, at: datetime, result: str) -> None:
    """Note the opening of one, and what came of it."""
    place = reserve_price.c.lot_id == lot_id
    await tx.execute(update(reserve_price).where(place).values(opened_at=at, result=result))
