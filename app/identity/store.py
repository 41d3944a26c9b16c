"""Accounts, links, sessions, tickets and scope grants as rows. Decides nothing, never commits."""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.representing import ALL_RIGHTS, Right
from app.domain.visibility import Role
from app.identity.session_times import open_times, seal_times, to_hour
from app.identity.tables import account, scope_grant, session, ticket
from app.infra.world import World


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in. ``kind`` is ``staff`` or ``supplier``; ``state`` invited, active or disabled."""

    id: str
    kind: str
    email: str
    name: str
    roles: frozenset[Role]
    supplier_id: str | None
    locale: str
    password_hash: str | None
    state: str
    seat: str | None
    mobile: str | None = None
    has_texts: bool = False  # switched on by the person: only then do text messages go to the mobile
    rights: frozenset[Right] = ALL_RIGHTS


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A server-side session and its account."""

    id_hash: str
    account: Account
    started_at: datetime
    seen_at: datetime
    is_demo: bool
    is_proven: bool
    stepped_up_at: datetime | None
    device_sealed: bytes | None


# The most that is kept of what a browser says of itself.
LONGEST_AGENT = 300
# What is kept of a device has one length for everybody.
_DEVICE_BYTES = 768


def hash_token(token: str) -> str:
    """SHA-256 hex of a secret token: what the database keeps of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def normalise_email(email: str) -> str:
    """NFKC, trimmed, case-folded: look-alike spellings are one address (attacks.md I03)."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _account(world: World, row: Any) -> Account:
    person = json.loads(world.keys.unseal("vault", row.person_sealed, row.id.encode()))
    return Account(
        id=row.id,
        kind=row.kind,
        email=person["email"],
        name=person["name"],
        roles=frozenset(Role(name) for name in row.roles),
        supplier_id=row.supplier_id,
        locale=row.locale,
        password_hash=row.password_hash,
        state=row.state,
        seat=row.seat,
        mobile=person.get("mobile"),
        has_texts=person.get("texts", False),
        rights=ALL_RIGHTS if row.rights is None else frozenset(map(Right, row.rights)),
    )


def _sealed(world: World, one: Account) -> bytes:
    texts = {} if one.mobile is None else {"mobile": one.mobile, "texts": one.has_texts}
    person = json.dumps({"email": one.email, "name": one.name, **texts}).encode()
    return world.keys.seal("vault", person, one.id.encode())


async def set_texts(world: World, tx: AsyncConnection, one: Account, *, mobile: str | None, is_on: bool) -> None:
    """Change where a person's text messages go, and whether any do."""
    changed = replace(one, mobile=mobile, has_texts=is_on and mobile is not None)
    await set_account(tx, one.id, person_sealed=_sealed(world, changed))


async def insert_account(world: World, tx: AsyncConnection, new: Account) -> None:
    """Store a new account; the caller has made sure that the address is free."""
    await tx.execute(
        insert(account).values(
            id=new.id,
            kind=new.kind,
            email_key=world.keys.lookup(normalise_email(new.email)),
            person_sealed=_sealed(world, new),
            roles=sorted(role.value for role in new.roles),
            supplier_id=new.supplier_id,
            locale=new.locale,
            password_hash=new.password_hash,
            state=new.state,
            seat=new.seat,
            rights=None if new.rights == ALL_RIGHTS else sorted(new.rights),
            created_at=to_hour(world.clock.now()),
            version=1,
        )
    )


async def find_account(world: World, tx: AsyncConnection, account_id: str) -> Account | None:
    """An account by id."""
    row = (await tx.execute(select(account).where(account.c.id == account_id))).first()
    return None if row is None else _account(world, row)


async def lock_account(world: World, tx: AsyncConnection, account_id: str) -> Account | None:
    """An account by id, its row locked until the transaction ends."""
    row = (await tx.execute(select(account).where(account.c.id == account_id).with_for_update())).first()
    return None if row is None else _account(world, row)


async def find_account_by_email(world: World, tx: AsyncConnection, email: str) -> Account | None:
    """An account by its address, whatever its spelling."""
    key = world.keys.lookup(normalise_email(email))
    row = (await tx.execute(select(account).where(account.c.email_key == key))).first()
    return None if row is None else _account(world, row)


