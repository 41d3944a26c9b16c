"""SQL of the cosigned checkpoints that a bidder's own proof carries (domain/pinned_checkpoints.py)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.cosigning import Cosignature
from app.domain.pinned_checkpoints import MOST, Pinned
from app.journal.checkpoint_store import cosignature_of, statement_of
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
        told.setdefault(row.n, []).append(cosignature_of(row))
    return [Pinned(statement_of(row), row.sig, tuple(told[row.n])) for row in rows]
