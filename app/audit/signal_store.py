"""SQL of the auditor's screens: what has closed, in few questions, and the looks. Decides nothing, never commits."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.tables import signal_look
from app.domain.screening_cases import LookState
from app.infra.db import row_mapping
from app.infra.world import World
from app.journal.tables import chain_head
from app.live_rounds.tables import floor
from app.tenders.tables import line_item, lot, tender

PURPOSE = "vault"
LOOK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A tender as far as the screens need it before they look into it."""

    id: str
    reference: str
    category: str
    phase: str
    state: str
    version: int
    # The number of the last entry of its chain: nothing of it changes without one.
    head: int


@dataclass(frozen=True, slots=True)
class StoredLook:
    """A look as it was kept."""

    n: int
    state: LookState
    note: str
    by: str
    at: datetime


async def list_tender_rows(tx: AsyncConnection, phases: Collection[str]) -> list[TenderRow]:
    """The tenders in these phases."""
    names = TenderRow.__slots__[:-1]
    of_it = chain_head.c.chain == literal("tender:") + tender.c.id
    query = select(*(tender.c[name] for name in names), func.coalesce(chain_head.c.seq, 0).label("head"))
    rows = await tx.execute(
        query.select_from(tender.outerjoin(chain_head, of_it)).where(tender.c.phase.in_(phases)).order_by(tender.c.id)
    )
    return [TenderRow(**row_mapping(row)) for row in rows]


async def list_lot_numbers(tx: AsyncConnection, tender_id: str) -> dict[str, tuple[int, int, bool]]:
    """{lot: (number, scale, whether it has lines)}."""
    query = select(lot.c.id, lot.c.number, lot.c.scale).where(lot.c.tender_id == tender_id)
    lots = {row.id: (row.number, row.scale) for row in await tx.execute(query.order_by(lot.c.number))}
    lined = await tx.execute(select(line_item.c.lot_id).where(line_item.c.lot_id.in_(lots)).distinct())
    with_lines = {row.lot_id for row in lined}
    return {each: (*told, each in with_lines) for each, told in lots.items()}


async def list_floor_ids(tx: AsyncConnection, tender_id: str) -> set[str]:
    """The lots of a tender that had a live round."""
    rows = await tx.execute(select(floor.c.lot_id).where(floor.c.tender_id == tender_id))
    return {row.lot_id for row in rows}


# ── looks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def insert_look(world: World, tx: AsyncConnection, lead: str, look: StoredLook) -> bytes:
    """Keep a look; gives its sealed form for the journal."""
    look_id = world.ids.new()
    plain = orjson.dumps({"state": look.state.value, "note": look.note}).ljust(LOOK_BYTES)
    sealed = world.keys.seal(PURPOSE, plain, lead.encode())
    row = {"id": look_id, "lead": lead, "n": look.n, "looked_by": look.by, "looked_at": look.at, "sealed": sealed}
    await tx.execute(insert(signal_look).values(**row))
    return sealed


async def list_looks(world: World, tx: AsyncConnection, lead: str | None = None) -> Mapping[str, list[StoredLook]]:
    """The looks at one lead or at all, by lead and in their order."""
    query = select(signal_look).order_by(signal_look.c.lead, signal_look.c.n)
    if lead is not None:
        query = query.where(signal_look.c.lead == lead)
    found: dict[str, list[StoredLook]] = defaultdict(list)
    for row in await tx.execute(query):
        told = orjson.loads(world.keys.unseal(PURPOSE, row.sealed, row.lead.encode()))
        kept = StoredLook(row.n, LookState(told["state"]), told["note"], row.looked_by, row.looked_at)
        found[row.lead].append(kept)
    return found
