"""SQL of the cosigned checkpoints that a bidder's own proof carries (domain/pinned_checkpoints.py)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.checkpointing import Statement
from app.domain.cosigning import Cosignature
from app.domain.entries import to_milliseconds
from app.domain.pinned_checkpoints import MOST, Pinned
from app.journal.checkpoint_tables import checkpoint, cosignature


async def list_pinned(tx: AsyncConnection, roots: Collection[str], since: datetime) -> list[Pinned]:
    """The cosigned ones among the first checkpoint of each root and the first one taken at or after ``since``, in order
    of number."""
    first = select(func.min(checkpoint.c.n)).where(checkpoint.c.root.in_(sorted(roots)[: MOST - 1]))
    after = select(func.min(checkpoint.c.n)).where(checkpoint.c.at >= since).scalar_subquery()
    wanted = or_(checkpoint.c.n.in_(first.group_by(checkpoint.c.root)), checkpoint.c.n == after)
    is_told = checkpoint.c.n.in_(select(cosignature.c.n))
    rows = (await tx.execute(select(checkpoint).where(wanted, is_told).order_by(checkpoint.c.n))).all()
    query = select(cosignature).where(cosignature.c.n.in_([row.n for row in rows]))
    told: dict[int, list[Cosignature]] = {}
    for row in await tx.execute(query.order_by(cosignature.c.n, cosignature.c.witness)):
        told.setdefault(row.n, []).append(
            Cosignature(row.witness, row.journal, row.n, row.digest, row.seen_at_ms, row.sig)
        )
    return [Pinned(_statement(row), row.sig, tuple(told[row.n])) for row in rows]


def _statement(row: Any) -> Statement:
    at_ms = to_milliseconds(row.at)
    return Statement(row.n, at_ms, row.reason, row.chains, row.entries, row.root, row.prev, row.key_id)
