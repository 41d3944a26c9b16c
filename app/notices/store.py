"""Notices as rows, and the one way to send them: to all concerned in one shuffled batch, in-app and by mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.noticing import TEXTED, NoticeKind
from app.identity.store import Account, find_account, list_scopes
from app.infra import outbox
from app.infra.world import World
from app.notices.tables import notice
from app.notices.texts import language_of, render


@dataclass(frozen=True, slots=True)
class Notice:
    """A stored notice."""

    id: str
    kind: NoticeKind
    params: Mapping[str, str]
    tender: str | None
    made_at: datetime
    read_at: datetime | None


async def insert_notices(
    world: World,
    tx: AsyncConnection,
    *,
    accounts: Sequence[str],
    kind: NoticeKind,
    params: Mapping[str, str],
    tender: str | None = None,
    calendars: Mapping[str, str] | None = None,
) -> None:
    """Put one notice and one mail an account into the boxes, and a text where its owner wants one, in random order,
    within the act's transaction.

    ``params`` fill the template of the kind; they hold no name of a bidder and no amount. `calendars` are files
    by language that go with the mails.
    """
    people: list[Account] = []
    for account_id in dict.fromkeys(accounts):
        person = await find_account(world, tx, account_id)
        if person is not None and person.state != "disabled":
            people.append(person)
    now = world.clock.now()
    rows = [
        {
            "id": world.ids.new(),
            "account_key": _box_key(world, person, tender),
            "kind": kind.value,
            "params": dict(params),
            "tender": tender,
            "made_at": now,
        }
        for person in world.ids.shuffled(people)
    ]
    if rows:
        await tx.execute(insert(notice), rows)
    written = {"zh": "", "en": "", **(calendars or {})}
    letters = [
        replace(_letter(world, person, kind, params, tender), calendar=written[language_of(person.locale)])
        for person in people
    ]
    if kind in TEXTED and world.settings.sms_url:
        # The subject alone: a text is read on a locked screen.
        wanting = [(person.mobile, mail) for person, mail in zip(people, letters, strict=True) if person.has_texts]
        letters += [outbox.Letter(mobile, mail.subject, mail.subject) for mobile, mail in wanting if mobile]
    await outbox.enqueue(world, tx, letters)


def _box_key(world: World, person: Account, tender: str | None) -> str:
    """The box a notice lies in. A supplier's has another name for every tender: by the set of its tenders, which the
    invitations show, a box would name its owner, and its notices tell who joined (VISIBILITY.md d11)."""
    is_apart = person.supplier_id is not None and tender is not None
    return world.keys.lookup(f"notice|{person.id}|{tender}" if is_apart else f"notice|{person.id}")


async def _is_mine(world: World, tx: AsyncConnection, account_id: str) -> ColumnElement[bool]:
    """A row in one of an account's boxes."""
    person = await find_account(world, tx, account_id)
    if person is None:
        return false()
    tenders: list[str] = []
    if person.supplier_id is not None:
        tenders = await list_scopes(tx, holder=f"supplier:{person.supplier_id}", kind="tender")
    return notice.c.account_key.in_([_box_key(world, person, each) for each in (None, *tenders)])


def _letter(
    world: World, person: Account, kind: NoticeKind, params: Mapping[str, str], tender: str | None
) -> outbox.Letter:
    base = world.settings.public_url.rstrip("/")
    link = f"{base}/tenders/{tender}" if tender else f"{base}/"
    subject, text = render(kind, person.locale, {**params, "link": link})
    return outbox.Letter(person.email, subject, text)


def _notice(row: Any) -> Notice:
    return Notice(row.id, NoticeKind(row.kind), row.params, row.tender, row.made_at, row.read_at)


async def list_notices(world: World, tx: AsyncConnection, account_id: str, *, limit: int = 100) -> list[Notice]:
    """An account's notices, newest first."""
    query = select(notice).where(await _is_mine(world, tx, account_id))
    rows = await tx.execute(query.order_by(notice.c.made_at.desc(), notice.c.id).limit(limit))
    return [_notice(row) for row in rows]


async def count_unread(world: World, tx: AsyncConnection, account_id: str) -> int:
    """How many notices the account has not read."""
    query = select(func.count()).select_from(notice)
    count = await tx.scalar(query.where(await _is_mine(world, tx, account_id), notice.c.read_at.is_(None)))
    return int(count or 0)


async def find_newest(tx: AsyncConnection, tender: str, kind: NoticeKind) -> datetime | None:
    """When a notice of this kind about a tender was made last."""
    query = select(func.max(notice.c.made_at)).where(notice.c.tender == tender, notice.c.kind == kind.value)
    found: datetime | None = await tx.scalar(query)
    return found


async def set_read(world: World, tx: AsyncConnection, *, account_id: str, notice_id: str | None, at: datetime) -> None:
    """Mark one of the account's notices as read, or all; the time is cut to the hour, for the boxes read together are
    one person's."""
    mine, hour = await _is_mine(world, tx, account_id), at.replace(minute=0, second=0, microsecond=0)
    query = update(notice).where(mine, notice.c.read_at.is_(None)).values(read_at=hour)
    if notice_id is not None:
        query = query.where(notice.c.id == notice_id)
    await tx.execute(query)


async def list_params(tx: AsyncConnection, kind: NoticeKind) -> list[Mapping[str, str]]:
    """What the notices of a kind say, in all boxes: of a kind that comes seldom."""
    return [row.params for row in await tx.execute(select(notice.c.params).where(notice.c.kind == kind.value))]
