"""Imports as rows: progress, and the sealed report for the person who sent the file. Decides nothing, never commits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.suppliers.tables import supplier_import


@dataclass(frozen=True, slots=True)
class Import:
    """One upload: how far it is, and what could not be imported once it is done."""

    id: str
    account_id: str
    sha256: str
    state: str
    started_at: datetime
    total: int
    done: int
    created: int
    report_sealed: bytes | None

    @property
    def is_done(self) -> bool:
        """True once every row was looked at."""
        return self.state == "done"


async def insert_import(tx: AsyncConnection, new: Import) -> None:
    """Store an import that begins."""
    await tx.execute(insert(supplier_import).values(**{name: getattr(new, name) for name in Import.__slots__}))


async def find_import(tx: AsyncConnection, import_id: str) -> Import | None:
    """An import by id."""
    row = (await tx.execute(select(supplier_import).where(supplier_import.c.id == import_id))).first()
    return None if row is None else Import(**{name: getattr(row, name) for name in Import.__slots__})


async def set_import(tx: AsyncConnection, import_id: str, **values: Any) -> None:
    """Write progress or the end of an import."""
    await tx.execute(update(supplier_import).where(supplier_import.c.id == import_id).values(**values))
