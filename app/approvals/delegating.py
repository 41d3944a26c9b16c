"""Handing one's tasks of a role to a colleague for some days, and taking them back; it ends by itself, by its days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import delegation_store as store
from app.approvals.granting import CHAIN
from app.domain.delegating import Delegation, Hands, Person, decide_delegation, hands_of
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.seats import find_twin
from app.infra.days import today_of
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices


@dataclass(frozen=True, slots=True)
class HandOver:
    """Whose address takes over the tasks of which role, from which day to which."""

    email: str
    duty: Role
    starts_on: date
    ends_on: date


async def find_hands(world: World, tx: AsyncConnection, account_id: str) -> Hands:
    """Whose tasks somebody has in hand today, and for whom it stood in of late."""
    return hands_of(await store.list_delegations(tx, account_id), account_id, today_of(world))


async def list_stand_ins(world: World, tx: AsyncConnection, account_id: str, duty: Role) -> list[str]:
    """Who has somebody's tasks of a role in hand today."""
    day = today_of(world)
    found = await store.list_delegations(tx, account_id)
    return [one.taker for one in found if one.giver == account_id and one.duty is duty and one.is_in_force(day)]


async def hand_over(world: World, actor: Actor, command: HandOver) -> Delegation | Refusal:
    """Hand the tasks of one role to a colleague, named by address: no list of colleagues is needed for it.

    Refuses what domain/delegating.py refuses, and SAME_PERSON to another account of the same person.
    """
    async with world.db.transaction() as tx:
        # Two hand-overs of one person come one after the other.
        await identity_store.lock_account(world, tx, actor.account_id)
        found = await identity_store.find_account_by_email(world, tx, command.email)
        is_colleague = found is not None and found.kind == "staff" and found.state == "active"
        taker = Person(found.id, found.roles) if found is not None and is_colleague else None
        new = Delegation(
            id=world.ids.new(),
            giver=actor.account_id,
            taker="" if taker is None else taker.account_id,
            duty=command.duty,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            made_at=world.clock.now(),
        )
        refusal = decide_delegation(
            new,
            giver=Person(actor.account_id, actor.roles),
            taker=taker,
            today=today_of(world),
            held=await store.list_delegations(tx, actor.account_id, new.taker),
        )
        if refusal is None and await find_twin(world, tx, actor, new.taker) is not None:
            refusal = Refusal(Code.SAME_PERSON)
        if refusal is not None:
            told = {"duty": command.duty.value, "code": refusal.code.value, "detail": dict(refusal.detail)}
            await _enter(world, tx, actor, Kind.DELEGATION_REFUSED, told)
            return refusal
        await store.insert_delegation(tx, new)
        days = {"starts_on": new.starts_on.isoformat(), "ends_on": new.ends_on.isoformat()}
        data = {"delegation": new.id, "giver": new.giver, "taker": new.taker, "duty": new.duty.value, **days}
        await _enter(world, tx, actor, Kind.DELEGATION_MADE, data)
        await insert_notices(world, tx, accounts=[new.taker], kind=NoticeKind.TASKS_HANDED, params=days)
        return new


async def take_back(world: World, actor: Actor, delegation_id: str) -> Refusal | None:
    """End it early: its giver alone, to others it is not found. Refuses NOT_ALLOWED_HERE once it is over."""
    async with world.db.transaction() as tx:
        held = await store.lock_delegation(tx, delegation_id)
        if held.giver != actor.account_id:
            raise not_found()
        if held.ended_at is not None or held.ends_on < today_of(world):
            return Refusal(Code.NOT_ALLOWED_HERE)
        await store.set_ended(tx, held.id, world.clock.now())
        await _enter(world, tx, actor, Kind.DELEGATION_ENDED, {"delegation": held.id, "giver": held.giver})
        return None


async def list_own(world: World, actor: Actor) -> list[tuple[Delegation, str]]:
    """What somebody has given and taken, each with the name of the other."""
    async with world.db.snapshot() as tx:
        found = await store.list_delegations(tx, actor.account_id)
        listed = []
        for one in found:
            other = await identity_store.find_account(
                world, tx, one.taker if one.giver == actor.account_id else one.giver
            )
            listed.append((one, "" if other is None else other.name))
        return listed


async def _enter(world: World, tx: AsyncConnection, actor: Actor, kind: Kind, data: Mapping[str, Any]) -> None:
    hat = min(actor.roles & {Role.REQUESTER, Role.PURCHASER, Role.APPROVER} or actor.roles)
    await append(world, tx, NewEntry(CHAIN, kind, data, **actor.entry_fields(hat)))
