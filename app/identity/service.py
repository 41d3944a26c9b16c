"""Acts of identity: sign in and out, activate an account, reset a password, disable an account, take a demo seat."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import arriving_store, link_store, passwords, store
from app.identity.access import Actor, is_alive
from app.identity.accounts import has_fresh_link, send_link
from app.identity.starting import NO_DEVICE, Device, Started, acted_by, start
from app.infra.db import Database
from app.infra.errors import Problem
from app.infra.one_go import write_in_one_go
from app.infra.together import Together
from app.infra.world import World
from app.journal.store import NewEntry, append

_ISSUING: WeakKeyDictionary[Database, Together[store.NewTicket, bool]] = WeakKeyDictionary()


async def sign_in(world: World, *, email: str, password: str, network: str, device: Device = NO_DEVICE) -> Started:
    """Start a session. Problem 401 WRONG_SIGN_IN alike for unknown, disabled and wrong; 429 after too many tries.

    Tries are counted per account and per network over a window, never globally (ACCESS.md section 1).
    """
    settings = world.settings
    account_key = world.keys.lookup("sign-in|" + store.normalise_email(email))
    network_key = world.keys.lookup("network|" + network)
    since = world.clock.now() - timedelta(seconds=settings.sign_in_window)
    async with world.db.snapshot() as tx:
        person = await store.find_account_by_email(world, tx, email)
        tries = await arriving_store.count_failures(tx, account_key, since)
        # Many people share an office's address: the network may fail ten times as often.
        network_tries = await arriving_store.count_failures(tx, network_key, since)
    if tries >= settings.sign_in_tries or network_tries >= 10 * settings.sign_in_tries:
        raise Problem(429, headers={"Retry-After": str(settings.sign_in_window)})
    is_right = await passwords.is_right(password, person.password_hash if person else None)
    async with world.db.transaction() as tx:
        if person is None or not is_right or person.state != "active":
            await arriving_store.insert_failure(world, tx, [account_key, network_key])
            await append(world, tx, NewEntry("system", Kind.SESSION_REFUSED, {"account": account_key[:16]}))
        else:
            return await start(world, tx, person, device=device)
    raise Problem(401, "WRONG_SIGN_IN")


async def sign_out(world: World, actor: Actor) -> None:
    """End the actor's session; sockets of it close within seconds."""
    async with world.db.transaction() as tx:
        await store.end_session(tx, id_hash=actor.session_hash, at=world.clock.now())
        hat = Role.SUPPLIER if actor.is_supplier else min(actor.roles, default=Role.PUBLIC)
        await append(world, tx, NewEntry("system", Kind.SESSION_ENDED, {}, **actor.entry_fields(hat)))
    world.bell.ring("sessions")


async def look_at_invitation(world: World, token: str) -> store.Account:
    """The account behind an unused invitation link. Problem 404 LINK_USED otherwise."""
    async with world.db.snapshot() as tx:
        account_id = await link_store.find_link(tx, token=token, purpose="invite", at=world.clock.now())
        person = await store.find_account(world, tx, account_id) if account_id else None
    if person is None:
        raise Problem(404, "LINK_USED")
    return person


async def accept_invitation(world: World, *, token: str, password: str, device: Device = NO_DEVICE) -> Started:
    """Set the first password by a one-time link and sign in. Problem 404 LINK_USED, 422 WEAK_PASSWORD."""
    return await _set_password(world, token=token, password=password, purpose="invite", device=device)


async def accept_reset(world: World, *, token: str, password: str, device: Device = NO_DEVICE) -> Started:
    """Set a new password by a one-time link, end all older sessions, sign in. Problem 404 LINK_USED, 422
    WEAK_PASSWORD."""
    return await _set_password(world, token=token, password=password, purpose="reset", device=device)


async def _set_password(world: World, *, token: str, password: str, purpose: str, device: Device) -> Started:
    if not passwords.is_acceptable(password):
        raise Problem(422, "WEAK_PASSWORD", detail={"shortest": passwords.SHORTEST})
    hashed = await passwords.hash_password(password)
    async with world.db.transaction() as tx:
        now = world.clock.now()
        account_id = await link_store.use_link(tx, token=token, purpose=purpose, at=now)
        person = await store.find_account(world, tx, account_id) if account_id else None
        if person is None or person.state == "disabled":
            raise Problem(404, "LINK_USED")
        await store.set_account(tx, person.id, password_hash=hashed, state="active")
        await store.end_sessions(world, tx, account_id=person.id, at=now)
        kind = Kind.ACCOUNT_ACTIVATED if purpose == "invite" else Kind.PASSWORD_CHANGED
        await append(world, tx, NewEntry("system", kind, {}, **acted_by(person)))  # type: ignore[arg-type]  # values fit the fields by name
        started = await start(world, tx, person, device=device)
    world.bell.ring("sessions")
    return started


