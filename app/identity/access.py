"""The doors: who are you, and may you reach this? The only way to reach a thing; no permission check stands
elsewhere."""

import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.exclusive_roles import clashing, may_sit
from app.domain.kinds import Kind
from app.domain.refusals import Code
from app.domain.representing import ALL_RIGHTS, Right, decide_any_right
from app.domain.second_factor import SteppedAct, decide_step_up
from app.domain.visibility import Role
from app.identity import store
from app.infra.db import Database
from app.infra.errors import Problem, not_found
from app.infra.one_go import read_in_one_go, write_in_one_go
from app.infra.together import Together
from app.infra.web import SAFE_METHODS, WorldDep, request_state
from app.infra.world import World
from app.journal.store import NewEntry, append

CSRF_HEADER = "x-csrf-token"
# Writing "seen" at each request would cost a commit a click.
TOUCH_EVERY = timedelta(seconds=60)
_SESSIONS: WeakKeyDictionary[Database, Together[str, store.SessionRow | None]] = WeakKeyDictionary()
_TICKETS: WeakKeyDictionary[Database, Together[tuple[str, str], store.SessionRow | None]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request or a socket, as the session proves it."""

    account_id: str
    roles: frozenset[Role]
    supplier_id: str | None
    name: str
    email: str
    locale: str
    session_hash: str
    request_id: str
    is_demo: bool
    # A session with less than its roles ask for can only prove or enrol a second factor.
    is_proven: bool = True
    stepped_up_at: datetime | None = None
    # Of a supplier's representative; staff have roles.
    rights: frozenset[Right] = ALL_RIGHTS

    @property
    def is_supplier(self) -> bool:
        """True for a supplier's representative."""
        return self.supplier_id is not None

    def entry_fields(self, hat: Role) -> dict[str, Any]:
        """Who acted, for a NewEntry: staff by account; a supplier's act names only its role (its tag is set by the
        room)."""
        ref = None if hat is Role.SUPPLIER else self.account_id
        return {"actor_role": hat.value, "actor_ref": ref, "request_id": self.request_id}

    @property
    def holders(self) -> list[str]:
        """Under which names scope grants reach this person."""
        own = [f"account:{self.account_id}"]
        return [*own, f"supplier:{self.supplier_id}"] if self.supplier_id else own


def cookie_name(world: World) -> str:
    """``__Host-`` prefixed over TLS, plain on localhost without it (the prefix needs Secure)."""
    return "__Host-bidroom" if world.settings.is_https else "bidroom"


def csrf_token(token: str) -> str:
    """The header value bound to a session token: known to the page, not derivable from the database."""
    return store.hash_token("csrf|" + token)


def ends_at(world: World, row: store.SessionRow) -> tuple[datetime, datetime]:
    """When a session idles out if nothing more is heard of its owner, and when it ends in any case."""
    settings = world.settings
    if row.is_demo:
        idle = settings.session_idle_demo
    else:
        idle = settings.session_idle_supplier if row.account.supplier_id else settings.session_idle_staff
    return row.seen_at + timedelta(seconds=idle), row.started_at + timedelta(seconds=settings.session_absolute)


def is_alive(world: World, row: store.SessionRow) -> bool:
    """True if the session has neither idled out nor passed its absolute life, and its account may still act."""
    return row.account.state == "active" and world.clock.now() <= min(ends_at(world, row))


def actor_of(row: store.SessionRow, request_id: str) -> Actor:
    """The Actor of a living session."""
    person = row.account
    return Actor(
        account_id=person.id,
        roles=person.roles,
        supplier_id=person.supplier_id,
        name=person.name,
        email=person.email,
        locale=person.locale,
        session_hash=row.id_hash,
        request_id=request_id,
        is_demo=row.is_demo,
        is_proven=row.is_demo or row.is_proven,
        stepped_up_at=row.stepped_up_at,
        rights=person.rights,
    )


async def find_actor(world: World, session_hash: str, request_id: str) -> Actor | None:
    """The Actor behind a session hash, or None if signed out, idled out or disabled; keeps an active session alive."""
    row = await _sessions_of(world).ask("", session_hash)
    if row is None or not is_alive(world, row):
        return None
    if world.clock.now() - row.seen_at > TOUCH_EVERY:
        async with world.db.transaction() as tx:
            await store.touch_sessions(world, tx, [session_hash], world.clock.now())
    return actor_of(row, request_id)


def _sessions_of(world: World) -> Together[str, store.SessionRow | None]:
    """Requests that come in together look for their sessions together."""
    held = _SESSIONS.get(world.db)
    if held is None:

        async def play(_key: str, hashes: Sequence[str]) -> list[store.SessionRow | Exception | None]:
            found = await read_in_one_go(world.db, lambda tx: store.list_open_sessions(world, tx, set(hashes)))
            rows = {row.id_hash: row for row in found}
            return [rows.get(each) for each in hashes]

        held = _SESSIONS[world.db] = Together(play)
    return held


def _tickets_of(world: World) -> Together[tuple[str, str], store.SessionRow | None]:
    """Everybody comes back at once: the tickets that wait are used up together."""
    held = _TICKETS.get(world.db)
    if held is None:

        async def play(_key: str, asked: Sequence[tuple[str, str]]) -> list[store.SessionRow | Exception | None]:
            async def use(tx: AsyncConnection) -> list[store.SessionRow | Exception | None]:
                hashes = await store.use_tickets(world, tx, asked)
                rows = await store.list_followed_sessions(world, tx, {each for each in hashes if each is not None})
                return [None if each is None else rows.get(each) for each in hashes]

            return await write_in_one_go(world.db, use)

        held = _TICKETS[world.db] = Together(play)
    return held


async def look_at_session(world: World, request: Request) -> tuple[datetime, datetime]:
    """Idle and absolute end of the session behind a request, without keeping it alive. Problem 401 SIGNED_OUT."""
    token = request.cookies.get(cookie_name(world))
    async with world.db.snapshot() as tx:
        row = await store.find_session(world, tx, store.hash_token(token)) if token else None
    if row is None or not is_alive(world, row):
        raise Problem(401)
    return ends_at(world, row)


async def list_actors(world: World, session_hashes: Collection[str]) -> dict[str, Actor]:
    """The living sessions among these, by hash; an open room asks every few seconds, so it never idles out."""
    found = await read_in_one_go(world.db, lambda tx: store.list_followed_sessions(world, tx, session_hashes))
    alive = {asked: row for asked, row in found.items() if is_alive(world, row)}
    now = world.clock.now()
    stale = [row.id_hash for row in alive.values() if now - row.seen_at > TOUCH_EVERY]
    if stale:
        async with world.db.transaction() as tx:
            await store.touch_sessions(world, tx, stale, now)
    return {asked: actor_of(row, world.ids.new()) for asked, row in alive.items()}


async def signed_in_actor(request: Request, world: WorldDep) -> Actor:
    """Door 0: a living session, proven or not; on unsafe methods also its CSRF header. Problem 401 SIGNED_OUT or 403
    CSRF. For what leads to a proof, and for nothing else."""
    token = request.cookies.get(cookie_name(world))
    if not token:
        raise Problem(401)
    actor = await find_actor(world, store.hash_token(token), request_state(request, "request_id"))
    if actor is None:
        raise Problem(401)
    if request.method not in SAFE_METHODS:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_token(token).encode()):
            raise Problem(403, "CSRF")
    return actor


