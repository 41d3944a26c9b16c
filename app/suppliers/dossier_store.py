"""What hangs on a supplier, as rows: certifications, evidence, suspensions. Decides nothing, never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Grade, Marks
from app.infra.errors import not_found
from app.suppliers.tables import certification, evidence, suspension


@dataclass(frozen=True, slots=True)
class Certification:
    """One line of the certification history."""

    id: str
    supplier_id: str
    marks: Marks
    weights: Marks
    minimums: Marks
    score: Decimal
    grade: Grade
    categories: tuple[str, ...]
    note: str
    state: str
    proposed_at: datetime
    valid_from: datetime | None
    valid_until: datetime
    proposed_by: str
    approved_by: str | None
    proposal_id: str | None
    # The sub-criteria with their figures; None where the marks were given directly.
    assessment: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that backs one aspect."""

    id: str
    supplier_id: str
    aspect: str
    title: str
    file_id: str
    media_type: str
    sha256: str
    size: int
    uploaded_at: datetime
    by_supplier: bool
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension, lifted or not."""

    id: str
    supplier_id: str
    reason: str
    started_at: datetime
    proposal_id: str
    lifted_at: datetime | None
    lifted_reason: str | None
    lifting_proposal_id: str | None


def _certification(row: Any) -> Certification:
    values = {name: getattr(row, name) for name in Certification.__slots__ if name != "marks"}
    values["marks"] = Marks(row.quality, row.delivery, row.credit)
    values["weights"] = Marks.from_json(row.weights)
    values["minimums"] = Marks.from_json(row.minimums)
    values["grade"] = Grade(row.grade)
    values["categories"] = tuple(row.categories)
    return Certification(**values)


async def insert_certification(tx: AsyncConnection, new: Certification) -> None:
    """Store a proposed certification."""
    values = {name: getattr(new, name) for name in Certification.__slots__ if name != "marks"}
    values |= {aspect.value: mark for aspect, mark in new.marks.by_aspect()}
    values |= {"weights": new.weights.to_json(), "minimums": new.minimums.to_json()}
    values |= {"grade": new.grade.value, "categories": list(new.categories)}
    await tx.execute(insert(certification).values(**values))


async def find_certification(tx: AsyncConnection, certification_id: str) -> Certification | None:
    """A certification by id."""
    row = (await tx.execute(select(certification).where(certification.c.id == certification_id))).first()
    return None if row is None else _certification(row)


async def list_certifications(tx: AsyncConnection, supplier_id: str) -> list[Certification]:
    """The certification history, newest first."""
    query = select(certification).where(certification.c.supplier_id == supplier_id)
    rows = await tx.execute(query.order_by(certification.c.proposed_at.desc(), certification.c.id))
    return [_certification(row) for row in rows]


async def set_certification(tx: AsyncConnection, certification_id: str, **values: Any) -> None:
    """Change columns of a certification: its state and who decided."""
    await tx.execute(update(certification).where(certification.c.id == certification_id).values(**values))


async def void_proposed(tx: AsyncConnection, supplier_id: str) -> None:
    """A newer proposal replaces those that still wait; approvals does the same with theirs."""
    query = update(certification).where(certification.c.supplier_id == supplier_id, certification.c.state == "proposed")
    await tx.execute(query.values(state="void"))


async def insert_evidence(tx: AsyncConnection, new: Evidence) -> None:
    """Store what is known of an evidence file; its bytes are in `world.files` already."""
    await tx.execute(insert(evidence).values(**{name: getattr(new, name) for name in Evidence.__slots__}))


async def list_evidence(tx: AsyncConnection, supplier_id: str) -> list[Evidence]:
    """The evidence of a supplier, newest first."""
    query = select(evidence).where(evidence.c.supplier_id == supplier_id)
    rows = await tx.execute(query.order_by(evidence.c.uploaded_at.desc(), evidence.c.id))
    return [Evidence(**{name: getattr(row, name) for name in Evidence.__slots__}) for row in rows]


async def count_evidence(tx: AsyncConnection, supplier_id: str) -> int:
    """How many evidence files a supplier has."""
    query = select(func.count()).select_from(evidence).where(evidence.c.supplier_id == supplier_id)
    return int(await tx.scalar(query) or 0)


async def load_evidence(tx: AsyncConnection, *, supplier_id: str, evidence_id: str) -> Evidence:
    """One evidence file of one supplier; the one 404 where absent or another's."""
    query = select(evidence).where(evidence.c.id == evidence_id, evidence.c.supplier_id == supplier_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return Evidence(**{name: getattr(row, name) for name in Evidence.__slots__})


async def insert_suspension(tx: AsyncConnection, new: Suspension) -> None:
    """Store a suspension that begins."""
    await tx.execute(insert(suspension).values(**{name: getattr(new, name) for name in Suspension.__slots__}))


async def lift_suspension(
    tx: AsyncConnection, supplier_id: str, *, reason: str, proposal_id: str, at: datetime
) -> None:
    """Write the end onto the suspension that stands."""
    standing = (suspension.c.supplier_id == supplier_id, suspension.c.lifted_at.is_(None))
    values = {"lifted_at": at, "lifted_reason": reason, "lifting_proposal_id": proposal_id}
    await tx.execute(update(suspension).where(*standing).values(**values))


async def list_suspensions(tx: AsyncConnection, supplier_id: str) -> list[Suspension]:
    """The suspensions of a supplier, newest first."""
    query = select(suspension).where(suspension.c.supplier_id == supplier_id)
    rows = await tx.execute(query.order_by(suspension.c.started_at.desc(), suspension.c.id))
    return [Suspension(**{name: getattr(row, name) for name in Suspension.__slots__}) for row in rows]