async def find_account_by_seat(world: World, tx: AsyncConnection, seat: str) -> Account | None:
    """The demo account behind a one-click seat."""
    row = (await tx.execute(select(account).where(account.c.seat == seat))).first()
    return None if row is None else _account(world, row)


async def list_accounts(world: World, tx: AsyncConnection, *, kind: str | None = None) -> list[Account]:
    """All accounts of a kind, in order of their random ids."""
    query = select(account).order_by(account.c.id)
    if kind is not None:
        query = query.where(account.c.kind == kind)
    return [_account(world, row) for row in await tx.execute(query)]


async def list_supplier_accounts(world: World, tx: AsyncConnection, supplier_ids: Sequence[str]) -> list[Account]:
    """Accounts of the representatives of these suppliers that are not disabled."""
    query = select(account).where(account.c.supplier_id.in_(supplier_ids), account.c.state != "disabled")
    return [_account(world, row) for row in await tx.execute(query.order_by(account.c.id))]


async def list_staff_accounts(world: World, tx: AsyncConnection, role: Role) -> list[Account]:
    """Active staff accounts holding a role."""
    return [
        item for item in await list_accounts(world, tx, kind="staff") if role in item.roles and item.state == "active"
    ]


async def set_account(tx: AsyncConnection, account_id: str, **values: Any) -> None:
    """Change columns of an account (password_hash, state, locale, roles)."""
    await tx.execute(update(account).where(account.c.id == account_id).values(version=account.c.version + 1, **values))


def _session_key(world: World, account_id: str) -> str:
    return world.keys.lookup("session|" + account_id)


@dataclass(frozen=True, slots=True)
class Proof:
    """How much a session proves at its start: all that is asked for, how fresh, and on which device."""

    is_proven: bool = True
    stepped_up_at: datetime | None = None
    agent: str = ""
    device: str = ""


async def insert_session(  # whose, since when, how much it proves
    world: World,
    tx: AsyncConnection,
    *,
    token: str,
    account_id: str,
    at: datetime,
    is_demo: bool,
    proof: Proof = Proof(),
    started_at: datetime | None = None,
) -> None:
    """Store a new session under the hash of its token; whose it is, is sealed."""
    id_hash = hash_token(token)
    device = json.dumps({"agent": proof.agent[:LONGEST_AGENT], "device": proof.device}, ensure_ascii=False)
    await tx.execute(
        insert(session).values(
            id_hash=id_hash,
            account_sealed=world.keys.seal("vault", account_id.encode(), id_hash.encode()),
            account_key=_session_key(world, account_id),
            started_at=to_hour(started_at or at),
            seen_at=to_hour(at),
            is_demo=is_demo,
            is_proven=proof.is_proven,
            stepped_up_at=None if proof.stepped_up_at is None else to_hour(proof.stepped_up_at),
            began_sealed=seal_times(world, id_hash, "began", started_at or at, proof.stepped_up_at),
            seen_sealed=seal_times(world, id_hash, "seen", at),
            device_sealed=world.keys.seal("vault", device.encode().ljust(_DEVICE_BYTES), f"device|{id_hash}".encode()),
        )
    )


async def renew_session(world: World, tx: AsyncConnection, row: SessionRow, *, token: str, at: datetime) -> None:
    """Put a session that was just proven in the place of ``row``, under a new token; its absolute life stays."""
    agent, device = device_of(world, row)
    proof = Proof(stepped_up_at=at, agent=agent, device=device)
    await insert_session(
        world, tx, token=token, account_id=row.account.id, at=at, is_demo=row.is_demo, proof=proof,
        started_at=row.started_at,
    )  # fmt: skip
    new_hash = hash_token(token)
    await tx.execute(update(session).where(session.c.next_hash == row.id_hash).values(next_hash=new_hash))
    await tx.execute(
        update(session).where(session.c.id_hash == row.id_hash).values(ended_at=to_hour(at), next_hash=new_hash)
    )


async def find_session(world: World, tx: AsyncConnection, id_hash: str) -> SessionRow | None:
    """A session that was not ended, with its account; expiry is decided by the door."""
    found = await list_open_sessions(world, tx, {id_hash})
    return found[0] if found else None


