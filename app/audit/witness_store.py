"""SQL of what outside witnesses said of checkpoints."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.checkpointing import Statement
from app.domain.cosigning import Cosignature
from app.journal.checkpoint_store import cosignature_of, list_checkpoints
from app.journal.checkpoint_tables import cosignature

PAGE = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest word of one witness: its own clock, and the service's."""

    n: int
    seen_at_ms: int
    received_at: datetime


async def list_statements(tx: AsyncConnection, *, after: int) -> list[tuple[Statement, bytes]]:
    """The statements after a number with their signatures, in order, a page."""
    return [(item.statement, item.signature) for item in await list_checkpoints(tx, after=after, limit=PAGE)]


async def find_statements(tx: AsyncConnection, numbers: Sequence[int]) -> dict[int, Statement]:
    """The statements of these numbers, as many as there are. Precondition: they lie within one page of each other."""
    first, last = min(numbers), max(numbers)
    found = await list_checkpoints(tx, after=first - 1, limit=last - first + 1)
    return {item.statement.n: item.statement for item in found}


async def find_cosignatures(tx: AsyncConnection, witness: str, numbers: Sequence[int]) -> dict[int, Cosignature]:
    """What a witness said of these checkpoints already."""
    query = select(cosignature).where(cosignature.c.witness == witness, cosignature.c.n.in_(numbers))
    return {row.n: cosignature_of(row) for row in await tx.execute(query)}


async def find_cosigners(tx: AsyncConnection, *, first: int, last: int) -> list[tuple[int, str]]:
    """Number and witness of what was said of the checkpoints from ``first`` to ``last``."""
    query = select(cosignature.c.n, cosignature.c.witness).where(cosignature.c.n.between(first, last))
    return [(row.n, row.witness) for row in await tx.execute(query.order_by(cosignature.c.n, cosignature.c.witness))]


async def insert_cosignatures(tx: AsyncConnection, told: Sequence[Cosignature], received_at: datetime) -> None:
    """Keep what a witness said. The number and the witness are the fence: a second writer's insert fails."""
    rows = [
        {
            "n": one.n,
            "witness": one.witness,
            "journal": one.journal,
            "digest": one.digest,
            "seen_at_ms": one.seen_at_ms,
            "received_at": received_at,
            "sig": one.signature,
        }
        for one in told
    ]
    await tx.execute(insert(cosignature), rows)


async def find_heard(tx: AsyncConnection, witness: str) -> Heard | None:
    """The newest word of a witness."""
    newest = select(func.max(cosignature.c.n)).where(cosignature.c.witness == witness).scalar_subquery()
    query = select(cosignature).where(cosignature.c.witness == witness, cosignature.c.n == newest)
    row = (await tx.execute(query)).first()
    return None if row is None else Heard(row.n, row.seen_at_ms, row.received_at)


async def stream_cosignatures(tx: AsyncConnection, *, first: int, last: int) -> AsyncIterator[Sequence[Cosignature]]:
    """What all witnesses said of the checkpoints from ``first`` to ``last``, in order, page by page."""
    after = (first - 1, "~")
    while True:
        is_later = (cosignature.c.n > after[0]) | ((cosignature.c.n == after[0]) & (cosignature.c.witness > after[1]))
        query = (
            select(cosignature)
            .where(is_later, cosignature.c.n <= last)
            .order_by(cosignature.c.n, cosignature.c.witness)
            .limit(PAGE)
        )
        page = [cosignature_of(row) for row in await tx.execute(query)]
        if not page:
            return
        yield page
        after = (page[-1].n, page[-1].witness)
