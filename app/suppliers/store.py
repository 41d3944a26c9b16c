"""Suppliers as rows, and what other rooms ask: who is eligible, who stands where. Decides nothing, never commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, Text, insert, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Certificate, Grade, Marks, Record, Standing, standing
from app.infra.errors import not_found
from app.suppliers.tables import certification, supplier


@dataclass(frozen=True, slots=True)
class Names:
    """A supplier's names in both languages."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class EligibleSupplier:
    """A supplier that may be invited in the category asked for."""

    id: str
    name_zh: str
    name_en: str
    grade: Grade
    score: Decimal
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supplier of the category with its standing: eligible, or excluded for the reason the standing names."""

    id: str
    name_zh: str
    name_en: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Supplier:
    """A registered supplier; contact data stay sealed until somebody who may see them asks."""

    id: str
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: tuple[str, ...]
    contact_sealed: bytes
    registered_at: datetime
    state: str
    certification_id: str | None
    version: int

    @property
    def is_suspended(self) -> bool:
        """True while a suspension stands."""
        return self.state == "suspended"


def read_supplier(row: Any) -> Supplier:
    """A Supplier from a row that holds the columns of its table."""
    values = {name: getattr(row, name) for name in Supplier.__slots__}
    return Supplier(**{**values, "categories": tuple(values["categories"])})


async def insert_supplier(tx: AsyncConnection, new: Supplier) -> None:
    """Store a new supplier; raises IntegrityError where its credit code is taken."""
    values = {name: getattr(new, name) for name in Supplier.__slots__}
    await tx.execute(insert(supplier).values(**{**values, "categories": list(new.categories)}))


async def load_supplier(tx: AsyncConnection, supplier_id: str) -> Supplier:
    """A supplier by id; the one 404 where absent."""
    row = (await tx.execute(select(supplier).where(supplier.c.id == supplier_id))).first()
    if row is None:
        raise not_found()
    return read_supplier(row)


async def lock_supplier(tx: AsyncConnection, supplier_id: str) -> Supplier:
    """A supplier by id, its row locked until the transaction ends; the one 404 where absent."""
    row = (await tx.execute(select(supplier).where(supplier.c.id == supplier_id).with_for_update())).first()
    if row is None:
        raise not_found()
    return read_supplier(row)


async def is_registered(tx: AsyncConnection, supplier_id: str) -> bool:
    """Whether there is such a supplier: an applicant is none yet."""
    return await tx.scalar(select(supplier.c.id).where(supplier.c.id == supplier_id)) is not None


async def list_taken_codes(tx: AsyncConnection, codes: Sequence[str]) -> set[str]:
    """Which of these credit codes are registered."""
    rows = await tx.execute(select(supplier.c.credit_code).where(supplier.c.credit_code.in_(codes)))
    return {row.credit_code for row in rows}


async def set_supplier(tx: AsyncConnection, supplier_id: str, **values: Any) -> None:
    """Change columns of a supplier."""
    await tx.execute(update(supplier).where(supplier.c.id == supplier_id).values(**values))


def _with_certificate() -> Select[Any]:
    current = supplier.c.certification_id == certification.c.id
    return select(
        *supplier.c,
        certification.c.score,
        certification.c.grade,
        certification.c.quality,
        certification.c.delivery,
        certification.c.credit,
        certification.c.valid_from,
        certification.c.valid_until,
        certification.c.categories.label("assessed"),
    ).select_from(supplier.outerjoin(certification, current))


def read_record(row: Any) -> Record:
    """What domain/certification.py asks of a supplier, from a row joined with its current certification."""
    certificate = None
    if row.grade is not None:
        marks = Marks(row.quality, row.delivery, row.credit)
        certificate = Certificate(row.score, Grade(row.grade), row.valid_from, row.valid_until, marks)
    # A category added after the assessment is not certified yet; one dropped since is not offered any more.
    certified = frozenset(row.categories) & frozenset(row.assessed or ())
    return Record(categories=certified, certificate=certificate, is_suspended=row.state == "suspended")


async def find_standing(tx: AsyncConnection, supplier_id: str, category: str, at: datetime) -> Standing:
    """Where a supplier stands in a category at an instant; asked at the invitation and again at the bid."""
    return (await list_standings(tx, [supplier_id], category, at))[supplier_id]


async def list_standings(
    tx: AsyncConnection, supplier_ids: Collection[str], category: str, at: datetime
) -> dict[str, Standing]:
    """Where these suppliers stand in a category at an instant, each by its id."""
    rows = await tx.execute(_with_certificate().where(supplier.c.id.in_(supplier_ids)))
    records = {row.id: read_record(row) for row in rows}
    nobody = Record(frozenset(), None, is_suspended=False)
    return {each: standing(records.get(each, nobody), category, at) for each in supplier_ids}


async def list_candidates(tx: AsyncConnection, category: str, at: datetime) -> list[Candidate]:
    """Every supplier registered in a category, by name, with its standing at an instant."""
    # The list is JSON text, so the code is looked for between its quotes.
    listed = type_coerce(supplier.c.categories, Text).contains(f'"{category}"', autoescape=True)
    rows = await tx.execute(_with_certificate().where(listed).order_by(supplier.c.name_zh, supplier.c.id))
    return [Candidate(row.id, row.name_zh, row.name_en, standing(read_record(row), category, at)) for row in rows]


async def list_eligible(tx: AsyncConnection, category: str, at: datetime) -> list[EligibleSupplier]:
    """The suppliers that may be invited in a category at an instant, by name. DESIGN.md section 3."""
    return [
        EligibleSupplier(
            id=one.id,
            name_zh=one.name_zh,
            name_en=one.name_en,
            grade=certificate.grade,
            score=certificate.score,
            valid_until=certificate.valid_until,
        )
        for one in await list_candidates(tx, category, at)
        if one.standing.refusal is None and (certificate := one.standing.certificate) is not None
    ]


async def load_names(tx: AsyncConnection, supplier_ids: Sequence[str]) -> dict[str, Names]:
    """The names of these suppliers by id; ids nobody has are left out."""
    query = select(supplier.c.id, supplier.c.name_zh, supplier.c.name_en)
    rows = await tx.execute(query.where(supplier.c.id.in_(supplier_ids)))
    return {row.id: Names(row.name_zh, row.name_en) for row in rows}


async def load_record(tx: AsyncConnection, supplier_id: str) -> Record:
    """What domain/certification.py asks of one supplier; the one 404 where absent."""
    row = (await tx.execute(_with_certificate().where(supplier.c.id == supplier_id))).first()
    if row is None:
        raise not_found()
    return read_record(row)
