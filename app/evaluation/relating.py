"""People of the buyer's side who stand near a bidder (attacks.md Z06): declared once, and no seat where it matters.

A relation recuses as a declared conflict does: on the panel at once, in a tender whose panel is called later before
anything of it can be read. What was declared is for its owner and, as the fact of a recusal, for the record.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.credit_code import parse_credit_code
from app.domain.empanelling import Member
from app.domain.entries import Kind
from app.domain.refusals import Refusal
from app.domain.related_parties import RelationKind, decide_seat
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry
from app.evaluation.room import lock_room
from app.identity import relation_store
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.relation_store import Relation
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers import store as supplier_store
from app.tenders.participations import list_invited


@dataclass(frozen=True, slots=True)
class DeclareRelation:
    """To which supplier, by its credit code, and how."""

    credit_code: str
    kind: RelationKind
    note: str


def recusal_scope(tender_id: str) -> str:
    """The grant that takes away: its holder reaches the tender no more as an evaluator."""
    return f"recused:{tender_id}"


async def list_own(world: World, actor: Actor) -> list[Relation]:
    """The actor's own relations."""
    async with world.db.snapshot() as tx:
        return await relation_store.list_relations(world, tx, actor.account_id)


async def declare_relation(world: World, actor: Actor, command: DeclareRelation) -> str | Refusal:
    """Say that one stands near a supplier; recused at once from panels that supplier was invited to.

    Refuses BAD_CREDIT_CODE; the answer does not tell whether the supplier is known here.
    """
    code = parse_credit_code(command.credit_code)
    if isinstance(code, Refusal):
        return code
    new = Relation(world.ids.new(), actor.account_id, str(code), command.kind.value, command.note, world.clock.now())
    hat = min(actor.roles, default=Role.PUBLIC)
    async with world.db.transaction() as tx:
        await relation_store.insert_relation(world, tx, new)
        data = {"relation": new.id, "kind": new.kind}
        await append(world, tx, NewEntry("system", Kind.RELATION_DECLARED, data, **actor.entry_fields(hat)))
    for tender_id in await _own_panels(world, actor):
        async with world.db.transaction() as tx:
            await recuse_related(world, tx, tender_id)
    return new.id


async def end_relation(world: World, actor: Actor, relation_id: str) -> None:
    """Say that it is no more so; whoever was recused for it stays recused. Problem 404 for another's or none."""
    async with world.db.transaction() as tx:
        own = {each.id for each in await relation_store.list_relations(world, tx, actor.account_id)}
        if relation_id not in own:
            raise Problem(404)
        await relation_store.end_relation(tx, relation_id, world.clock.now())
        hat = min(actor.roles, default=Role.PUBLIC)
        data = {"relation": relation_id}
        await append(world, tx, NewEntry("system", Kind.RELATION_ENDED, data, **actor.entry_fields(hat)))


async def _own_panels(world: World, actor: Actor) -> list[str]:
    async with world.db.snapshot() as tx:
        return await panel_store.list_seats(tx, actor.account_id)


async def find_related(world: World, tx: AsyncConnection, tender_id: str, accounts: Collection[str]) -> set[str]:
    """Those of these people who are related to a firm invited to the tender."""
    related = {each: keys for each, keys in (await relation_store.list_party_keys(tx, accounts)).items() if keys}
    if not related:
        return set()
    invited = [each.supplier_id for each in await list_invited(tx, tender_id)]
    firms = [await supplier_store.load_supplier(tx, each) for each in invited]
    parties = {relation_store.party_key(world, firm.credit_code) for firm in firms}
    return {each for each, keys in related.items() if decide_seat(keys, parties) is not None}


async def recuse_related(world: World, tx: AsyncConnection, tender_id: str) -> None:
    """Recuse whoever sits on the panel and is related to an invited firm, until the scores are locked."""
    if not await panel_store.list_members(tx, tender_id):
        return
    room = await lock_room(world, tx, tender_id)
    waiting = [each for each in room.members if not each.has_conflict]
    if room.is_locked:
        return
    related = await find_related(world, tx, tender_id, [each.account_id for each in waiting])
    for member in waiting:
        if member.account_id in related:
            data = await set_conflict(world, tx, tender_id, member, statement="")
            await append(world, tx, entry(tender_id, Kind.CONFLICT_DECLARED, data | {"by": "relation"}))


async def set_conflict(
    world: World, tx: AsyncConnection, tender_id: str, member: Member, *, statement: str
) -> dict[str, object]:
    """Recuse a member for good; the data of the entry to append."""
    values = {"declared_at": world.clock.now(), "has_conflict": True, "statement": statement}
    await panel_store.set_member(tx, tender_id, member.account_id, **values)
    await identity_store.grant_scope(
        tx, scope=recusal_scope(tender_id), holder=f"account:{member.account_id}", role=Role.EVALUATOR
    )
    # Its marks are in the record already and count no more: the record has to say whose seat that was.
    return {"has_conflict": True} | ({"seat": member.seat} if member.seat else {})
