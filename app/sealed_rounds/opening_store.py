"""What was opened, as rows: signed records, prices and answers, sealed at rest under the scoring key (d26 to d29)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.world import World
from app.sealed_rounds.tables import opened_price, opened_technical, opening

# Every amount has one length at rest.
AMOUNT_BYTES = 32
# Answers are padded to a power of two: their length says little about them.
ANSWERS_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening record, without its content."""

    round_id: str
    lot_id: str
    envelope: str
    opened_at: datetime
    count: int
    digest: str
    findings: Mapping[str, int]
    document_sealed: bytes


@dataclass(frozen=True, slots=True)
class OpenedPrice:
    """A bidder's valid opened price."""

    tag: str
    amount: Decimal
    received_at: datetime
    package: str


@dataclass(frozen=True, slots=True)
class OpenedTechnical:
    """A bidder's structured answers: (criterion, value, text)."""

    tag: str
    answers: Sequence[tuple[str, str, str]]
    package: str


async def insert_opening(world: World, tx: AsyncConnection, new: Opening, document: Mapping[str, Any]) -> None:
    """Write an opening record with its document."""
    sealed = world.keys.seal("scoring", orjson.dumps(document, option=orjson.OPT_SORT_KEYS), _aad(new))
    values = {name: getattr(new, name) for name in Opening.__slots__ if name != "document_sealed"}
    await tx.execute(insert(opening).values(**values, document_sealed=sealed))


def open_document(world: World, held: Opening) -> dict[str, Any]:
    """The signed document of an opening record."""
    value: dict[str, Any] = orjson.loads(world.keys.unseal("scoring", held.document_sealed, _aad(held)))
    return value


def _aad(held: Opening) -> bytes:
    return f"opening|{held.lot_id}|{held.envelope}".encode()


async def list_openings(tx: AsyncConnection, round_id: str) -> list[Opening]:
    """The opening records of a round, technical first."""
    query = select(opening).where(opening.c.round_id == round_id)
    rows = await tx.execute(query.order_by(opening.c.envelope.desc(), opening.c.lot_id))
    return [Opening(**{name: getattr(row, name) for name in Opening.__slots__}) for row in rows]


async def list_documents(world: World, tx: AsyncConnection, round_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(lot, envelope, document) of every opening of a round; for the auditor's bundle."""
    return [(one.lot_id, one.envelope, open_document(world, one)) for one in await list_openings(tx, round_id)]


async def find_opening(tx: AsyncConnection, lot_id: str, envelope: str) -> Opening | None:
    """One opening record."""
    query = select(opening).where(opening.c.lot_id == lot_id, opening.c.envelope == envelope)
    row = (await tx.execute(query)).first()
    return None if row is None else Opening(**{name: getattr(row, name) for name in Opening.__slots__})


async def insert_price(
    world: World, tx: AsyncConnection, lot_id: str, price: OpenedPrice, *, amount: str, is_valid: bool
) -> None:
    """Write an opened price; of one that a rule refuses, too, for the record."""
    sealed = world.keys.seal("scoring", amount.encode().ljust(AMOUNT_BYTES), _price_aad(lot_id, price.tag))
    await tx.execute(
        insert(opened_price).values(
            lot_id=lot_id,
            tag=price.tag,
            package=price.package,
            received_at=price.received_at,
            state="valid" if is_valid else "refused",
            amount_sealed=sealed,
        )
    )


async def list_opened_prices(world: World, tx: AsyncConnection, lot_id: str) -> list[OpenedPrice]:
    """The valid opened prices of a lot, by tag."""
    query = select(opened_price).where(opened_price.c.lot_id == lot_id, opened_price.c.state == "valid")
    found = []
    for row in await tx.execute(query.order_by(opened_price.c.tag)):
        text = world.keys.unseal("scoring", row.amount_sealed, _price_aad(lot_id, row.tag)).decode().strip()
        found.append(OpenedPrice(row.tag, Decimal(text), row.received_at, row.package))
    return found


def _price_aad(lot_id: str, tag: str) -> bytes:
    return f"opened_price|{lot_id}|{tag}".encode()


async def insert_technical(world: World, tx: AsyncConnection, lot_id: str, opened: OpenedTechnical) -> None:
    """Write a bidder's structured answers."""
    plain = orjson.dumps([list(answer) for answer in opened.answers])
    size = max(ANSWERS_BYTES, 1 << (len(plain) - 1).bit_length())
    sealed = world.keys.seal("scoring", plain.ljust(size), _technical_aad(lot_id, opened.tag))
    row = {"lot_id": lot_id, "tag": opened.tag, "package": opened.package, "answers_sealed": sealed}
    await tx.execute(insert(opened_technical).values(**row))


async def list_opened_technical(world: World, tx: AsyncConnection, lot_id: str) -> list[OpenedTechnical]:
    """The answers of every bidder whose technical envelope opened, by tag."""
    query = select(opened_technical).where(opened_technical.c.lot_id == lot_id).order_by(opened_technical.c.tag)
    found = []
    for row in await tx.execute(query):
        plain = world.keys.unseal("scoring", row.answers_sealed, _technical_aad(lot_id, row.tag))
        answers = [(each[0], each[1], each[2]) for each in orjson.loads(plain)]
        found.append(OpenedTechnical(row.tag, answers, row.package))
    return found


def _technical_aad(lot_id: str, tag: str) -> bytes:
    return f"opened_technical|{lot_id}|{tag}".encode()
