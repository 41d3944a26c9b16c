"""Payment milestones, their documents and disputes as rows. Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.tables import payment_dispute, payment_milestone, payment_record
from app.domain.paying import Document, Method, MilestoneKind, RecordKind, Reminder, Standing, Terms, standing_of
from app.infra.errors import not_found


@dataclass(frozen=True, slots=True)
class Record:
    """A document as stored. `reverses`: the row it takes back."""

    id: str
    document: Document
    reverses: str | None
    recorded_at: datetime
    is_supplier: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """A query on a milestone, and its answer once it is settled."""

    id: str
    is_supplier: bool
    text: str
    raised_at: datetime
    answer: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A payment milestone with everything on it, oldest first."""

    id: str
    tender_id: str
    supplier_id: str
    number: int
    terms: Terms
    made_at: datetime
    reminded: Reminder | None
    records: tuple[Record, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def documents(self) -> list[Document]:
        """The documents alone."""
        return [each.document for each in self.records]

    @property
    def open_dispute(self) -> Dispute | None:
        """The query that waits for an answer."""
        return next((each for each in self.disputes if each.settled_at is None), None)

    @property
    def as_of(self) -> datetime:
        """When something was recorded here last: what is not recorded yet is not known."""
        return max([self.made_at, *(each.recorded_at for each in self.records)])

    def standing(self, today: date) -> Standing:
        """How it stands on a day."""
        return standing_of(self.terms, self.documents, is_disputed=self.open_dispute is not None, today=today)


async def insert_milestone(
    tx: AsyncConnection, milestone_id: str, terms: Terms, *, tender_id: str, supplier_id: str, at: datetime
) -> int:
    """Store a milestone as the next of its tender; gives its number. Precondition: the tender's lock."""
    same = payment_milestone.c.tender_id == tender_id
    number = 1 + (await tx.scalar(select(func.max(payment_milestone.c.number)).where(same)) or 0)
    values: dict[str, Any] = {"id": milestone_id, "tender_id": tender_id, "supplier_id": supplier_id, "number": number}
    values |= {"kind": terms.kind.value, "amount": terms.amount, "falls_on": terms.falls_on, "note": terms.note}
    values |= {"credit_days": terms.credit_days, "made_at": at}
    await tx.execute(insert(payment_milestone).values(values))
    return number


async def set_milestone(tx: AsyncConnection, milestone_id: str, **values: Any) -> None:
    """Write another day, a withdrawal or what was said."""
    await tx.execute(update(payment_milestone).where(payment_milestone.c.id == milestone_id).values(**values))


async def insert_record(
    tx: AsyncConnection,
    record_id: str,
    document: Document,
    *,
    milestone_id: str,
    at: datetime,
    by: str | None,
    reverses: str | None = None,
) -> None:
    """Store an invoice, a payment or a reversal."""
    values: dict[str, Any] = {name: getattr(document, name) for name in Document.__slots__}
    values |= {"kind": document.kind.value, "method": None if document.method is None else document.method.value}
    values |= {"id": record_id, "milestone_id": milestone_id, "recorded_at": at, "recorded_by": by}
    await tx.execute(insert(payment_record).values({**values, "reverses": reverses}))


async def insert_dispute(
    tx: AsyncConnection, dispute_id: str, *, milestone_id: str, text: str, is_supplier: bool, at: datetime
) -> None:
    """Store a query."""
    values: dict[str, Any] = {"id": dispute_id, "milestone_id": milestone_id, "text": text, "raised_at": at}
    await tx.execute(insert(payment_dispute).values({**values, "is_supplier": is_supplier}))


async def settle_dispute(tx: AsyncConnection, dispute_id: str, answer: str, at: datetime) -> None:
    """Write the answer to a query."""
    values = {"answer": answer, "settled_at": at}
    await tx.execute(update(payment_dispute).where(payment_dispute.c.id == dispute_id).values(values))


async def find_tender(tx: AsyncConnection, milestone_id: str) -> str:
    """The tender of a milestone; the one 404 where there is none."""
    found = await tx.scalar(select(payment_milestone.c.tender_id).where(payment_milestone.c.id == milestone_id))
    if found is None:
        raise not_found()
    return str(found)


async def list_milestones(
    tx: AsyncConnection, *, tender_ids: Sequence[str] | None = None, supplier_id: str | None = None
) -> list[Milestone]:
    """The milestones that stand, of these tenders or of this supplier, else all; by tender and number."""
    query = select(payment_milestone).where(payment_milestone.c.withdrawn_at.is_(None))
    if tender_ids is not None:
        query = query.where(payment_milestone.c.tender_id.in_(tender_ids))
    if supplier_id is not None:
        query = query.where(payment_milestone.c.supplier_id == supplier_id)
    rows = list(await tx.execute(query.order_by(payment_milestone.c.tender_id, payment_milestone.c.number)))
    ids = [row.id for row in rows]
    records: dict[str, list[Record]] = {each: [] for each in ids}
    for row in await tx.execute(_of(payment_record, ids).order_by(payment_record.c.recorded_at, payment_record.c.id)):
        records[row.milestone_id].append(_record(row))
    disputes: dict[str, list[Dispute]] = {each: [] for each in ids}
    for row in await tx.execute(_of(payment_dispute, ids).order_by(payment_dispute.c.raised_at)):
        known = Dispute(row.id, bool(row.is_supplier), row.text, row.raised_at, row.answer, row.settled_at)
        disputes[row.milestone_id].append(known)
    return [_milestone(row, records[row.id], disputes[row.id]) for row in rows]


def _of(table: Any, ids: Sequence[str]) -> Any:
    return select(table).where(table.c.milestone_id.in_(ids))


def _record(row: Any) -> Record:
    document = Document(
        RecordKind(row.kind),
        row.number,
        row.amount,
        row.dated_on,
        None if row.method is None else Method(row.method),
        row.matures_on,
    )
    return Record(row.id, document, row.reverses, row.recorded_at, row.recorded_by is None)


def _milestone(row: Any, records: Sequence[Record], disputes: Sequence[Dispute]) -> Milestone:
    return Milestone(
        id=row.id,
        tender_id=row.tender_id,
        supplier_id=row.supplier_id,
        number=row.number,
        terms=Terms(MilestoneKind(row.kind), row.amount, row.falls_on, row.credit_days, row.note),
        made_at=row.made_at,
        reminded=None if row.reminded is None else Reminder(row.reminded),
        records=tuple(records),
        disputes=tuple(disputes),
    )
