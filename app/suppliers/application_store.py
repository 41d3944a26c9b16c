"""Applications of suppliers as rows. Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.applying import ApplicationState, Firm
from app.infra.errors import not_found
from app.suppliers.lifecycle_tables import supplier_application
from app.suppliers.tables import supplier


@dataclass(frozen=True, slots=True)
class Applied:
    """An application as it stands; its contact data stay sealed (VISIBILITY.md d06)."""

    id: str
    state: ApplicationState
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: tuple[str, ...]
    contact_sealed: bytes
    locale: str
    applied_at: datetime
    decided_at: datetime | None = None
    reason: str | None = None
    into_id: str | None = None

    @property
    def firm(self) -> Firm:
        """What is compared with the registered suppliers."""
        return Firm(self.id, self.credit_code, self.name_zh, self.name_en)


def _applied(row: Any) -> Applied:
    values = {name: getattr(row, name) for name in Applied.__slots__}
    return Applied(**{**values, "state": ApplicationState(row.state), "categories": tuple(row.categories)})


async def insert_application(tx: AsyncConnection, new: Applied) -> None:
    """Store an application."""
    values = {name: getattr(new, name) for name in Applied.__slots__}
    values |= {"state": new.state.value, "categories": list(new.categories)}
    await tx.execute(insert(supplier_application).values(**values))


async def load_application(tx: AsyncConnection, application_id: str) -> Applied:
    """An application by id; the one 404 where absent."""
    return await _load(tx, application_id, is_locked=False)


async def find_application(tx: AsyncConnection, application_id: str) -> Applied | None:
    """The application a supplier came by, if it came by one."""
    row = (await tx.execute(select(supplier_application).where(supplier_application.c.id == application_id))).first()
    return None if row is None else _applied(row)


async def lock_application(tx: AsyncConnection, application_id: str) -> Applied:
    """An application by id, its row locked until the transaction ends; the one 404 where absent."""
    return await _load(tx, application_id, is_locked=True)


async def list_applications(tx: AsyncConnection, states: Sequence[ApplicationState], *, limit: int) -> list[Applied]:
    """Applications in any of these states, newest first."""
    query = select(supplier_application).where(supplier_application.c.state.in_([state.value for state in states]))
    rows = await tx.execute(
        query.order_by(supplier_application.c.applied_at.desc(), supplier_application.c.id).limit(limit)
    )
    return [_applied(row) for row in rows]


async def count_open(tx: AsyncConnection) -> int:
    """How many applications wait for a decision."""
    query = select(func.count()).select_from(supplier_application)
    return int(await tx.scalar(query.where(supplier_application.c.state == ApplicationState.APPLIED.value)) or 0)


async def set_application(tx: AsyncConnection, application_id: str, **values: Any) -> None:
    """Change columns of an application: its state and what was decided."""
    query = update(supplier_application).where(supplier_application.c.id == application_id)
    await tx.execute(query.values(**values))


async def list_firms(tx: AsyncConnection) -> list[Firm]:
    """Every registered supplier as far as it is compared with an applicant."""
    rows = await tx.execute(select(supplier.c.id, supplier.c.credit_code, supplier.c.name_zh, supplier.c.name_en))
    return [Firm(row.id, row.credit_code, row.name_zh, row.name_en) for row in rows]


async def find_holder(tx: AsyncConnection, credit_code: str) -> str | None:
    """The registered supplier with this credit code."""
    found: str | None = await tx.scalar(select(supplier.c.id).where(supplier.c.credit_code == credit_code))
    return found


async def _load(tx: AsyncConnection, application_id: str, *, is_locked: bool) -> Applied:
    query = select(supplier_application).where(supplier_application.c.id == application_id)
    row = (await tx.execute(query.with_for_update() if is_locked else query)).first()
    if row is None:
        raise not_found()
    return _applied(row)
