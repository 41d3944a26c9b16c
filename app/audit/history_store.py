"""SQL of bid histories: a lot's entries as stored, page by page, picked by kind and period."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import to_milliseconds
from app.domain.kinds import Kind
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

    def conditions(self, after: int | BindParameter[int]) -> list[ColumnElement[bool]]:
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


class Page(NamedTuple):
    """Lines of some entries, without the last one's end; the last entry's number; how many they are."""

    lines: bytes
    last: int
    size: int


# What gives a page of lines, made once for all of them: to build it takes as long as to read a thousand rows.
Lines = Select[bytes, int, int]


def bodies_of(part: Slice, limit: int, *, is_sqlite: bool) -> Lines:
    """The entries of a slice as lines, page by page: each is a body as it was stored.

    Nothing is encoded again (PERFORMANCE.md section 4.4): the database itself joins the bodies.
    """
    return _lines_of(part, entry.c.body, limit, is_sqlite=is_sqlite)


def pairs_of(part: Slice, limit: int, *, is_sqlite: bool) -> Lines:
    """The same entries as lines that are each [body, hash] in JSON: one text is read faster than many rows."""
    pair = literal_column("'['").concat(entry.c.body).concat(literal_column("',\"'"))
    return _lines_of(part, pair.concat(entry.c.hash).concat(literal_column("'\"]'")), limit, is_sqlite=is_sqlite)


def _lines_of(part: Slice, text: ColumnElement[str], limit: int, *, is_sqlite: bool) -> Lines:
    query = select(entry.c.seq, text.label("text")).where(*part.conditions(bindparam("after", type_=BigInteger())))
    page = query.order_by(entry.c.seq).limit(limit).subquery()
    between = literal_column("'\n'", Text())
    lines: ColumnElement[bytes]
    if is_sqlite:
        # The subquery's order stands: SQLite folds its rows as they come.
        lines = cast(func.group_concat(page.c.text, between), LargeBinary)
    else:
        lines = func.convert_to(func.string_agg(page.c.text, aggregate_order_by(between, page.c.seq)), "UTF8")
    return select(lines, func.max(page.c.seq), func.count()).select_from(page)


async def read_page(tx: AsyncConnection, lines: Lines, after: int) -> Page:
    """The next lines after an entry's number."""
    row = (await tx.execute(lines, {"after": after})).one()
    return Page(*row) if row[2] else Page(b"", after, 0)
