"""Uploads of technical ciphertext as rows; their bytes are in files (`disk.py`). Decides nothing, never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.sealed_rounds.tables import is_at, package, upload

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


async def insert_uploads(tx: AsyncConnection, news: Sequence[Upload]) -> None:
    """Announce uploads."""
    if news:
        await tx.execute(insert(upload), [{name: getattr(new, name) for name in Upload.__slots__} for new in news])


async def list_uploads(tx: AsyncConnection, upload_ids: Collection[str]) -> Mapping[str, Upload]:
    """Those of these uploads that there are, by id."""
    if not upload_ids:
        return {}
    return {row.id: _upload(row) for row in await tx.execute(select(upload).where(upload.c.id.in_(upload_ids)))}


async def list_own_uploads(
    tx: AsyncConnection, places: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Sequence[Upload]]:
    """The uploads at these places, by lot and tag."""
    own: dict[tuple[str, str], list[Upload]] = {}
    if places:
        query = select(upload).where(is_at(upload, places)).order_by(upload.c.id)
        for row in await tx.execute(query):
            own.setdefault((row.lot_id, row.tag), []).append(_upload(row))
    return own


async def set_committed(tx: AsyncConnection, upload_ids: Collection[str]) -> None:
    """Packages name them."""
    if upload_ids:
        await tx.execute(update(upload).where(upload.c.id.in_(upload_ids)).values(is_committed=True))


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
