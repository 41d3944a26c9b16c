"""Inquiries as rows. Decides nothing, never commits; whose an inquiry is and what was answered open with the World's
keys alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.abnormal import InquiryState, OfferVerdict, state_of
from app.domain.scoring.totals import Offer
from app.evaluation.tables import inquiry
from app.infra.errors import not_found
from app.infra.world import World
from app.tenders.participations import Participation

PURPOSE = "scoring"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One inquiry. `tag` is for the service alone."""

    id: str
    tender_id: str
    lot_id: str
    label: str
    tag: str
    amount: Decimal
    tests: Sequence[Mapping[str, Any]]
    question: str
    asked_at: datetime
    due_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    verdict: OfferVerdict | None = None
    reason: str | None = None
    decided_at: datetime | None = None

    def state_at(self, at: datetime) -> InquiryState:
        """Where it stands (domain/abnormal.py)."""
        return state_of(due_at=self.due_at, is_answered=self.answer is not None, verdict=self.verdict, at=at)


def _inquiry(world: World, row: Any) -> Inquiry:
    bound = row.id.encode()
    values = {name: getattr(row, name) for name in Inquiry.__slots__ if name not in {"tag", "answer", "verdict"}}
    return Inquiry(
        **values,
        tag=world.keys.unseal(PURPOSE, row.tag_sealed, bound).decode(),
        answer=None if row.answer_sealed is None else world.keys.unseal(PURPOSE, row.answer_sealed, bound).decode(),
        verdict=None if row.verdict is None else OfferVerdict(row.verdict),
    )


async def list_inquiries(world: World, tx: AsyncConnection, tender_id: str) -> list[Inquiry]:
    """The inquiries of a tender in the order they were made."""
    query = select(inquiry).where(inquiry.c.tender_id == tender_id).order_by(inquiry.c.asked_at, inquiry.c.id)
    return [_inquiry(world, row) for row in await tx.execute(query)]


async def load_inquiry(world: World, tx: AsyncConnection, tender_id: str, inquiry_id: str) -> Inquiry:
    """One of a tender; the one 404 where absent."""
    query = select(inquiry).where(inquiry.c.id == inquiry_id, inquiry.c.tender_id == tender_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _inquiry(world, row)


async def insert_inquiry(world: World, tx: AsyncConnection, new: Inquiry) -> None:
    """Store a new one."""
    names = ("id", "tender_id", "lot_id", "label", "amount", "question", "asked_at", "due_at")
    sealed = world.keys.seal(PURPOSE, new.tag.encode(), new.id.encode())
    tests = [dict(each) for each in new.tests]
    values = {name: getattr(new, name) for name in names}
    await tx.execute(insert(inquiry).values(**values, tests=tests, tag_sealed=sealed))


async def set_answer(world: World, tx: AsyncConnection, inquiry_id: str, text: str, at: datetime) -> None:
    """Keep the supplier's answer, sealed."""
    sealed = world.keys.seal(PURPOSE, text.encode(), inquiry_id.encode())
    changed = update(inquiry).where(inquiry.c.id == inquiry_id)
    await tx.execute(changed.values(answer_sealed=sealed, answered_at=at))


async def set_verdict(
    tx: AsyncConnection, inquiry_id: str, verdict: OfferVerdict, *, reason: str, at: datetime
) -> None:
    """Write what was decided."""
    changed = update(inquiry).where(inquiry.c.id == inquiry_id)
    await tx.execute(changed.values(verdict=verdict.value, reason=reason, decided_at=at))


def counting(offers: Sequence[Offer], inquiries: Sequence[Inquiry], lot_id: str) -> tuple[list[Offer], list[Decimal]]:
    """The offers of a lot that count, and the amounts of those that were excluded."""
    gone = {each.tag for each in inquiries if each.lot_id == lot_id and each.verdict is OfferVerdict.EXCLUDE}
    return [each for each in offers if each.key not in gone], [each.amount for each in offers if each.key in gone]


def exclusion_of(inquiries: Sequence[Inquiry], lot_id: str, bidder: Participation | None) -> Inquiry | None:
    """The inquiry after which a bidder's offer was excluded from a lot, None where it was not."""
    tag = None if bidder is None else bidder.tag
    found = (each for each in inquiries if (each.lot_id, each.tag, each.verdict) == (lot_id, tag, OfferVerdict.EXCLUDE))
    return next(found, None)
