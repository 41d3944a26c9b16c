"""Rankings as rows. Decides nothing, never commits; the label map opens only with the World's keys."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.awarding import LotRanking, RankedRow
from app.domain.money import format_amount
from app.domain.shortlisting import Shortlist
from app.evaluation.tables import ranking
from app.infra.world import World

PURPOSE = "scoring"


@dataclass(frozen=True, slots=True)
class StoredRanking:
    """The official ranking of a lot as stored; `sealed` opens only with the scoring key."""

    id: str
    tender_id: str
    made_at: datetime
    version: int
    voids: int
    official: LotRanking
    sealed: bytes
    # The cut from ten to three; None where the tender has no evaluation.
    shortlist: Shortlist | None = None


POINTS = ("technical_points", "price_points", "total")


def row_data(rows: Sequence[RankedRow], scale: int, *, with_points: bool = False) -> list[dict[str, Any]]:
    """The rows in the form that is hashed, stored and journaled: amounts as texts at the lot's scale. `with_points`:
    the tender has an evaluation."""
    return [
        {
            "label": row.label,
            "rank": row.rank,
            "amount": format_amount(row.amount, scale),
            "n": row.n,
            "tied": row.is_tied,
            **(_points(row) if with_points else _figure(row)),
        }
        for row in rows
    ]


def _points(row: RankedRow) -> dict[str, str | None]:
    found = {name: getattr(row, name) for name in POINTS}
    texts = {name: None if value is None else f"{value:f}" for name, value in found.items()}
    return {**texts, **_figure(row)}


def _figure(row: RankedRow) -> dict[str, str | None]:
    return {} if row.figure is None else {"figure": f"{row.figure:f}"}


def _row(each: Mapping[str, Any]) -> RankedRow:
    points = {name: None if each.get(name) is None else Decimal(each[name]) for name in (*POINTS, "figure")}
    return RankedRow(each["label"], each["rank"], Decimal(each["amount"]), each["n"], each["tied"], **points)


def _stored(row: Any) -> StoredRanking:
    cut = None if row.shortlist is None else _shortlist(row.lot_id, row.shortlist)
    labels = None if cut is None else cut.labels
    official = LotRanking(row.lot_id, tuple(_row(each) for each in row.rows), row.digest, labels)
    return StoredRanking(row.id, row.tender_id, row.made_at, row.version, row.voids, official, row.map_sealed, cut)


def _shortlist(lot_id: str, held: Mapping[str, Any]) -> Shortlist:
    return Shortlist(lot_id, held["count"], tuple(held["labels"]), has_cut_off_ties=held["cut_off_ties"])


async def list_rankings(tx: AsyncConnection, tender_id: str) -> list[StoredRanking]:
    """The rankings of a tender's lots, by lot id; empty until it was ranked."""
    query = select(ranking).where(ranking.c.tender_id == tender_id).order_by(ranking.c.lot_id)
    return [_stored(row) for row in await tx.execute(query)]


async def list_counted_voids(tx: AsyncConnection, tender_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Of these tenders those that have been ranked: {tender: {lot: voids counted in its ranking}}."""
    query = select(ranking.c.tender_id, ranking.c.lot_id, ranking.c.voids).where(ranking.c.tender_id.in_(tender_ids))
    counted: dict[str, dict[str, int]] = {}
    for row in await tx.execute(query):
        counted.setdefault(row.tender_id, {})[row.lot_id] = row.voids
    return counted


async def set_voids(tx: AsyncConnection, lot_id: str, voids: int) -> None:
    """Note that these voids were looked at and changed nothing."""
    await tx.execute(update(ranking).where(ranking.c.lot_id == lot_id).values(voids=voids))


async def set_shortlist(tx: AsyncConnection, lot_id: str, shortlist: Mapping[str, Any]) -> None:
    """Put the cut that people locked in the place of the rule's. Precondition: the caller holds the tender's lock."""
    await tx.execute(update(ranking).where(ranking.c.lot_id == lot_id).values(shortlist=dict(shortlist)))


async def replace_ranking(
    world: World,
    tx: AsyncConnection,
    *,
    tender_id: str,
    official: LotRanking,
    data: Sequence[Mapping[str, Any]],
    tags: Mapping[str, str],
    version: int,
    voids: int,
    shortlist: Mapping[str, Any] | None = None,
) -> bytes:
    """Store the ranking of a lot in the place of an older one; returns the sealed map for the journal."""
    ranking_id = world.ids.new()
    plain = json.dumps(dict(sorted(tags.items()))).encode()
    sealed = world.keys.seal(PURPOSE, plain, official.lot_id.encode())
    await tx.execute(delete(ranking).where(ranking.c.lot_id == official.lot_id))
    await tx.execute(
        insert(ranking).values(
            id=ranking_id,
            tender_id=tender_id,
            lot_id=official.lot_id,
            made_at=world.clock.now(),
            version=version,
            voids=voids,
            digest=official.digest,
            rows=[dict(row) for row in data],
            map_sealed=sealed,
            shortlist=None if shortlist is None else dict(shortlist),
        )
    )
    return sealed


def open_map(world: World, stored: StoredRanking) -> dict[str, str]:
    """{label: tag} of a ranking: for the unsealing, for a supplier's own row, and for the C-aliases beside the rows."""
    plain = world.keys.unseal(PURPOSE, stored.sealed, stored.official.lot_id.encode())
    return {str(label): str(tag) for label, tag in json.loads(plain).items()}