SignedInDep = Annotated[Actor, Depends(signed_in_actor)]


async def current_actor(actor: SignedInDep) -> Actor:
    """Door 1: a living session that has proven what its roles ask for. Problem 401 SIGNED_OUT, SECOND_FACTOR_NEEDED."""
    if not actor.is_proven:
        raise Problem(401, Code.SECOND_FACTOR_NEEDED.value)
    return actor


ActorDep = Annotated[Actor, Depends(current_actor)]


def staff(*roles: Role) -> Callable[[Request, World, Actor], Awaitable[Actor]]:
    """Door 2: an actor holding one of the roles. Else the refusal is journaled and the answer names no more than the
    door."""
    wanted = frozenset(roles)

    async def enter(request: Request, world: WorldDep, actor: ActorDep) -> Actor:
        if not actor.roles & wanted:
            await note_refused(world, actor, request.scope["route"].path)
            raise Problem(403)
        return actor

    return enter


async def supplier_only(request: Request, world: WorldDep, actor: ActorDep) -> Actor:
    """Door 3: a supplier's representative."""
    if not actor.is_supplier:
        await note_refused(world, actor, request.scope["route"].path)
        raise Problem(403)
    return actor


SupplierDep = Annotated[Actor, Depends(supplier_only)]


def representative_with(*rights: Right) -> Callable[[Request, World, Actor], Awaitable[Actor]]:
    """Door 3, for what asks for more than looking: a representative with one of these rights, else 403
    RIGHT_MISSING."""

    async def enter(request: Request, world: WorldDep, actor: SupplierDep) -> Actor:
        refusal = decide_any_right(actor.rights, rights)
        if refusal is not None:
            await note_refused(world, actor, request.scope["route"].path)
            raise Problem(403, refusal.code.value, detail=refusal.detail)
        return actor

    return enter