async def ask_reset(world: World, email: str) -> None:
    """Send a reset link where the address has an active account and none was just sent; does and says nothing else."""
    async with world.db.transaction() as tx:
        person = await store.find_account_by_email(world, tx, email)
        if person is not None and person.state in ("active", "invited"):
            purpose = "reset" if person.state == "active" else "invite"
            if await has_fresh_link(world, tx, person.id, purpose=purpose):
                return
            await send_link(world, tx, person.id, purpose=purpose)
            await append(world, tx, NewEntry("system", Kind.RESET_REQUESTED, {}))


async def disable_account(world: World, actor: Actor, account_id: str) -> Refusal | None:
    """Disable an account and end its sessions at once. Refuses SAME_PERSON (oneself); Problem 404 where absent."""
    if account_id == actor.account_id:
        return Refusal(Code.SAME_PERSON)
    async with world.db.transaction() as tx:
        if await store.find_account(world, tx, account_id) is None:
            raise Problem(404)
        await store.set_account(tx, account_id, state="disabled")
        await store.end_sessions(world, tx, account_id=account_id, at=world.clock.now())
        entry = NewEntry("system", Kind.ACCOUNT_DISABLED, {"account": account_id}, **actor.entry_fields(Role.ADMIN))
        await append(world, tx, entry)
    world.bell.ring("sessions")
    return None


async def set_locale(world: World, actor: Actor, locale: str) -> None:
    """Remember the person's language; mails follow it."""
    async with world.db.transaction() as tx:
        await store.set_account(tx, actor.account_id, locale=locale)


async def set_texts(world: World, actor: Actor, *, mobile: str | None, is_on: bool) -> None:
    """Remember the person's mobile number and whether texts go there; the journal has neither."""
    async with world.db.transaction() as tx:
        person = await store.find_account(world, tx, actor.account_id)
        if person is None:
            raise Problem(401)
        await store.set_texts(world, tx, person, mobile=mobile, is_on=is_on)


async def end_session(world: World, actor: Actor, ref: str) -> None:
    """End another of the actor's own sessions. Problem 404 where it is not theirs."""
    async with world.db.transaction() as tx:
        own = {session_ref(row.id_hash): row.id_hash for row in await list_living(world, tx, actor)}
        if ref not in own:
            raise Problem(404)
        await store.end_session(tx, id_hash=own[ref], at=world.clock.now())
        hat = Role.SUPPLIER if actor.is_supplier else min(actor.roles, default=Role.PUBLIC)
        await append(world, tx, NewEntry("system", Kind.SESSION_ENDED, {}, **actor.entry_fields(hat)))
    world.bell.ring("sessions")


async def end_other_sessions(world: World, actor: Actor) -> None:
    """End all of the actor's sessions but the one that asks."""
    async with world.db.transaction() as tx:
        hat = Role.SUPPLIER if actor.is_supplier else min(actor.roles, default=Role.PUBLIC)
        for row in await list_living(world, tx, actor):
            if row.id_hash != actor.session_hash:
                await store.end_session(tx, id_hash=row.id_hash, at=world.clock.now())
                await append(world, tx, NewEntry("system", Kind.SESSION_ENDED, {}, **actor.entry_fields(hat)))
    world.bell.ring("sessions")


async def list_living(world: World, tx: AsyncConnection, actor: Actor) -> list[store.SessionRow]:
    """The actor's sessions that could still be used: neither ended, nor idled out, nor past their absolute life."""
    return [row for row in await store.list_sessions(world, tx, actor.account_id) if is_alive(world, row)]


def session_ref(id_hash: str) -> str:
    """A name for a session on its owner's page that is not the stored hash."""
    return hashlib.sha256(id_hash.encode()).hexdigest()[:16]


async def issue_ticket(world: World, actor: Actor, round_id: str) -> str:
    """A one-time ticket for one websocket of one round, valid 30 s; the socket's door decides what it may see."""
    token = world.ids.token()
    expires_at = world.clock.now() + timedelta(seconds=world.settings.ticket_seconds)
    held = _ISSUING.get(world.db)
    if held is None:

        async def play(_key: str, new: Sequence[store.NewTicket]) -> list[bool | Exception]:
            # Before a round opens, or after a cut, everybody asks at once.
            await write_in_one_go(world.db, lambda tx: store.insert_tickets(world, tx, new))
            return [True] * len(new)

        held = _ISSUING[world.db] = Together(play)
    await held.ask("", store.NewTicket(token, actor.session_hash, round_id, expires_at))
    return token


async def take_seat(world: World, seat: str) -> Started:
    """Start a session on a demo seat; counts as second factor, journaled (ACCESS.md section 1). Problem 404 outside
    the demo."""
    if not world.settings.demo:
        raise Problem(404)
    async with world.db.transaction() as tx:
        person = await store.find_account_by_seat(world, tx, seat)
        if person is None or person.state != "active":
            raise Problem(404)
        return await start(world, tx, person, is_demo=True)
