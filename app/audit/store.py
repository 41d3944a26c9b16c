"""SQL of the audit room: export jobs, the timeline's pages, and the journal's stored bytes for a bundle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, insert, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.tables import export
from app.domain.entries import Entry, entry_from, to_milliseconds
from app.domain.kinds import Kind
from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.journal.tables import chain_head, entry

BID_KINDS = (
    *(Kind.BID_ACCEPTED, Kind.BID_REFUSED, Kind.BID_VOIDED, Kind.BID_SEEDED),
    *(Kind.LOT_MOVED, Kind.AUTO_BID_SET, Kind.AUTO_BID_ENDED, Kind.AUTO_BID_REFUSED),
)


class Form(StrEnum):
    """What an export is written as: the bundle for `bidroom verify`, the history of bids in one file, or
    published tenders in the words of the Open Contracting Data Standard."""

    BUNDLE = "bundle"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    OCDS = "ocds"


class JobState(StrEnum):
    """The life of an export."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """An export's row. ``scope`` is {"all": true} or {"tenders": [id, …]}, with "from" and "to" where a period was
    asked for."""

    id: str
    scope: dict[str, Any]
    form: Form
    purpose: str
    recipient: str
    requested_by: str
    requested_at: datetime
    state: JobState
    done: int
    total: int
    seen_at: datetime | None
    attempts: int
    size: int | None
    sha256: str | None
    ready_at: datetime | None
    code: str | None

    @property
    def tender_ids(self) -> list[str]:
        """The tenders it names; none for an export of everything."""
        return list(self.scope.get("tenders", ()))

    def bound(self, name: str) -> datetime | None:
        """The period's "from" or "to", where one was asked for."""
        told = self.scope.get(name)
        return None if told is None else datetime.fromisoformat(told)


def _export(row: Any) -> Export:
    values = {name: row_mapping(row)[name] for name in Export.__slots__}
    values |= {"state": JobState(row.state), "form": Form(row.form)}
    return Export(**values)


async def insert_export(tx: AsyncConnection, new: Export) -> None:
    """Write a new job."""
    values = {name: getattr(new, name) for name in Export.__slots__}
    await tx.execute(insert(export).values({**values, "state": new.state.value, "form": new.form.value}))


async def load_export(tx: AsyncConnection, export_id: str) -> Export:
    """A job by id; the one 404 where absent."""
    row = (await tx.execute(select(export).where(export.c.id == export_id))).first()
    if row is None:
        raise not_found()
    return _export(row)


async def list_exports(tx: AsyncConnection, limit: int = 100) -> list[Export]:
    """The newest jobs first."""
    query = select(export).order_by(export.c.requested_at.desc(), export.c.id).limit(limit)
    return [_export(row) for row in await tx.execute(query)]


async def lock_waiting_export(tx: AsyncConnection, dead_since: datetime) -> Export | None:
    """The oldest job that nobody works on: queued, or running without a sign of life since then; its row locked."""
    is_orphan = and_(export.c.state == JobState.RUNNING.value, export.c.seen_at < dead_since)
    query = select(export).where(or_(export.c.state == JobState.QUEUED.value, is_orphan))
    row = (await tx.execute(query.order_by(export.c.requested_at).limit(1).with_for_update())).first()
    return None if row is None else _export(row)


async def set_export(tx: AsyncConnection, export_id: str, **values: Any) -> None:
    """Write columns of a job."""
    plain = {name: value.value if isinstance(value, JobState) else value for name, value in values.items()}
    await tx.execute(update(export).where(export.c.id == export_id).values(**plain))


@dataclass(frozen=True, slots=True)
class Search:
    """What the timeline is filtered by, and what is left out because its lot has not closed."""

    tender: str | None = None
    lot: str | None = None
    kinds: tuple[Kind, ...] = ()
    actor: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    hidden_lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the timeline's order: newest first; within an instant by chain, newest first within a chain."""

    at_ms: int
    chain: str = ""
    seq: int = 0


async def list_newest(tx: AsyncConnection, search: Search, after: Place | None, limit: int) -> list[Entry]:
    """Entries that match, newest first, after a place in that order."""
    query = select(entry).where(*_conditions(search))
    if after is not None:
        same_chain = and_(entry.c.chain == after.chain, entry.c.seq < after.seq)
        later_here = and_(entry.c.at_ms == after.at_ms, or_(entry.c.chain > after.chain, same_chain))
        query = query.where(or_(entry.c.at_ms < after.at_ms, later_here))
    query = query.order_by(entry.c.at_ms.desc(), entry.c.chain, entry.c.seq.desc()).limit(limit)
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in await tx.execute(query)]


