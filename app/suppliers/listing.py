"""The list of suppliers with search, filter and pages. Reading only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, exists, func, or_, select, true, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import EXPIRING_WITHIN, Certificate, Record, StandingState, overall_state
from app.suppliers.store import read_record
from app.suppliers.tables import certification, supplier


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list. `after` is the id of the last supplier of the page before."""

    text: str = ""
    state: StandingState | None = None
    category: str | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: str
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: tuple[str, ...]
    standing: StandingState
    certificate: Certificate | None
    has_proposal: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list and how many lines there are in all."""

    total: int
    items: list[Listed]
    next: str | None


async def list_suppliers(tx: AsyncConnection, wanted: Wanted, *, at: datetime, proposal_life: timedelta) -> Page:
    """The suppliers that fit, by Chinese name, one page of them."""
    current = supplier.c.certification_id == certification.c.id
    source = supplier.outerjoin(certification, current)
    conditions = _conditions(wanted, at)
    total = await tx.scalar(select(func.count()).select_from(source).where(*conditions))
    query = _columns(at - proposal_life).select_from(source).where(*conditions)
    if wanted.after is not None:
        query = query.where(await _after(tx, wanted.after))
    rows = (await tx.execute(query.order_by(supplier.c.name_zh, supplier.c.id).limit(wanted.limit + 1))).all()
    page = rows[: wanted.limit]
    return Page(int(total or 0), [_listed(row, at) for row in page], page[-1].id if len(rows) > len(page) else None)


async def _after(tx: AsyncConnection, supplier_id: str) -> ColumnElement[bool]:
    row = (await tx.execute(select(supplier.c.name_zh).where(supplier.c.id == supplier_id))).first()
    if row is None:
        return true()
    same_name = and_(supplier.c.name_zh == row.name_zh, supplier.c.id > supplier_id)
    return or_(supplier.c.name_zh > row.name_zh, same_name)


def _columns(proposed_after: datetime) -> Select[Any]:
    waiting = certification.alias("waiting")
    has_proposal = exists().where(
        waiting.c.supplier_id == supplier.c.id, waiting.c.state == "proposed", waiting.c.proposed_at > proposed_after
    )
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
        has_proposal.label("has_proposal"),
    )


def _listed(row: Any, at: datetime) -> Listed:
    record: Record = read_record(row)
    return Listed(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        credit_code=row.credit_code,
        city=row.city,
        categories=tuple(row.categories),
        standing=overall_state(record, at),
        certificate=record.certificate,
        has_proposal=bool(row.has_proposal),
    )


def _conditions(wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if text := " ".join(wanted.text.split()):
        fields = (supplier.c.name_zh, supplier.c.name_en, supplier.c.credit_code, supplier.c.city)
        conditions.append(or_(*(field.icontains(text, autoescape=True) for field in fields)))
    if wanted.category is not None:
        categories = type_coerce(supplier.c.categories, Text)
        conditions.append(categories.contains(f'"{wanted.category}"', autoescape=True))
    if wanted.state is not None:
        conditions.append(_in_state(wanted.state, at))
    return conditions


def _in_state(state: StandingState, at: datetime) -> ColumnElement[bool]:
    """The bars of domain/certification.py `overall_state` in SQL, so that pages stay pages; a test compares the two."""
    until = certification.c.valid_until
    is_active = supplier.c.state == "active"
    is_certified = and_(is_active, supplier.c.certification_id.is_not(None))
    match state:
        case StandingState.SUSPENDED:
            return supplier.c.state == "suspended"
        case StandingState.NOT_CERTIFIED | StandingState.WRONG_CATEGORY:
            return and_(is_active, supplier.c.certification_id.is_(None))
        case StandingState.EXPIRED:
            return and_(is_certified, until <= at)
        case StandingState.EXPIRING:
            return and_(is_certified, until > at, until <= at + EXPIRING_WITHIN)
        case StandingState.CERTIFIED:
            return and_(is_certified, until > at + EXPIRING_WITHIN)
