"""Recorded figures of savings as rows: budget, contracted, realised. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.tables import savings_figure
from app.domain.measuring import Figure, FigureKind

Figures = Mapping[str, Mapping[FigureKind, Figure]]


async def list_figures(tx: AsyncConnection, tender_ids: Sequence[str]) -> dict[str, dict[FigureKind, Figure]]:
    """{lot: {kind: the newest figure}} of these tenders."""
    query = select(savings_figure).where(savings_figure.c.tender_id.in_(tender_ids))
    found: dict[str, dict[FigureKind, Figure]] = {}
    for row in await tx.execute(query.order_by(savings_figure.c.number)):
        kind = FigureKind(row.kind)
        figure = Figure(kind, row.amount, row.source, row.as_of, quantity=row.quantity)
        found.setdefault(row.lot_id, {})[kind] = figure
    return found


async def insert_figure(
    tx: AsyncConnection, figure_id: str, figure: Figure, *, tender_id: str, lot_id: str, at: datetime, by: str
) -> None:
    """Store a figure as the newest of its kind. Precondition: the caller holds the tender's lock."""
    same = (savings_figure.c.lot_id == lot_id) & (savings_figure.c.kind == figure.kind.value)
    last = await tx.scalar(select(func.max(savings_figure.c.number)).where(same))
    values: dict[str, Any] = {"id": figure_id, "tender_id": tender_id, "lot_id": lot_id, "kind": figure.kind.value}
    values |= {"number": (last or 0) + 1, "amount": figure.amount, "quantity": figure.quantity}
    values |= {"source": figure.source.strip(), "as_of": figure.as_of, "recorded_at": at, "recorded_by": by}
    await tx.execute(insert(savings_figure).values(values))
