"""Packages as rows: every revision of every bidder, without and with its ciphertext. Decides nothing, never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.sealing.rules import Revision
from app.journal.store import stream_chain
from app.sealed_rounds.tables import is_at, package


@dataclass(frozen=True, slots=True)
class Package:
    """One revision of a bidder on a lot, without its ciphertext; a withdrawal has no header."""

    lot_id: str
    tag: str
    rev: int
    round_id: str
    is_withdrawal: bool
    package: str
    prev: str
    header: Mapping[str, Any] | None
    upload_id: str | None
    received_at: datetime
    entry_hash: str
    receipt: Mapping[str, Any]

    @property
    def revision(self) -> Revision:
        """As the rules want it."""
        return Revision(self.rev, self.package, self.is_withdrawal)


# Without the ciphertext, which only the opening reads.
_HEAD = [package.c[name] for name in Package.__slots__]


def _package(row: Any) -> Package:
    return Package(**{name: getattr(row, name) for name in Package.__slots__})


async def insert_packages(tx: AsyncConnection, news: Sequence[tuple[Package, bytes | None]]) -> None:
    """Write revisions with their price ciphertexts, and withdrawals without one."""
    rows = [{name: getattr(new, name) for name in Package.__slots__} | {"price_ct": ct} for new, ct in news]
    if rows:
        await tx.execute(insert(package), rows)


async def find_last(tx: AsyncConnection, *, lot_id: str, tag: str) -> Package | None:
    """A bidder's last revision on a lot."""
    query = select(*_HEAD).where(package.c.lot_id == lot_id, package.c.tag == tag)
    row = (await tx.execute(query.order_by(package.c.rev.desc()).limit(1))).first()
    return None if row is None else _package(row)


async def list_last(tx: AsyncConnection, places: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Package]:
    """The last revisions at these places, by lot and tag."""
    if not places:
        return {}
    newest = (
        select(package.c.lot_id, package.c.tag, func.max(package.c.rev).label("rev"))
        .where(is_at(package, places))
        .group_by(package.c.lot_id, package.c.tag)
        .subquery()
    )
    is_newest = and_(*(package.c[name] == newest.c[name] for name in ("lot_id", "tag", "rev")))
    rows = await tx.execute(select(*_HEAD).join(newest, is_newest))
    return {(row.lot_id, row.tag): _package(row) for row in rows}


async def list_own(tx: AsyncConnection, round_id: str, tag: str) -> list[Package]:
    """All revisions of one bidder in a round, oldest first."""
    query = select(*_HEAD).where(package.c.round_id == round_id, package.c.tag == tag)
    return [_package(row) for row in await tx.execute(query.order_by(package.c.lot_id, package.c.rev))]


async def list_live_packages(tx: AsyncConnection, round_id: str, lot_id: str) -> list[Package]:
    """The newest revision of every bidder on a lot that is not withdrawn, by digest."""
    query = select(*_HEAD).where(package.c.round_id == round_id, package.c.lot_id == lot_id).order_by(package.c.rev)
    newest = {row.tag: _package(row) for row in await tx.execute(query)}
    return sorted((one for one in newest.values() if not one.is_withdrawal), key=lambda one: one.package)


async def find_by_digest(tx: AsyncConnection, lot_id: str, digest: str) -> Package | None:
    """The revision that carries a package of this digest."""
    query = select(*_HEAD).where(
        package.c.lot_id == lot_id, package.c.package == digest, package.c.is_withdrawal.is_(False)
    )
    row = (await tx.execute(query.limit(1))).first()
    return None if row is None else _package(row)


async def load_price_ct(tx: AsyncConnection, held: Package) -> bytes | None:
    """The stored price ciphertext of a revision."""
    query = select(package.c.price_ct).where(
        package.c.lot_id == held.lot_id, package.c.tag == held.tag, package.c.rev == held.rev
    )
    found = (await tx.execute(query)).scalar()
    return None if found is None else bytes(found)


async def set_bytes(
    tx: AsyncConnection, held: Package, *, header: Mapping[str, Any], price_ct: bytes, upload_id: str | None
) -> None:
    """Put back what the bidder supplies again: a package whose digest the journal knows (SEALING.md section 6)."""
    query = update(package).where(package.c.lot_id == held.lot_id, package.c.tag == held.tag, package.c.rev == held.rev)
    await tx.execute(query.values(header=header, price_ct=price_ct, upload_id=upload_id))


async def delete_package(tx: AsyncConnection, held: Package) -> None:
    """Clear the place of a revision that is about to be put back."""
    place = (package.c.lot_id == held.lot_id) & (package.c.tag == held.tag) & (package.c.rev == held.rev)
    await tx.execute(delete(package).where(place))


async def list_words(tx: AsyncConnection, round_id: str, lot_id: str) -> list[Entry]:
    """What the journal says was received and withdrawn on a lot, in order: the record that decides what is live."""
    kinds = (Kind.PACKAGE_RECEIVED, Kind.PACKAGE_WITHDRAWN)
    return [
        item
        async for item in stream_chain(tx, f"lot:{lot_id}")
        if item.kind in kinds and item.round == round_id and item.tag is not None
    ]


async def find_received(tx: AsyncConnection, *, lot_id: str, digest: str) -> Entry | None:
    """The entry by which a package was received."""
    async for item in stream_chain(tx, f"lot:{lot_id}"):
        if item.kind is Kind.PACKAGE_RECEIVED and item.data["package"] == digest:
            return item
    return None
