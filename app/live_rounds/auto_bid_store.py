"""The limits under which the service bids, as rows. Decides nothing, never commits.

A limit is sealed under the scoring key and opened only here: for the batch that acts on it, and for its own bidder.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.auto_bidding import AutoBidState
from app.infra.world import World
from app.live_rounds.tables import auto_bid, floor

log = logging.getLogger("bidroom")
# Sealed limits are of one length, whatever the amount.
_PADDED = 128


@dataclass(frozen=True, slots=True)
class AutoBid:
    """The limit of a bidder on a lot."""

    tag: str
    state: AutoBidState
    commitment: str
    limit: Decimal
    salt: str
    set_at: datetime


def _aad(lot_id: str, tag: str) -> bytes:
    return f"auto_bid\n{lot_id}\n{tag}".encode()


def _read(world: World, row: Any) -> AutoBid:
    opened = orjson.loads(world.keys.unseal("scoring", row.limit_sealed, _aad(row.lot_id, row.tag)))
    return AutoBid(
        row.tag, AutoBidState(row.state), row.commitment, Decimal(opened["limit"]), opened["salt"], row.set_at
    )


def list_active(connection: Connection, world: World, lot_id: str) -> dict[str, AutoBid]:
    """The limits in force on a lot; one that somebody has changed in the tables is not acted on."""
    found = {}
    query = select(auto_bid).where(auto_bid.c.lot_id == lot_id, auto_bid.c.state == AutoBidState.ACTIVE.value)
    for row in connection.execute(query.order_by(auto_bid.c.tag)):
        try:
            found[row.tag] = _read(world, row)
        except ValueError:
            log.exception("a limit cannot be read and is not acted on")
    return found


def end(connection: Connection, *, lot_id: str, tag: str, state: AutoBidState, at: datetime) -> None:
    """A limit is no more in force."""
    values = {"state": state.value, "ended_at": at}
    connection.execute(update(auto_bid).where(auto_bid.c.lot_id == lot_id, auto_bid.c.tag == tag).values(**values))


async def find(world: World, tx: AsyncConnection, *, lot_id: str, tag: str) -> AutoBid | None:
    """The limit of a bidder on a lot, in force or not; None where none was ever set."""
    query = select(auto_bid).where(auto_bid.c.lot_id == lot_id, auto_bid.c.tag == tag)
    row = (await tx.execute(query)).first()
    return None if row is None else _read(world, row)


async def put(world: World, tx: AsyncConnection, lot_id: str, new: AutoBid, limit: str) -> None:
    """Write the limit of a bidder, in place of the one before."""
    opened = orjson.dumps({"limit": limit, "salt": new.salt}).ljust(_PADDED)
    values = {
        "state": new.state.value,
        "commitment": new.commitment,
        "limit_sealed": world.keys.seal("scoring", opened, _aad(lot_id, new.tag)),
        "set_at": new.set_at,
    }
    await tx.execute(delete(auto_bid).where(auto_bid.c.lot_id == lot_id, auto_bid.c.tag == new.tag))
    await tx.execute(insert(auto_bid).values(lot_id=lot_id, tag=new.tag, **values))


async def list_states(tx: AsyncConnection, lot_id: str) -> dict[str, AutoBidState]:
    """How each limit of a lot stands: what the bidders' own frames say."""
    rows = await tx.execute(select(auto_bid.c.tag, auto_bid.c.state).where(auto_bid.c.lot_id == lot_id))
    return {row.tag: AutoBidState(row.state) for row in rows}


async def list_waiting(tx: AsyncConnection, statuses: Sequence[str]) -> dict[str, int]:
    """The lots in these states with a limit in force, each with the floor's version; asked at every tick."""
    query = (
        select(floor.c.lot_id, floor.c.version)
        .join(auto_bid, auto_bid.c.lot_id == floor.c.lot_id)
        .where(floor.c.status.in_(statuses), auto_bid.c.state == AutoBidState.ACTIVE.value)
        .distinct()
    )
    return {row.lot_id: row.version for row in await tx.execute(query)}


async def list_active_tags(tx: AsyncConnection) -> list[tuple[str, str]]:
    """(lot, tag) of every limit in force."""
    query = select(auto_bid.c.lot_id, auto_bid.c.tag).where(auto_bid.c.state == AutoBidState.ACTIVE.value)
    return [(row.lot_id, row.tag) for row in await tx.execute(query.order_by(auto_bid.c.lot_id, auto_bid.c.tag))]
