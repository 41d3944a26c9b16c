"""Reports of an error in a bid as rows. Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.slips import ReportState, Slip
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds.tables import error_report

# A note of 500 characters and a name, of one length: what is sealed tells nothing by its size.
CALLER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A report. `bid` is the hash of the bid's entry; who sent it stays sealed until the desk asks."""

    id: str
    tender_id: str
    round_id: str
    lot_id: str
    bid: str
    slip: Slip
    state: ReportState
    caller_sealed: bytes
    reported_at: datetime
    decided_at: datetime | None = None
    proposal_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReportCaller:
    """Who reported, for the desk's eyes alone."""

    supplier: str
    account: str
    person: str
    note: str


def seal_caller(world: World, report_id: str, caller: ReportCaller) -> bytes:
    """The caller under the vault key, bound to the report."""
    members = {name: getattr(caller, name) for name in ReportCaller.__slots__}
    return world.keys.seal("vault", orjson.dumps(members).ljust(CALLER_BYTES), report_id.encode())


def open_caller(world: World, one: ErrorReport) -> ReportCaller:
    """Who reported."""
    return ReportCaller(**orjson.loads(world.keys.unseal("vault", one.caller_sealed, one.id.encode())))


def _read(row: Any) -> ErrorReport:
    values = {name: getattr(row, name) for name in ErrorReport.__slots__}
    return ErrorReport(**values | {"slip": Slip(row.slip), "state": ReportState(row.state)})


async def insert_report(tx: AsyncConnection, new: ErrorReport) -> None:
    """Write a report."""
    await tx.execute(insert(error_report).values(**{name: getattr(new, name) for name in ErrorReport.__slots__}))


async def find_by_bid(tx: AsyncConnection, entry_hash: str) -> ErrorReport | None:
    """The report about a bid, if there is one."""
    row = (await tx.execute(select(error_report).where(error_report.c.bid == entry_hash))).first()
    return None if row is None else _read(row)


async def load_report(tx: AsyncConnection, report_id: str) -> ErrorReport:
    """A report by id; the one 404 where absent."""
    row = (await tx.execute(select(error_report).where(error_report.c.id == report_id))).first()
    if row is None:
        raise not_found()
    return _read(row)


async def list_for_round(tx: AsyncConnection, round_id: str) -> list[ErrorReport]:
    """The reports of a round, oldest first."""
    rows = await tx.execute(
        select(error_report).where(error_report.c.round_id == round_id).order_by(error_report.c.reported_at)
    )
    return [_read(row) for row in rows]


async def list_newest(tx: AsyncConnection, limit: int) -> Sequence[ErrorReport]:
    """The newest reports of all rounds."""
    rows = await tx.execute(select(error_report).order_by(error_report.c.reported_at.desc()).limit(limit))
    return [_read(row) for row in rows]


async def set_report(tx: AsyncConnection, report_id: str, **values: Any) -> None:
    """Change columns of a report."""
    await tx.execute(update(error_report).where(error_report.c.id == report_id).values(**values))