async def list_open_sessions(world: World, tx: AsyncConnection, id_hashes: Collection[str]) -> list[SessionRow]:
    """Those of the sessions that were not ended, with their accounts; two queries however many."""
    query = select(session).where(session.c.id_hash.in_(id_hashes), session.c.ended_at.is_(None))
    return await _with_accounts(world, tx, (await tx.execute(query)).all())


async def list_followed_sessions(
    world: World, tx: AsyncConnection, id_hashes: Collection[str]
) -> dict[str, SessionRow]:
    """The open sessions by the hash they are asked by, which may be that of their time before a step-up."""
    rows = (await tx.execute(select(session).where(session.c.id_hash.in_(id_hashes)))).all()
    now_under = {row.id_hash: row.next_hash or row.id_hash for row in rows}
    renewed = set(now_under.values()) - set(now_under)
    if renewed:
        rows = [*rows, *(await tx.execute(select(session).where(session.c.id_hash.in_(renewed))))]
    found = await _with_accounts(world, tx, [row for row in rows if row.ended_at is None])
    by_hash = {row.id_hash: row for row in found}
    return {asked: by_hash[now] for asked, now in now_under.items() if now in by_hash}


async def list_sessions(world: World, tx: AsyncConnection, account_id: str) -> list[SessionRow]:
    """The sessions of an account that were not ended, newest first; which of them still live, the door says."""
    mine = session.c.account_key == _session_key(world, account_id)
    rows = (await tx.execute(select(session).where(mine, session.c.ended_at.is_(None)))).all()
    return sorted(await _with_accounts(world, tx, rows), key=lambda row: row.started_at, reverse=True)


async def list_devices(world: World, tx: AsyncConnection, account_id: str, since: datetime) -> set[str]:
    """The devices an account was seen on since an instant, also in sessions that have ended; none of demo seats."""
    mine = session.c.account_key == _session_key(world, account_id)
    query = select(session).where(mine, session.c.seen_at >= to_hour(since), session.c.is_demo.is_(False))
    return {device_of(world, row)[1] for row in await tx.execute(query)} - {""}


def device_of(world: World, row: Any) -> tuple[str, str]:
    """What the browser of a session said of itself at the sign-in, and what tells browsers apart; for its owner."""
    if row.device_sealed is None:
        return "", ""
    kept = json.loads(world.keys.unseal("vault", row.device_sealed, f"device|{row.id_hash}".encode()))
    return kept["agent"], kept["device"]


async def _with_accounts(world: World, tx: AsyncConnection, rows: Sequence[Any]) -> list[SessionRow]:
    owners = {
        row.id_hash: world.keys.unseal("vault", row.account_sealed, row.id_hash.encode()).decode() for row in rows
    }
    people = await tx.execute(select(account).where(account.c.id.in_(set(owners.values()))))
    accounts = {row.id: _account(world, row) for row in people}
    return [_session_row(world, row, accounts[owners[row.id_hash]]) for row in rows if owners[row.id_hash] in accounts]


def _session_row(world: World, row: Any, owner: Account) -> SessionRow:
    started, stepped, seen = row.started_at, row.stepped_up_at, row.seen_at
    # Sessions from before the vault have their instants in the clear.
    if row.began_sealed is not None and row.seen_sealed is not None:
        started, stepped = open_times(world, row.id_hash, "began", row.began_sealed)
        (seen,) = open_times(world, row.id_hash, "seen", row.seen_sealed)
    return SessionRow(row.id_hash, owner, started, seen, row.is_demo, row.is_proven, stepped, row.device_sealed)


async def touch_sessions(world: World, tx: AsyncConnection, id_hashes: Sequence[str], at: datetime) -> None:
    """Note that the owners of these sessions are active."""
    rows = [{"of": each, "sealed": seal_times(world, each, "seen", at)} for each in id_hashes]
    if rows:
        touched = update(session).where(session.c.id_hash == bindparam("of"))
        await tx.execute(touched.values(seen_at=to_hour(at), seen_sealed=bindparam("sealed")), rows)


async def end_session(tx: AsyncConnection, *, id_hash: str, at: datetime) -> None:
    """End one session."""
    await tx.execute(
        update(session).where(session.c.id_hash == id_hash, session.c.ended_at.is_(None)).values(ended_at=to_hour(at))
    )


