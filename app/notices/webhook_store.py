"""SQL of webhooks: where to, the journal's entries to tell of, and the messages that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry, entry_from, to_milliseconds
from app.domain.webhooks import TEST_KIND
from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.journal.tables import entry
from app.notices.webhook_tables import webhook, webhook_message


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and what it is told of."""

    id: str
    name: str
    url: str
    kinds: Sequence[str]
    secret_sealed: bytes
    state: str
    made_by: str
    made_at: datetime
    followed_at: datetime
    old_secret_sealed: bytes | None = None
    old_secret_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits, or has gone."""

    id: str
    webhook_id: str
    chain: str
    seq: int
    kind: str
    ids: Mapping[str, str | None]
    at: datetime
    due_at: datetime | None
    tries: int
    sent_at: datetime | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How an address fares."""

    waiting: int = 0
    given_up: int = 0
    last_sent_at: datetime | None = None
    last_status: int | None = None


def _webhook(row: Any) -> Webhook:
    return Webhook(**{name: row_mapping(row)[name] for name in Webhook.__slots__})


async def insert_webhook(tx: AsyncConnection, new: Webhook) -> None:
    """Write a new address."""
    await tx.execute(insert(webhook).values({name: getattr(new, name) for name in Webhook.__slots__}))


async def list_webhooks(tx: AsyncConnection, *, states: Sequence[str]) -> list[Webhook]:
    """Those in one of the states, the oldest first."""
    query = select(webhook).where(webhook.c.state.in_(states)).order_by(webhook.c.made_at, webhook.c.id)
    return [_webhook(row) for row in await tx.execute(query)]


async def lock_webhook(tx: AsyncConnection, webhook_id: str) -> Webhook:
    """One of them, its row locked; the one 404 where absent or removed."""
    query = select(webhook).where(webhook.c.id == webhook_id, webhook.c.state != "removed").with_for_update()
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _webhook(row)


async def set_webhook(tx: AsyncConnection, webhook_id: str, **values: Any) -> None:
    """Write columns of one."""
    await tx.execute(update(webhook).where(webhook.c.id == webhook_id).values(**values))


async def fail_webhook(tx: AsyncConnection, webhook_id: str) -> bool:
    """Give an active one up; False where it is no longer active: given up already, paused or removed meanwhile."""
    is_active = (webhook.c.id == webhook_id, webhook.c.state == "active")
    return (await tx.execute(update(webhook).where(*is_active).values(state="failed"))).rowcount > 0


async def list_entries(tx: AsyncConnection, kinds: Sequence[str], since: datetime, limit: int) -> list[Entry]:
    """Entries of some kinds from an instant on, the oldest first."""
    query = select(entry).where(entry.c.at_ms >= to_milliseconds(since), entry.c.kind.in_(kinds))
    rows = await tx.execute(query.order_by(entry.c.at_ms, entry.c.chain, entry.c.seq).limit(limit))
    return [entry_from(row.body.encode(), row.salt, row.hash) for row in rows]


async def list_told(tx: AsyncConnection, webhook_id: str, since: datetime) -> set[tuple[str, int]]:
    """The entries from an instant on of which there is a message already."""
    query = select(webhook_message.c.chain, webhook_message.c.seq)
    query = query.where(webhook_message.c.webhook_id == webhook_id, webhook_message.c.at >= since)
    return {(row.chain, row.seq) for row in await tx.execute(query)}


async def insert_messages(tx: AsyncConnection, news: Sequence[Message]) -> None:
    """Write messages that wait."""
    if news:
        rows = [{name: getattr(each, name) for name in Message.__slots__} for each in news]
        await tx.execute(insert(webhook_message), rows)


async def list_due(tx: AsyncConnection, at: datetime, limit: int) -> list[tuple[Message, Webhook]]:
    """Messages to active addresses that are due, the oldest first."""
    query = select(webhook_message).join(webhook).where(webhook.c.state == "active", webhook_message.c.due_at <= at)
    rows = (await tx.execute(query.order_by(webhook_message.c.due_at, webhook_message.c.id).limit(limit))).all()
    addresses = {one.id: one for one in await list_webhooks(tx, states=["active"])} if rows else {}
    messages = [Message(**{name: row_mapping(row)[name] for name in Message.__slots__}) for row in rows]
    return [(one, addresses[one.webhook_id]) for one in messages]


async def set_message(tx: AsyncConnection, message_id: str, **values: Any) -> None:
    """Write columns of a message."""
    await tx.execute(update(webhook_message).where(webhook_message.c.id == message_id).values(**values))


async def revive_messages(tx: AsyncConnection, webhook_id: str, at: datetime) -> int:
    """Make what was given up due again, from the first try on; gives how many. A trial is not sent again."""
    is_over = and_(webhook_message.c.due_at.is_(None), webhook_message.c.sent_at.is_(None))
    query = update(webhook_message).where(webhook_message.c.webhook_id == webhook_id, is_over)
    query = query.where(webhook_message.c.kind != TEST_KIND)
    return (await tx.execute(query.values(due_at=at, tries=0))).rowcount


async def drop_messages(tx: AsyncConnection, *, of: str, sent_before: datetime | None = None) -> None:
    """Forget the messages of an address: those that were delivered before an instant, or all."""
    query = delete(webhook_message).where(webhook_message.c.webhook_id == of)
    await tx.execute(query if sent_before is None else query.where(webhook_message.c.sent_at < sent_before))


async def load_health(tx: AsyncConnection, webhook_id: str) -> Health:
    """How one fares."""
    mine = webhook_message.c.webhook_id == webhook_id
    is_over = and_(webhook_message.c.due_at.is_(None), webhook_message.c.sent_at.is_(None))
    query = select(
        func.count().filter(webhook_message.c.due_at.is_not(None)).label("waiting"),
        func.count().filter(is_over).label("given_up"),
        func.max(webhook_message.c.sent_at).label("last_sent_at"),
    ).where(mine)
    row = (await tx.execute(query)).one()
    newest = select(webhook_message.c.status).where(mine, webhook_message.c.tries > 0)
    status = await tx.scalar(newest.order_by(webhook_message.c.at.desc(), webhook_message.c.id).limit(1))
    return Health(row.waiting, row.given_up, row.last_sent_at, status)
