"""What the acts of this room write into the journal: one chain a supplier; acts without one go to the system chain."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.web import instant_text
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices

SYSTEM_CHAIN = "system"


def chain_of(supplier_id: str) -> str:
    """The chain that tells a supplier's life."""
    return f"supplier:{supplier_id}"


async def note(
    world: World, tx: AsyncConnection, actor: Actor, supplier_id: str, kind: Kind, data: Mapping[str, Any]
) -> None:
    """Append one act to the supplier's chain, under the hat the actor acts in."""
    hat = Role.SUPPLIER if actor.is_supplier else staff_hat(actor)
    await append(world, tx, NewEntry(chain_of(supplier_id), kind, data, **actor.entry_fields(hat)))


async def note_refused(
    world: World, tx: AsyncConnection, actor: Actor, act: str, refusal: Refusal, supplier_id: str | None = None
) -> Refusal:
    """Append a refused act with its code and the numbers that decided, and give the refusal back."""
    data = {"act": act, "code": refusal.code.value, "detail": dict(refusal.detail)}
    chain = SYSTEM_CHAIN if supplier_id is None else chain_of(supplier_id)
    hat = Role.SUPPLIER if actor.is_supplier else staff_hat(actor)
    await append(world, tx, NewEntry(chain, Kind.SUPPLIER_REFUSED, data, **actor.entry_fields(hat)))
    return refusal


def staff_hat(actor: Actor) -> Role:
    """The hat staff wear in this room: the purchaser proposes, the approver decides."""
    return Role.PURCHASER if Role.PURCHASER in actor.roles else min(actor.roles)


async def tell_supplier(
    world: World, tx: AsyncConnection, supplier_id: str, kind: NoticeKind, params: Mapping[str, str]
) -> None:
    """One notice to every representative of the supplier."""
    people = await identity_store.list_supplier_accounts(world, tx, [supplier_id])
    await insert_notices(world, tx, accounts=[person.id for person in people], kind=kind, params=params)


async def tell_approvers(world: World, tx: AsyncConnection) -> None:
    """Tell every approver that something waits; the text names nothing."""
    people = await identity_store.list_staff_accounts(world, tx, Role.APPROVER)
    accounts: Sequence[str] = [person.id for person in people]
    await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.APPROVAL_WAITING, params={})


def instant(at: datetime) -> str:
    """An instant as every wire and entry spells it."""
    return instant_text(at)