def _conditions(search: Search) -> list[Any]:
    found: list[Any] = []
    if search.tender is not None:
        found.append(entry.c.tender == search.tender)
    if search.lot is not None:
        found.append(entry.c.lot == search.lot)
    if search.kinds:
        found.append(entry.c.kind.in_([kind.value for kind in search.kinds]))
    if search.since is not None:
        found.append(entry.c.at_ms >= to_milliseconds(search.since))
    if search.until is not None:
        found.append(entry.c.at_ms < to_milliseconds(search.until))
    # The actor and the tag stand in the body only: no column of a dump joins them to anything.
    for name, value in (("actor_ref", search.actor), ("tag", search.tag)):
        if value is not None:
            found.append(entry.c.body.contains(f'"{name}":"{value}"', autoescape=True))
    if search.hidden_lots:
        is_bid = entry.c.kind.in_([kind.value for kind in BID_KINDS])
        found.append(not_(and_(entry.c.lot.in_(search.hidden_lots), is_bid)))
    return found


async def list_of_kinds(tx: AsyncConnection, *, tender: str, kinds: Sequence[Kind], limit: int) -> list[Entry]:
    """Entries of a tender of some kinds, oldest first."""
    wanted = entry.c.kind.in_([kind.value for kind in kinds])
    query = select(entry).where(entry.c.tender == tender, wanted).order_by(entry.c.at_ms, entry.c.chain, entry.c.seq)
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in await tx.execute(query.limit(limit))]


async def list_in_chain(tx: AsyncConnection, *, chain: str, upto: int, kinds: Sequence[Kind]) -> list[Entry]:
    """The entries of a chain of some kinds, in order, up to a number."""
    wanted = entry.c.kind.in_([kind.value for kind in kinds])
    query = select(entry).where(entry.c.chain == chain, entry.c.seq <= upto, wanted)
    rows = await tx.execute(query.order_by(entry.c.seq))
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in rows]


async def list_firsts(tx: AsyncConnection, *, chain: str, upto: int) -> list[Entry]:
    """The first entry of each kind in a chain, and the first of each by a supplier: what to hold back shows in them."""
    of_chain = select(func.min(entry.c.seq)).where(entry.c.chain == chain, entry.c.seq <= upto)
    by_supplier = of_chain.where(entry.c.body.contains('"actor_role":"supplier"'))
    numbers = set()
    for query in (of_chain, by_supplier):
        numbers |= set((await tx.execute(query.group_by(entry.c.kind))).scalars())
    rows = await tx.execute(select(entry).where(entry.c.chain == chain, entry.c.seq.in_(numbers)).order_by(entry.c.seq))
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in rows]


async def load_entry(tx: AsyncConnection, *, chain: str, seq: int) -> Entry:
    """One entry; the one 404 where absent."""
    row = (await tx.execute(select(entry).where(entry.c.chain == chain, entry.c.seq == seq))).first()
    if row is None:
        raise not_found()
    return entry_from(row.body.encode(), row.salt, row.hash)


async def list_stored(
    tx: AsyncConnection, *, chain: str, after: int, upto: int, limit: int
) -> list[tuple[bytes, str, bytes]]:
    """(body, hash, salt) of a chain's entries as stored, in order: what a bundle copies."""
    query = select(entry.c.body, entry.c.hash, entry.c.salt).where(entry.c.chain == chain)
    query = query.where(entry.c.seq > after, entry.c.seq <= upto).order_by(entry.c.seq).limit(limit)
    return [(row.body.encode(), row.hash, row.salt) for row in await tx.execute(query)]


async def list_lot_chains(tx: AsyncConnection) -> list[tuple[str, str]]:
    """(chain, tender) of every lot's chain."""
    first = and_(entry.c.chain == chain_head.c.chain, entry.c.seq == 1)
    query = select(chain_head.c.chain, entry.c.tender).select_from(chain_head.join(entry, first))
    rows = await tx.execute(query.where(chain_head.c.chain.like("lot:%")))
    return [(row.chain, row.tender or "") for row in rows]
