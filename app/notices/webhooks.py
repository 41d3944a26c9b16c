"""Acts on webhooks: adding an address, pausing, trying and removing it; following the journal; delivering.

The journal is the outbox: what is told was written in the act's own transaction, and a service that was down tells it
afterwards. A receiver may hear of an act twice (`webhook-id` is the same), never not at all until it is given up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.domain.webhooks import (
    GONE,
    GRACE,
    TEST_KIND,
    body_of,
    decide_address,
    headers_of,
    is_taken,
    secret_text,
    wait_after,
)
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.calling import Call, post
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices import webhook_store as store
from app.notices.store import insert_notices
from app.notices.webhook_store import Health, Message, Webhook

SHOWN: Final = ("active", "paused", "failed")
MOST: Final = 20
LOOK_SECONDS: Final = 2.0
BATCH: Final = 20
PAGE: Final = 200
# An entry's time is set before its transaction ends: so far back is looked again.
OVERLAP: Final = timedelta(minutes=2)
# Writing down how far the journal was followed costs a commit.
NOTE_EVERY: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=30)

Send = Callable[[Call, Sequence[str]], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class AddWebhook:
    """A new address."""

    name: str
    url: str
    kinds: Sequence[Kind]


async def add_webhook(world: World, actor: Actor, command: AddWebhook) -> tuple[str, str] | Refusal:
    """Add an address; gives its id and the secret, which nobody is shown again. Refuses ADDRESS_NOT_ALLOWED
    where messages may not go there, TOO_MANY_ADDRESSES."""
    refusal = decide_address(command.url, world.settings.webhook_networks)
    if refusal is not None:
        return refusal
    now, webhook_id, secret = world.clock.now(), world.ids.new(), world.ids.salt()
    kinds = sorted({kind.value for kind in command.kinds})
    async with world.db.transaction() as tx:
        if len(await store.list_webhooks(tx, states=SHOWN)) >= MOST:
            return Refusal(Code.TOO_MANY_ADDRESSES, {"most": str(MOST)})
        sealed = world.keys.seal("vault", secret, webhook_id.encode())
        new = Webhook(webhook_id, command.name, command.url, kinds, sealed, "active", actor.account_id, now, now)
        await store.insert_webhook(tx, new)
        data = {"webhook": webhook_id, "host": urlsplit(command.url).hostname, "kinds": kinds}
        await append(world, tx, NewEntry("system", Kind.WEBHOOK_ADDED, data, **actor.entry_fields(Role.ADMIN)))
    return webhook_id, secret_text(secret)


async def change_webhook(world: World, actor: Actor, webhook_id: str, state: str) -> None:
    """Pause an address, take it up again, or remove it. What was given up is not sent again; what waits is."""
    async with world.db.transaction() as tx:
        found = await store.lock_webhook(tx, webhook_id)
        if found.state == state:
            return
        # A removed one keeps no secret and no address; what a paused one missed it is told.
        emptied: dict[str, Any] = {}
        if state == "removed":
            emptied = {"url": "", "secret_sealed": b"", "old_secret_sealed": None, "old_secret_until": None}
        if state == "removed":
            await store.drop_messages(tx, of=webhook_id)
        await store.set_webhook(tx, webhook_id, state=state, **emptied)
        data = {"webhook": webhook_id, "from": found.state, "to": state}
        await append(world, tx, NewEntry("system", Kind.WEBHOOK_CHANGED, data, **actor.entry_fields(Role.ADMIN)))


async def rotate_secret(world: World, actor: Actor, webhook_id: str) -> str:
    """Give an address a new secret, shown once. The one before it signs beside it for GRACE, one of before that no
    more."""
    now, secret = world.clock.now(), world.ids.salt()
    async with world.db.transaction() as tx:
        found = await store.lock_webhook(tx, webhook_id)
        sealed = world.keys.seal("vault", secret, webhook_id.encode())
        until = now + GRACE
        old = {"old_secret_sealed": found.secret_sealed, "old_secret_until": until}
        await store.set_webhook(tx, webhook_id, secret_sealed=sealed, **old)
        data = {"webhook": webhook_id, "old_until": instant_text(until)}
        await append(world, tx, NewEntry("system", Kind.WEBHOOK_ROTATED, data, **actor.entry_fields(Role.ADMIN)))
    return secret_text(secret)


async def redeliver(world: World, actor: Actor, webhook_id: str) -> int | Refusal:
    """Send again what was given up, with the ids it had; gives how many. Refuses NOT_ALLOWED_HERE where the address
    is not active."""
    async with world.db.transaction() as tx:
        found = await store.lock_webhook(tx, webhook_id)
        if found.state != "active":
            return Refusal(Code.NOT_ALLOWED_HERE, {"state": found.state})
        count = await store.revive_messages(tx, webhook_id, world.clock.now())
        if count:
            data = {"webhook": webhook_id, "messages": count}
            fields = actor.entry_fields(Role.ADMIN)
            await append(world, tx, NewEntry("system", Kind.WEBHOOK_REDELIVERED, data, **fields))
        return count


async def try_webhook(world: World, webhook_id: str) -> None:
    """Put a trial message into the box of an active address."""
    now, message_id = world.clock.now(), world.ids.new()
    async with world.db.transaction() as tx:
        await store.lock_webhook(tx, webhook_id)
        await store.insert_messages(tx, [Message(message_id, webhook_id, message_id, 0, TEST_KIND, {}, now, now, 0)])


def old_secret_until(one: Webhook, now: datetime) -> datetime | None:
    """Until when the secret before the last one signs, too; None where it does so no more."""
    return one.old_secret_until if one.old_secret_until is not None and now < one.old_secret_until else None


async def list_webhooks(world: World) -> list[tuple[Webhook, Health]]:
    """The addresses with how each fares."""
    async with world.db.snapshot() as tx:
        return [(one, await store.load_health(tx, one.id)) for one in await store.list_webhooks(tx, states=SHOWN)]


async def follow_journal(world: World) -> int:
    """Put a message for each new entry into the boxes of the addresses that are told of it; gives how many."""
    async with world.db.snapshot() as tx:
        followed = [(one, await _news(world, tx, one)) for one in await store.list_webhooks(tx, states=SHOWN)]
    now = world.clock.now()
    due = [(one, news) for one, news in followed if news or now - one.followed_at > NOTE_EVERY]
    count = 0
    for one, _ in due:
        async with world.db.transaction() as tx:
            # Another replica may have been here: what it told is looked for again, under the lock.
            locked = await store.lock_webhook(tx, one.id)
            news = await _news(world, tx, locked)
            await store.insert_messages(tx, news)
            reached = news[-1].at if len(news) == PAGE else now
            await store.set_webhook(tx, one.id, followed_at=max(locked.followed_at, reached))
            await store.drop_messages(tx, of=one.id, sent_before=now - KEPT)
            count += len(news)
    return count


async def _news(world: World, tx: AsyncConnection, one: Webhook) -> list[Message]:
    # An address is told of nothing that was before it.
    since = max(one.followed_at - OVERLAP, one.made_at)
    told = await store.list_told(tx, one.id, since)
    entries = await store.list_entries(tx, one.kinds, since, PAGE + len(told))
    now = world.clock.now()
    return [
        Message(
            id=world.ids.new(),
            webhook_id=one.id,
            chain=each.chain,
            seq=each.seq,
            kind=each.kind.value,
            ids={"tender": each.tender, "round": each.round, "lot": each.lot},
            at=each.at,
            due_at=now,
            tries=0,
        )
        for each in entries
        if (each.chain, each.seq) not in told
    ][:PAGE]


async def deliver_due(world: World, send: Send = post) -> int:
    """Send what is due; gives how many were taken. At worst a message goes twice, from two replicas."""
    async with world.db.snapshot() as tx:
        due = await store.list_due(tx, world.clock.now(), BATCH)
    statuses = await asyncio.gather(*(_send(world, message, to, send) for message, to in due))
    if due:
        async with world.db.transaction() as tx:
            for (message, to), status in zip(due, statuses, strict=True):
                await _settle(world, tx, replace(message, tries=message.tries + 1, status=status), to)
    return sum(is_taken(status) for status in statuses)


async def _send(world: World, message: Message, to: Webhook, send: Send) -> int | None:
    now = world.clock.now()
    sealed = [to.secret_sealed]
    if to.old_secret_sealed is not None and old_secret_until(to, now) is not None:
        sealed.append(to.old_secret_sealed)
    secrets = [world.keys.unseal("vault", each, to.id.encode()) for each in sealed]
    source = world.settings.public_url.rstrip("/")
    body = body_of(message.kind, message_id=message.id, source=source, at=message.at, ids=message.ids)
    headers = headers_of(secrets, message_id=message.id, sent_at=now, body=body)
    return await send(Call(to.url, headers, body), world.settings.webhook_networks)


async def _settle(world: World, tx: AsyncConnection, message: Message, to: Webhook) -> None:
    """What becomes of a message that was tried: gone, to be tried again, or given up, and its address with it."""
    now: datetime = world.clock.now()
    wait = None if message.status == GONE else wait_after(message.tries)
    values = {"tries": message.tries, "status": message.status}
    if is_taken(message.status):
        await store.set_message(tx, message.id, due_at=None, sent_at=now, **values)
        return
    await store.set_message(tx, message.id, due_at=None if wait is None else now + wait, **values)
    if wait is None and message.kind != TEST_KIND:
        if not await store.fail_webhook(tx, to.id):
            return
        data = {"webhook": to.id, "status": message.status, "tries": message.tries}
        await append(world, tx, NewEntry("system", Kind.WEBHOOK_FAILED, data))
        people = [one.id for one in await identity_store.list_staff_accounts(world, tx, Role.ADMIN)]
        params = {"system": to.name}
        await insert_notices(world, tx, accounts=people, kind=NoticeKind.WEBHOOK_FAILED, params=params)


async def keep_webhooks(world: World) -> None:
    """Follow the journal and deliver, until cancelled; where nobody is told anything this reads one small table."""
    while True:
        await follow_journal(world)
        await deliver_due(world)
        # Of this machine's own time: receivers wait for nobody's clock.
        await asyncio.sleep(LOOK_SECONDS)
