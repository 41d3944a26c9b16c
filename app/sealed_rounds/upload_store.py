"""Uploads of technical ciphertext as rows; their bytes are in files (`disk.py`). Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.sealed_rounds.tables import package, upload

later = package.alias("later")


@dataclass(frozen=True, slots=True)
class Upload:
    """A technical ciphertext, announced by size and digest; how much of it is there its file tells (`disk.py`)."""

    id: str
    round_id: str
    lot_id: str
    tag: str
    size: int
    sha256: str
    is_committed: bool
    made_at: datetime


def _upload(row: Any) -> Upload:
    return Upload(**{name: getattr(row, name) for name in Upload.__slots__})


async def insert_upload(tx: AsyncConnection, new: Upload) -> None:
    """Announce an upload."""
    await tx.execute(insert(upload).values(**{name: getattr(new, name) for name in Upload.__slots__}))


async def find_upload(tx: AsyncConnection, upload_id: str) -> Upload | None:
    """An upload by its id."""
    row = (await tx.execute(select(upload).where(upload.c.id == upload_id))).first()
    return None if row is None else _upload(row)


async def list_own_uploads(tx: AsyncConnection, round_id: str, tag: str) -> list[Upload]:
    """The uploads of one bidder in a round."""
    query = select(upload).where(upload.c.round_id == round_id, upload.c.tag == tag).order_by(upload.c.id)
    return [_upload(row) for row in await tx.execute(query)]


async def set_committed(tx: AsyncConnection, upload_id: str) -> None:
    """A package names it."""
    await tx.execute(update(upload).where(upload.c.id == upload_id).values(is_committed=True))


async def list_idle(tx: AsyncConnection, round_id: str, *, is_over: bool) -> list[str]:
    """The uploads nobody will open: of superseded revisions, and once the round is over all that no package names."""
    newest = (
        select(package.c.upload_id)
        .where(package.c.round_id == round_id, package.c.upload_id.is_not(None))
        .where(
            ~select(later.c.rev)
            .where(
                later.c.lot_id == package.c.lot_id,
                later.c.tag == package.c.tag,
                later.c.rev > package.c.rev,
            )
            .exists()
        )
    )
    query = select(upload.c.id).where(upload.c.round_id == round_id, upload.c.id.not_in(newest))
    if not is_over:
        query = query.where(upload.c.is_committed)
    return [str(row.id) for row in await tx.execute(query.order_by(upload.c.id))]


async def delete_uploads(tx: AsyncConnection, upload_ids: Sequence[str]) -> None:
    """Forget uploads."""
    if upload_ids:
        await tx.execute(delete(upload).where(upload.c.id.in_(upload_ids)))


async def list_known(tx: AsyncConnection, upload_ids: Sequence[str]) -> set[str]:
    """Which of these uploads have a row."""
    if not upload_ids:
        return set()
    rows = await tx.execute(select(upload.c.id).where(upload.c.id.in_(upload_ids)))
    return {str(row.id) for row in rows}
