"""SQL of bid histories: a lot's entries as stored, page by page, picked by kind and period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Kind, to_milliseconds
from app.journal.tables import entry


@dataclass(frozen=True, slots=True)
class Slice:
    """Some entries of one chain: up to a number, of some kinds (None: of all), in a period (from its first instant,
    before its last)."""

    chain: str
    upto: int
    kinds: tuple[Kind, ...] | None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, after: int) -> list[ColumnElement[bool]]:
        """The entries after a number."""
        found = [entry.c.chain == self.chain, entry.c.seq > after, entry.c.seq <= self.upto]
        if self.kinds is not None:
            found.append(entry.c.kind.in_([kind.value for kind in self.kinds]))
        if self.since is not None:
            found.append(entry.c.at_ms >= to_milliseconds(self.since))
        if self.until is not None:
            found.append(entry.c.at_ms < to_milliseconds(self.until))
        return found


async def count_slice(tx: AsyncConnection, part: Slice) -> int:
    """How many entries a slice holds."""
    return int((await tx.execute(select(func.count()).select_from(entry).where(*part.conditions(0)))).scalar_one())


async def list_bodies(tx: AsyncConnection, part: Slice, *, after: int, limit: int) -> Sequence[Any]:
    """(number, body, hash) of the next entries of a slice, in order."""
    query = select(entry.c.seq, entry.c.body, entry.c.hash).where(*part.conditions(after))
    return (await tx.execute(query.order_by(entry.c.seq).limit(limit))).all()


async def read_lines(tx: AsyncConnection, part: Slice, *, after: int, limit: int) -> tuple[bytes, int, int]:
    """(ready lines of the next entries, their last number, how many they are): each line is a body as it was stored.

    Nothing is encoded again (PERFORMANCE.md section 4.4): the database itself joins the bodies.
    """
    page = (
        select(entry.c.seq, entry.c.body).where(*part.conditions(after)).order_by(entry.c.seq).limit(limit).subquery()
    )
    lines: ColumnElement[bytes]
    if tx.dialect.name == "sqlite":
        # The subquery's order stands: SQLite folds its rows as they come.
        lines = cast(func.group_concat(page.c.body, "\n"), LargeBinary)
    else:
        lines = func.convert_to(func.string_agg(page.c.body, aggregate_order_by(literal("\n"), page.c.seq)), "UTF8")
    row = (await tx.execute(select(lines, func.max(page.c.seq), func.count()).select_from(page))).one()
    return (row[0] + b"\n", row[1], row[2]) if row[2] else (b"", after, 0)
