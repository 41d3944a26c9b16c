"""A supplier's representatives: what each may do, and the word of the others on one that joined by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Refusal
from app.domain.representing import JOINED_RIGHTS, JoinState, Right, check_rights, decide_change, decide_joining
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.notices.store import insert_notices
from app.suppliers import store
from app.suppliers.entering import note, note_refused
from app.suppliers.survey_tables import representative


@dataclass(frozen=True, slots=True)
class Representative:
    """One person of a supplier, for the people of the same supplier."""

    id: str
    name: str
    email: str
    state: str
    rights: frozenset[Right]
    join_state: JoinState | None
    joined_at: datetime | None


async def list_representatives(world: World, supplier_id: str) -> list[Representative]:
    """A supplier's people that are not disabled, those that joined by themselves with the word on them."""
    async with world.db.snapshot() as tx:
        people = await identity_store.list_supplier_accounts(world, tx, [supplier_id])
        joined = await _joined(tx, supplier_id)
    return [
        Representative(
            id=person.id,
            name=person.name,
            email=person.email,
            state=person.state,
            rights=person.rights,
            join_state=JoinState(joined[person.id].state) if person.id in joined else None,
            joined_at=joined[person.id].joined_at if person.id in joined else None,
        )
        for person in people
    ]


async def join(world: World, tx: AsyncConnection, actor: Actor, *, supplier_id: str, account_id: str) -> None:
    """Somebody has come by self-registration: it may only look, and those who were there are told. Where nobody was,
    nobody can object, and it has every right from the start. Call within the admission's transaction."""
    people = await identity_store.list_supplier_accounts(world, tx, [supplier_id])
    others = [person.id for person in people if person.id != account_id]
    state = JoinState.WAITING if others else JoinState.CONFIRMED
    if others:
        await identity_store.set_account(tx, account_id, rights=sorted(JOINED_RIGHTS))
    values = {"account_id": account_id, "supplier_id": supplier_id, "state": state.value}
    await tx.execute(insert(representative).values(**values, joined_at=world.clock.now()))
    await insert_notices(world, tx, accounts=others, kind=NoticeKind.REPRESENTATIVE_JOINED, params={})
    data = {"account": account_id, "verdict": state.value}
    await note(world, tx, actor, supplier_id, Kind.REPRESENTATIVE_JOINED, data)


async def change_rights(world: World, actor: Actor, account_id: str, wanted: Collection[Right]) -> Refusal | None:
    """Say what another representative may do from now on. Refuses SAME_PERSON, NOT_ALLOWED_HERE."""
    supplier_id = actor.supplier_id or ""
    async with world.db.transaction() as tx:
        held = await _reach(world, tx, supplier_id, account_id)
        refusal = decide_change(actor.account_id, account_id, held)
        if refusal is not None:
            return await note_refused(world, tx, actor, "change_rights", refusal, supplier_id)
        await _set_rights(world, tx, actor, account_id, wanted)
        return None


async def decide_joined(
    world: World, actor: Actor, account_id: str, *, confirm: bool, wanted: Collection[Right] = ()
) -> Refusal | None:
    """Confirm who joined, with what it may do, or object: then it cannot sign in any more. Refuses SAME_PERSON,
    ALREADY_DECIDED."""
    supplier_id = actor.supplier_id or ""
    async with world.db.transaction() as tx:
        held = await _reach(world, tx, supplier_id, account_id)
        refusal = decide_joining(actor.account_id, account_id, held)
        if refusal is not None:
            return await note_refused(world, tx, actor, "decide_joined", refusal, supplier_id)
        state = JoinState.CONFIRMED if confirm else JoinState.OBJECTED
        mine = representative.c.account_id == account_id
        values = {"state": state.value, "decided_by": actor.account_id, "decided_at": world.clock.now()}
        await tx.execute(update(representative).where(mine).values(**values))
        kind = Kind.REPRESENTATIVE_CONFIRMED if confirm else Kind.REPRESENTATIVE_OBJECTED
        await note(world, tx, actor, supplier_id, kind, {"account": account_id})
        if confirm:
            await _set_rights(world, tx, actor, account_id, wanted)
        else:
            await identity_store.set_account(tx, account_id, state="disabled")
        return None


async def _set_rights(
    world: World, tx: AsyncConnection, actor: Actor, account_id: str, wanted: Collection[Right]
) -> None:
    rights = sorted(check_rights(wanted))
    await identity_store.set_account(tx, account_id, rights=rights)
    data = {"account": account_id, "rights": [right.value for right in rights]}
    await note(world, tx, actor, actor.supplier_id or "", Kind.RIGHTS_CHANGED, data)


async def _reach(world: World, tx: AsyncConnection, supplier_id: str, account_id: str) -> JoinState | None:
    """The word on one of the own people, None where it did not join by itself; the one 404 for everybody else's."""
    await store.lock_supplier(tx, supplier_id)
    people = await identity_store.list_supplier_accounts(world, tx, [supplier_id])
    if account_id not in {person.id for person in people}:
        raise not_found()
    found = (await _joined(tx, supplier_id)).get(account_id)
    return None if found is None else JoinState(found.state)


async def _joined(tx: AsyncConnection, supplier_id: str) -> dict[str, Any]:
    rows = await tx.execute(select(representative).where(representative.c.supplier_id == supplier_id))
    return {row.account_id: row for row in rows}