BidderDep = Annotated[Actor, Depends(representative_with(Right.BID))]
SignerDep = Annotated[Actor, Depends(representative_with(Right.SIGN))]
# Whoever made the offer or signed the contract may also ask for its money.
InvoicerDep = Annotated[Actor, Depends(representative_with(Right.BID, Right.SIGN))]


def require_step_up(world: World, actor: Actor, act: SteppedAct) -> None:
    """Problem 403 STEP_UP_NEEDED where the last proof is older than five minutes; a demo's seat counts as one."""
    if actor.is_demo:
        return
    fresh = timedelta(seconds=world.settings.step_up_seconds)
    refusal = decide_step_up(actor.stepped_up_at, world.clock.now(), act, fresh)
    if refusal is not None:
        raise Problem(403, refusal.code.value, detail=refusal.detail)


def stepped_up(act: SteppedAct) -> Any:
    """Door 7, in front of an act that asks for a fresh proof: a route's ``dependencies``."""

    async def enter(world: WorldDep, actor: ActorDep) -> None:
        require_step_up(world, actor, act)

    return Depends(enter)


async def note_refused(world: World, actor: Actor, path: str) -> None:
    """Append access.refused: a signed-in person tried a door that is not theirs (attacks.md G16)."""
    hat = Role.SUPPLIER if actor.is_supplier else min(actor.roles, default=Role.PUBLIC)
    async with world.db.transaction() as tx:
        entry = NewEntry("system", Kind.ACCESS_REFUSED, {"path": path}, **actor.entry_fields(hat))
        await append(world, tx, entry)


async def reach_tender(tx: AsyncConnection, actor: Actor, tender_id: str, *roles: Role) -> Role:
    """Door 4: the hat under which the actor reaches a tender. Staff by role, suppliers by the grant of their
    invitation.

    Raises the one 404 of absent and forbidden. With several fitting hats the first of ``roles`` counts.
    """
    for role in roles:
        if role is Role.SUPPLIER:
            if actor.is_supplier and await store.has_scope(
                tx, scope=f"tender:{tender_id}", holders=actor.holders, role=Role.SUPPLIER
            ):
                return role
        elif role in actor.roles and not await _is_shut_out(tx, actor, tender_id, role):
            return role
    raise not_found()


async def list_reaching(tx: AsyncConnection, actors: Collection[Actor], tender_id: str) -> set[str]:
    """Door 4 for many at once: the accounts of those actors that reach a tender as its suppliers."""
    suppliers = [actor for actor in actors if actor.is_supplier]
    holders = {holder for actor in suppliers for holder in actor.holders}
    let_in = await store.list_holders(tx, scope=f"tender:{tender_id}", holders=holders, role=Role.SUPPLIER)
    return {actor.account_id for actor in suppliers if let_in.intersection(actor.holders)}


def seat_scope(tender_id: str) -> str:
    """The grant that remembers who sat in a tender, and as what."""
    return f"seat:{tender_id}"


async def _is_shut_out(tx: AsyncConnection, actor: Actor, tender_id: str, role: Role) -> bool:
    """Whether nothing of the tender is reached by this hat: an evaluator's who has declared a conflict of interest, and
    one that another hat excludes which the same person has worn there (ACCESS.md section 2)."""
    if role in clashing(actor.roles):
        held = await store.list_roles(tx, scope=seat_scope(tender_id), holder=f"account:{actor.account_id}")
        if may_sit(held, role) is not None:
            return True
    if role is not Role.EVALUATOR:
        return False
    return await store.has_scope(tx, scope=f"recused:{tender_id}", holders=actor.holders, role=Role.EVALUATOR)


def reach_own_supplier(actor: Actor, supplier_id: str) -> None:
    """Door 5: a representative reaches the own company only; else the one 404."""
    if actor.supplier_id != supplier_id:
        raise not_found()


async def redeem_ticket(world: World, token: str, round_id: str) -> Actor | None:
    """Door 6: the Actor of a one-time socket ticket (30 s, bound to session and round), or None."""

    row = await _tickets_of(world).ask("", (token, round_id), place=token)
    if row is None or not is_alive(world, row):
        return None
    return actor_of(row, world.ids.new())
