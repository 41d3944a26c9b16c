"""People of the buyer's side who stand near a bidder (attacks.md Z06): declared once, and no seat where it matters.

A relation recuses as a declared conflict does: on the panel at once, in a tender whose panel is called later before
anything of it can be read. It binds purchasers and approvers alike: nothing they propose or approve decides such a
tender, and the auditor gets a signal. What was declared is for its owner and, as the fact of a recusal, for the record;
which firm it is stands in the signal alone, sealed. Related is also who shares a mailbox or a telephone with a firm.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Proposal
from app.domain.credit_code import parse_credit_code
from app.domain.empanelling import Member
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.related_parties import RelationKind, decide_seat, person_keys
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry
from app.evaluation.room import lock_room
from app.identity import relation_store
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.relation_store import Relation
from app.identity.seats import list_seated
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.suppliers import store as supplier_store
from app.tenders.participations import list_invited
from app.tenders.representing import registered_keys

_SIGNAL = "related_staff"


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
    for tender_id in await _own_seats(world, actor):
        async with world.db.transaction() as tx:
            await decide_unrelated(world, tx, tender_id, [actor.account_id])
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


async def _own_seats(world: World, actor: Actor) -> list[str]:
    async with world.db.snapshot() as tx:
        return await list_seated(tx, actor.account_id)


async def find_related(
    world: World, tx: AsyncConnection, tender_id: str, accounts: Collection[str]
) -> dict[str, list[str]]:
    """Those of these people who are related to firms invited to the tender, by declaration or as the same person; each
    with the firms."""
    invited = [each.supplier_id for each in await list_invited(tx, tender_id)]
    if not invited:
        return {}
    declared, registered = await relation_store.list_party_keys(tx, accounts), await registered_keys(world, tx, invited)
    parties = {}
    for firm in invited:
        code = (await supplier_store.load_supplier(tx, firm)).credit_code
        parties[firm] = {relation_store.party_key(world, code), *registered[firm]}
    found = {}
    for each in accounts:
        person = await identity_store.find_account(world, tx, each)
        own = declared[each] | (person_keys(person.email, person.mobile) if person else frozenset())
        firms = [firm for firm, keys in parties.items() if decide_seat(own, keys) is not None]
        if firms:
            found[each] = firms
    return found


async def decide_unrelated(
    world: World, tx: AsyncConnection, tender_id: str, accounts: Iterable[str]
) -> Refusal | None:
    """Whether none of these people stands near a party of the tender. Refuses RELATED_PARTY, and raises a signal for
    the auditor, who and near whom sealed."""
    related = await find_related(world, tx, tender_id, list(dict.fromkeys(accounts)))
    for account, firms in related.items():
        # Both ids have one length each, and one firm is named whatever there are.
        who = json.dumps({"account": account, "supplier": firms[0]}).encode()
        sealed = world.keys.seal("vault", who, tender_id.encode())
        await append(world, tx, entry(tender_id, Kind.SIGNAL_RAISED, {"signal": _SIGNAL}, sealed=sealed))
    return Refusal(Code.RELATED_PARTY) if related else None


async def decide_word(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Whether somebody may speak on a proposal about a tender: neither that person nor whoever proposed stands near a
    party of it. Refuses RELATED_PARTY."""
    if proposal.tender is None:
        return None
    return await decide_unrelated(world, tx, proposal.tender, [actor.account_id, proposal.proposed_by])


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