async def end_sessions(world: World, tx: AsyncConnection, *, account_id: str, at: datetime) -> None:
    """End every session of an account."""
    mine = session.c.account_key == _session_key(world, account_id)
    await tx.execute(update(session).where(mine, session.c.ended_at.is_(None)).values(ended_at=to_hour(at)))


def _ticket_aad(token_hash: str, round_id: str) -> bytes:
    return f"{token_hash}|{round_id}".encode()


async def insert_ticket(
    world: World, tx: AsyncConnection, *, token: str, session_hash: str, round_id: str, expires_at: datetime
) -> None:
    """Store a ticket for one websocket of one round."""
    await insert_tickets(world, tx, [NewTicket(token, session_hash, round_id, expires_at)])


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket for one websocket of one round."""

    token: str
    session_hash: str
    round_id: str
    expires_at: datetime


async def insert_tickets(world: World, tx: AsyncConnection, new: Sequence[NewTicket]) -> None:
    """Store tickets; a reader of the database learns neither session nor round."""
    rows = []
    for one in new:
        token_hash = hash_token(one.token)
        sealed = world.keys.seal("vault", one.session_hash.encode(), _ticket_aad(token_hash, one.round_id))
        rows.append({"token_hash": token_hash, "session_sealed": sealed, "expires_at": one.expires_at})
    await tx.execute(insert(ticket), rows)
    await tx.execute(delete(ticket).where(ticket.c.expires_at < world.clock.now()))


async def use_tickets(world: World, tx: AsyncConnection, asked: Sequence[tuple[str, str]]) -> list[str | None]:
    """Use up tickets, given as (token, round); for each the hash of its session, or None if used, expired or made for
    another round."""
    hashes = [hash_token(token) for token, _ in asked]
    gone = await tx.execute(delete(ticket).where(ticket.c.token_hash.in_(hashes)).returning(ticket))
    now = world.clock.now()
    rows = {row.token_hash: row.session_sealed for row in gone if row.expires_at > now}
    found: list[str | None] = []
    for token_hash, (_, round_id) in zip(hashes, asked, strict=True):
        try:
            sealed = rows.get(token_hash, b"")
            found.append(world.keys.unseal("vault", sealed, _ticket_aad(token_hash, round_id)).decode())
        except ValueError:
            found.append(None)
    return found


async def grant_scope(tx: AsyncConnection, *, scope: str, holder: str, role: Role) -> None:
    """Let a holder (``supplier:ID`` or ``account:ID``) reach a thing (``tender:ID``) under a role; repeating changes
    nothing."""
    if not await has_scope(tx, scope=scope, holders=[holder], role=role):
        await tx.execute(insert(scope_grant).values(scope=scope, holder=holder, role=role.value))


async def has_scope(tx: AsyncConnection, *, scope: str, holders: Sequence[str], role: Role) -> bool:
    """True if one of the holders reaches the thing under the role."""
    return bool(await list_holders(tx, scope=scope, holders=holders, role=role))


async def list_holders(tx: AsyncConnection, *, scope: str, holders: Collection[str], role: Role) -> set[str]:
    """Those of the holders that reach the thing under the role."""
    query = select(scope_grant.c.holder).where(
        scope_grant.c.scope == scope, scope_grant.c.holder.in_(holders), scope_grant.c.role == role.value
    )
    return {row.holder for row in await tx.execute(query)}


async def list_roles(tx: AsyncConnection, *, scope: str, holder: str) -> set[Role]:
    """The roles under which a holder reaches a thing."""
    query = select(scope_grant.c.role).where(scope_grant.c.scope == scope, scope_grant.c.holder == holder)
    return {Role(row.role) for row in await tx.execute(query)}


async def list_scopes(tx: AsyncConnection, *, holder: str, kind: str) -> list[str]:
    """Ids of the things of a kind (``tender``) that a holder reaches."""
    rows = await tx.execute(
        select(scope_grant.c.scope).where(scope_grant.c.holder == holder, scope_grant.c.scope.startswith(f"{kind}:"))
    )
    return [str(row.scope).partition(":")[2] for row in rows]
