"""Best-and-final rounds as rows, and the prices in force. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import store
from app.award.final_tables import final_offer, final_price, final_round
from app.award.store import Award
from app.domain.final_offers import FinalState, price_in_force
from app.domain.refusals import Code, Refusal
from app.infra.errors import not_found


@dataclass(frozen=True, slots=True)
class FinalRound:
    """One round of one award."""

    id: str
    tender_id: str
    number: int
    attempt: int
    state: FinalState
    reason: str
    closes_at: datetime
    policy: Mapping[str, Any]
    policy_digest: str
    tags: Mapping[str, str]
    began_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class FinalOffer:
    """One sealed offer; the last one of a lot and tag counts."""

    round_id: str
    lot_id: str
    tag: str
    rev: int
    package: str
    header: Mapping[str, Any]
    price_ct: bytes
    received_at: datetime
    receipt: Mapping[str, Any]


async def insert_round(tx: AsyncConnection, new: FinalRound) -> None:
    """Store a round that begins."""
    values: dict[str, Any] = {name: getattr(new, name) for name in FinalRound.__slots__}
    values |= {"state": new.state.value, "policy": dict(new.policy), "tags": dict(new.tags)}
    await tx.execute(insert(final_round).values(values))


async def end_round(tx: AsyncConnection, round_id: str, state: FinalState, at: datetime, reason: str | None) -> None:
    """Write how a round ended."""
    values = {"state": state.value, "ended_at": at, "end_reason": reason}
    await tx.execute(update(final_round).where(final_round.c.id == round_id).values(values))


def _round(row: Any) -> FinalRound:
    values = {name: getattr(row, name) for name in FinalRound.__slots__}
    return FinalRound(**{**values, "state": FinalState(row.state)})


async def find_tender(tx: AsyncConnection, round_id: str) -> str:
    """The tender of a round; the one 404 where there is none."""
    found = await tx.scalar(select(final_round.c.tender_id).where(final_round.c.id == round_id))
    if found is None:
        raise not_found()
    return str(found)


async def list_rounds(tx: AsyncConnection, tender_id: str) -> list[FinalRound]:
    """The rounds of the award that stands, the first one first."""
    number = await store.next_award(tx, tender_id)
    query = select(final_round).where(final_round.c.tender_id == tender_id, final_round.c.number == number)
    return [_round(row) for row in await tx.execute(query.order_by(final_round.c.attempt))]


async def decide_no_round(tx: AsyncConnection, tender_id: str) -> Refusal | None:
    """Nothing is drafted, submitted or planned while prices may still change (PENDING)."""
    is_open = any(each.state is FinalState.OPEN for each in await list_rounds(tx, tender_id))
    return Refusal(Code.PENDING, {"rule": "final_offers"}) if is_open else None


async def list_open(tx: AsyncConnection) -> list[FinalRound]:
    """The rounds of all tenders that are open."""
    query = select(final_round).where(final_round.c.state == FinalState.OPEN.value)
    return [_round(row) for row in await tx.execute(query)]


async def load_round(tx: AsyncConnection, round_id: str) -> FinalRound:
    """One round, as it is now. Precondition: it exists."""
    return _round((await tx.execute(select(final_round).where(final_round.c.id == round_id))).one())


async def insert_offer(tx: AsyncConnection, new: FinalOffer) -> None:
    """Store an offer that came in."""
    values: dict[str, Any] = {name: getattr(new, name) for name in FinalOffer.__slots__}
    await tx.execute(insert(final_offer).values({**values, "header": dict(new.header), "receipt": dict(new.receipt)}))


async def list_offers(tx: AsyncConnection, round_ids: Sequence[str], tag: str | None = None) -> list[FinalOffer]:
    """The last offer of every lot and tag, or of the one whose own they are."""
    query = select(final_offer).where(final_offer.c.round_id.in_(round_ids))
    if tag is not None:
        query = query.where(final_offer.c.tag == tag)
    last: dict[tuple[str, str, str], FinalOffer] = {}
    for row in await tx.execute(query.order_by(final_offer.c.rev)):
        each = FinalOffer(**{name: getattr(row, name) for name in FinalOffer.__slots__})
        last[each.round_id, each.lot_id, each.tag] = each
    return [last[key] for key in sorted(last)]


async def insert_price(tx: AsyncConnection, held: FinalRound, lot_id: str, supplier_id: str, amount: Decimal) -> None:
    """Store an opened price that counts."""
    values = {"round_id": held.id, "lot_id": lot_id, "supplier_id": supplier_id, "amount": amount}
    await tx.execute(insert(final_price).values({**values, "tender_id": held.tender_id, "number": held.number}))


async def list_in_force(tx: AsyncConnection, tender_ids: Sequence[str]) -> list[Award]:
    """The awards that stand, each at the price in force: the lowest opened final offer, or the awarded price."""
    awards = await store.list_awards(tx, tender_ids)
    opened: dict[tuple[str, str, int], list[Decimal]] = {}
    for row in await tx.execute(select(final_price).where(final_price.c.tender_id.in_(tender_ids))):
        opened.setdefault((row.lot_id, row.supplier_id, row.number), []).append(row.amount)
    return [
        replace(each, amount=price_in_force(each.amount, opened.get((each.lot_id, each.supplier_id, each.number), [])))
        for each in awards
    ]
