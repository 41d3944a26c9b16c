"""Inviting a person to an account, inside the act of whoever invites (registration of a supplier, invitation of
staff)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import link_store, store
from app.identity.letters import link_letter
from app.infra import outbox
from app.infra.world import World
from app.journal.store import NewEntry, append

LETTER_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom to invite: staff with roles, or a supplier's representative."""

    email: str
    name: str
    locale: str
    roles: Sequence[Role]
    supplier_id: str | None = None


async def invite_account(world: World, tx: AsyncConnection, invitee: Invitee) -> str | Refusal:
    """Make the account and put the letter with its one-time link into the outbox; the new account's id.

    Refuses ALREADY_EXISTS where the address has an account. Call within the inviting act's transaction; append the
    act's own entry afterwards with ``note_invited``.
    """
    if await store.find_account_by_email(world, tx, invitee.email) is not None:
        return Refusal(Code.ALREADY_EXISTS, {"field": "email"})
    account_id = world.ids.new()
    await store.insert_account(
        world,
        tx,
        store.Account(
            id=account_id,
            kind="supplier" if invitee.supplier_id else "staff",
            email=invitee.email.strip(),
            name=invitee.name.strip(),
            roles=frozenset(invitee.roles),
            supplier_id=invitee.supplier_id,
            locale=invitee.locale,
            password_hash=None,
            state="invited",
            seat=None,
        ),
    )
    await send_link(world, tx, account_id, purpose="invite")
    return account_id


async def send_link(world: World, tx: AsyncConnection, account_id: str, *, purpose: str) -> None:
    """Put a letter with a fresh one-time link for ``invite`` or ``reset`` into the outbox; the older link dies."""
    person = await store.find_account(world, tx, account_id)
    if person is None:
        return
    token = world.ids.token()
    expires_at = world.clock.now() + _life(world, purpose)
    await link_store.insert_link(tx, token=token, account_id=account_id, purpose=purpose, expires_at=expires_at)
    letter = link_letter(world, purpose=purpose, to=person.email, locale=person.locale, token=token)
    await outbox.enqueue(world, tx, [letter])


async def has_fresh_link(world: World, tx: AsyncConnection, account_id: str, *, purpose: str) -> bool:
    """Whether a letter with an unused link went out less than `LETTER_EVERY` ago: asking again fills no mailbox and
    kills no link that is on its way."""
    expires_after = world.clock.now() + _life(world, purpose) - LETTER_EVERY
    return await link_store.has_link(tx, account_id=account_id, purpose=purpose, expires_after=expires_after)


def _life(world: World, purpose: str) -> timedelta:
    settings = world.settings
    if purpose == "invite":
        return timedelta(hours=settings.invitation_link_hours)
    return timedelta(minutes=settings.reset_link_minutes)


async def note_invited(
    world: World, tx: AsyncConnection, *, account_id: str, roles: Sequence[Role], by: str, by_role: str
) -> None:
    """Append account.invited to the system chain; by whom, with which roles, never the address."""
    data = {"account": account_id, "roles": sorted(role.value for role in roles)}
    entry = NewEntry("system", Kind.ACCOUNT_INVITED, data, actor_ref=by, actor_role=by_role)
    await append(world, tx, entry)
