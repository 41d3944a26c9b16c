"""How people arrive, as rows: sign-ins that failed, and whom the provider of single sign-on knows. Never commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.identity.store import Account, find_account
from app.identity.tables import account, sign_in_failure
from app.infra.world import World


async def insert_failure(world: World, tx: AsyncConnection, who_keys: Sequence[str]) -> None:
    """Note a failed sign-in against the account's and the network's key."""
    now = world.clock.now()
    await tx.execute(insert(sign_in_failure), [{"id": world.ids.new(), "who_key": key, "at": now} for key in who_keys])


async def count_failures(tx: AsyncConnection, who_key: str, since: datetime) -> int:
    """Failed sign-ins of an account or network since an instant."""
    query = select(func.count()).select_from(sign_in_failure)
    count = await tx.scalar(query.where(sign_in_failure.c.who_key == who_key, sign_in_failure.c.at >= since))
    return int(count or 0)


async def find_account_by_subject(world: World, tx: AsyncConnection, subject: str) -> Account | None:
    """The account of somebody known by the provider of single sign-on under this name."""
    row = (await tx.execute(select(account.c.id).where(account.c.subject_key == subject_key(world, subject)))).first()
    return None if row is None else await find_account(world, tx, row.id)


def subject_key(world: World, subject: str) -> str:
    """What is kept of a provider's name for somebody."""
    return world.keys.lookup("subject|" + subject)


async def has_subject(tx: AsyncConnection, account_id: str) -> bool:
    """Whether an account is bound to somebody at the provider already."""
    return await tx.scalar(select(account.c.subject_key).where(account.c.id == account_id)) is not None
