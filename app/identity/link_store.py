"""One-time links as rows: invitation to an account, password reset. Decides nothing, never commits."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.identity.session_times import to_hour
from app.identity.store import hash_token
from app.identity.tables import account_link


async def insert_link(tx: AsyncConnection, *, token: str, account_id: str, purpose: str, expires_at: datetime) -> None:
    """Store a one-time link; older unused links of the same purpose stop working."""
    await tx.execute(
        delete(account_link).where(
            account_link.c.account_id == account_id, account_link.c.purpose == purpose, account_link.c.used_at.is_(None)
        )
    )
    await tx.execute(
        insert(account_link).values(
            token_hash=hash_token(token), account_id=account_id, purpose=purpose, expires_at=expires_at
        )
    )


async def has_link(tx: AsyncConnection, *, account_id: str, purpose: str, expires_after: datetime) -> bool:
    """Whether an unused link of the purpose lives longer than that."""
    query = select(account_link.c.token_hash).where(
        account_link.c.account_id == account_id,
        account_link.c.purpose == purpose,
        account_link.c.used_at.is_(None),
        account_link.c.expires_at > expires_after,
    )
    return (await tx.execute(query)).first() is not None


async def find_link(tx: AsyncConnection, *, token: str, purpose: str, at: datetime) -> str | None:
    """The account of a link that is unused and unexpired."""
    query = select(account_link.c.account_id).where(*_is_usable(token, purpose, at))
    row = (await tx.execute(query)).first()
    return None if row is None else str(row.account_id)


async def use_link(tx: AsyncConnection, *, token: str, purpose: str, at: datetime) -> str | None:
    """Use up a link: its account, or None if it was used, has expired or never was. Of two at once one gets it."""
    taken = await tx.execute(
        update(account_link)
        .where(*_is_usable(token, purpose, at))
        .values(used_at=to_hour(at))
        .returning(account_link.c.account_id)
    )
    row = taken.first()
    return None if row is None else str(row.account_id)


def _is_usable(token: str, purpose: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        account_link.c.token_hash == hash_token(token),
        account_link.c.purpose == purpose,
        account_link.c.used_at.is_(None),
        account_link.c.expires_at > at,
    )
