"""Whether the rules are still those that were published: nothing is played or ranked by others (attacks.md G06).

The tables can be changed by whoever has the database; the journal's entry of the publication, or of the last amendment,
says what they were. `bidroom verify --database` finds it afterwards; this keeps a wrong rank from being made at all.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import NotCanonical, digest_of
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.refusals import Code, Refusal
from app.journal.store import find_newest
from app.tenders import lots
from app.tenders.store import Tender

# Of a lot, what bids are measured against.
_FIGURES = ("scale", "ceiling_price", "start_price", "minimum_price")


def find_published(connection: Connection, tender_id: str) -> Mapping[str, Any] | None:
    """The document of a tender as it was told last; None where none was, or where the entry is not of its own hash."""
    told = find_newest(connection, f"tender:{tender_id}", Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED)
    if told is None or digest_of(told.data["document"]) != told.data["hash"]:
        return None
    document: Mapping[str, Any] = told.data["document"]
    return document


async def decide_intact(tx: AsyncConnection, tender: Tender) -> Refusal | None:
    """Refuse (FROZEN) where document, rounds or lots in the tables are not those that were told, naming the digests."""
    frozen = tender.frozen or {}
    told = await tx.run_sync(find_newest, tender.chain, Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED)
    hashed = tender.frozen_hash if told is None else str(told.data["hash"])
    held = _digest(frozen)
    if held != hashed or hashed != tender.frozen_hash:
        return Refusal(Code.FROZEN, {"rule": "document", "published": str(hashed), "held": held})
    return None if told is None else await _decide_rows(tx, tender.id, frozen)


async def _decide_rows(tx: AsyncConnection, tender_id: str, frozen: Mapping[str, Any]) -> Refusal | None:
    """The rows that publication wrote beside the document."""
    rounds = {each.id: dict(each.rules) for each in await lots.list_rounds(tx, tender_id)}
    stored = {each.id: _figures(each) for each in await lots.list_lots(tx, tender_id)}
    pairs = (
        ("rounds", {each["id"]: each["rules"] for each in frozen["rounds"]}, rounds),
        ("lots", {each["id"]: {name: each.get(name) for name in _FIGURES} for each in frozen["lots"]}, stored),
    )
    for rule, published, found in pairs:
        if published != found:
            detail = {"published": _digest(published), "held": _digest(found)}
            return Refusal(Code.FROZEN, {"rule": rule, **detail})
    return None


def _figures(lot: lots.Lot) -> dict[str, Any]:
    amounts = (lot.ceiling_price, lot.start_price, lot.minimum_price)
    told = (None if amount is None else format_amount(amount, lot.scale) for amount in amounts)
    return dict(zip(_FIGURES, (lot.scale, *told), strict=True))


def _digest(value: Mapping[str, Any]) -> str:
    """The digest of what a table holds; a name for what has none."""
    try:
        return digest_of(value)
    except NotCanonical:
        return "unreadable"
