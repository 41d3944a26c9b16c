"""Published lots, lines, rounds and amendments as rows. Decides nothing, never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.tenders.tables import amendment, line_item, lot, round_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Lot:
    """A published lot. The baseline is internal (VISIBILITY.md d58)."""

    id: str
    tender_id: str
    number: int
    title_zh: str
    title_en: str
    scale: int
    basis: str
    quantity: Decimal
    unit: str
    ceiling_price: Decimal
    start_price: Decimal | None
    baseline_price: Decimal | None
    baseline_source: str | None
    baseline_on: date | None
    minimum_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineItem:
    """A published line of a lot."""

    id: str
    lot_id: str
    number: int
    item_code: str
    description: str
    quantity: Decimal
    unit: str
    baseline_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Round:
    """A published round; `rules` is the JSON form of live_rules.py or sealed_rules.py, amendments included."""

    id: str
    tender_id: str
    number: int
    kind: str
    rules: Mapping[str, Any]
    state: str
    ruled_opens_at: datetime | None = None
    ruled_closes_at: datetime | None = None

    @property
    def opens_at(self) -> datetime:
        """The opening in force."""
        return self.ruled_opens_at or datetime.fromisoformat(self.rules["opens_at"])

    @property
    def closes_at(self) -> datetime | None:
        """The close in force of a sealed round; a live one's close is its lots' own."""
        if self.kind != "sealed":
            return None
        return self.ruled_closes_at or datetime.fromisoformat(self.rules["closes_at"])

    @property
    def is_earliest(self) -> bool:
        """Whether it opens at `opens_at` or later: it starts from sealed prices that are not opened yet."""
        return "starts_from" in self.rules and self.ruled_opens_at is None


@dataclass(frozen=True, slots=True)
class Amendment:
    """One amendment; `change` lists path, before and after."""

    version: int
    summary_zh: str
    summary_en: str
    change: Sequence[Mapping[str, str]]
    made_at: datetime


def _lot(row: Any) -> Lot:
    return Lot(**{name: row_mapping(row)[name] for name in Lot.__slots__})


async def insert_lots(tx: AsyncConnection, lots: Sequence[Lot], lines: Sequence[LineItem]) -> None:
    """Write the lots and lines of a publication."""
    await tx.execute(insert(lot), [{name: getattr(one, name) for name in Lot.__slots__} for one in lots])
    if lines:
        await tx.execute(
            insert(line_item), [{name: getattr(one, name) for name in LineItem.__slots__} for one in lines]
        )


async def list_lots(tx: AsyncConnection, tender_id: str) -> list[Lot]:
    """Read the published lots in order of number; none before publication."""
    rows = await tx.execute(select(lot).where(lot.c.tender_id == tender_id).order_by(lot.c.number))
    return [_lot(row) for row in rows]


async def load_lot(tx: AsyncConnection, lot_id: str) -> Lot:
    """Read a published lot; the one 404 where absent."""
    row = (await tx.execute(select(lot).where(lot.c.id == lot_id))).first()
    if row is None:
        raise not_found()
    return _lot(row)


async def set_lot(tx: AsyncConnection, lot_id: str, *, title_zh: str, title_en: str) -> None:
    """Write the titles of a lot: the only thing of it an amendment may change."""
    await tx.execute(update(lot).where(lot.c.id == lot_id).values(title_zh=title_zh, title_en=title_en))


async def list_line_items(tx: AsyncConnection, lot_id: str) -> list[LineItem]:
    """Read the lines of a lot in order of number."""
    rows = await tx.execute(select(line_item).where(line_item.c.lot_id == lot_id).order_by(line_item.c.number))
    return [LineItem(**{name: row_mapping(row)[name] for name in LineItem.__slots__}) for row in rows]


async def set_description(tx: AsyncConnection, *, lot_id: str, number: int, description: str) -> None:
    """Write the description of a line: the only thing of it an amendment may change."""
    place = (line_item.c.lot_id == lot_id) & (line_item.c.number == number)
    await tx.execute(update(line_item).where(place).values(description=description))


async def insert_round(tx: AsyncConnection, new: Round) -> None:
    """Write a round of a publication."""
    await tx.execute(insert(round_).values(**{name: getattr(new, name) for name in Round.__slots__}))


async def load_round(tx: AsyncConnection, round_id: str) -> Round:
    """Read a published round; the one 404 where absent."""
    row = (await tx.execute(select(round_).where(round_.c.id == round_id))).first()
    if row is None:
        raise not_found()
    return Round(**{name: row_mapping(row)[name] for name in Round.__slots__})


async def list_rounds(tx: AsyncConnection, tender_id: str) -> list[Round]:
    """Read the rounds of a tender in order of number; none before publication."""
    rows = await tx.execute(select(round_).where(round_.c.tender_id == tender_id).order_by(round_.c.number))
    return [Round(**{name: row_mapping(row)[name] for name in Round.__slots__}) for row in rows]


async def find_sealed_round(tx: AsyncConnection, tender_id: str) -> Round | None:
    """Read the sealed round of a published tender, or None where it has none."""
    return await _find_round(tx, tender_id, "sealed")


async def find_live_round(tx: AsyncConnection, tender_id: str) -> Round | None:
    """Read the live round of a published tender, or None where it has none."""
    return await _find_round(tx, tender_id, "live")


async def _find_round(tx: AsyncConnection, tender_id: str, kind: str) -> Round | None:
    return next((one for one in await list_rounds(tx, tender_id) if one.kind == kind), None)


async def set_round(tx: AsyncConnection, round_id: str, **values: Any) -> None:
    """Write columns of a round (`rules` by amendment; the others from the room that holds it)."""
    await tx.execute(update(round_).where(round_.c.id == round_id).values(**values))


async def insert_amendment(tx: AsyncConnection, *, amendment_id: str, tender_id: str, new: Amendment) -> None:
    """Write an amendment."""
    values = {name: getattr(new, name) for name in Amendment.__slots__}
    await tx.execute(insert(amendment).values(id=amendment_id, tender_id=tender_id, **values))


async def list_amendments(tx: AsyncConnection, tender_id: str) -> list[Amendment]:
    """Read the amendments of a tender, oldest first."""
    rows = await tx.execute(select(amendment).where(amendment.c.tender_id == tender_id).order_by(amendment.c.version))
    return [Amendment(**{name: row_mapping(row)[name] for name in Amendment.__slots__}) for row in rows]
