"""Acts of the negotiation after the unsealing: opening, the approver's mandate, turns of both sides (SP-09, PL-11)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, store
from app.award.contract_store import Negotiation
from app.domain.kinds import Kind
from app.domain.negotiating import OVER, NewTurn, Side, TalkState, TurnAct, decide_turn, state_of
from app.domain.noticing import NoticeKind
from app.domain.payment_terms import Issues, check_issues, check_rate
from app.domain.process import Fact
from app.domain.procurement_methods import allows_talks
from app.domain.refusals import Code, Refusal
from app.domain.scoring.typed import plain
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.identity.seats import take_seat
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.entering import tell_staff
from app.tenders.projecting import note_project
from app.tenders.store import Tender


async def open_negotiation(
    world: World, actor: Actor, tender_id: str, supplier_id: str, rate: Decimal
) -> Refusal | None:
    """Open the talks with a supplier of the award; its approver is asked for the mandate.

    Refuses before the unsealing (NOT_DECIDED), where the rules forbid talks or the supplier has no award
    (NOT_ALLOWED_HERE), a second time or beside a contract (ALREADY_EXISTS), and a rate that is none; each refusal is
    journaled.
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.lock_tender(tx, tender_id)
        refusal = await decide_party(tx, tender, supplier_id)
        if refusal is None and not allows_talks(tender.frozen or {}):
            refusal = Refusal(Code.NOT_ALLOWED_HERE, {"rule": "rulebook"})
        talks = await contract_store.list_negotiations(tx, tender_id)
        contracts = await contract_store.list_contracts(tx, tender_id)
        if refusal is None and (supplier_id in talks or supplier_id in contracts):
            refusal = Refusal(Code.ALREADY_EXISTS)
        refusal = refusal or check_rate(rate)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.NEGOTIATION_REFUSED, "open", refusal)
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        made_id = world.ids.new()
        await contract_store.insert_negotiation(
            tx,
            id=made_id,
            tender_id=tender_id,
            supplier_id=supplier_id,
            number=await store.next_award(tx, tender_id),
            rate=rate,
            opened_by=actor.account_id,
            opened_at=world.clock.now(),
        )
        data = {"negotiation": made_id, "supplier": supplier_id, "rate": plain(rate)}
        await append(world, tx, entry(actor, tender, Kind.NEGOTIATION_OPENED, data))
        await tell_staff(world, tx, tender, NoticeKind.MANDATE_WAITING, Role.APPROVER, but=actor.account_id)
        await tell_supplier(world, tx, tender, supplier_id, NoticeKind.NEGOTIATION_OPENED)
    return None


async def decide_party(tx: AsyncConnection, tender: Tender, supplier_id: str) -> Refusal | None:
    """Refuse before the names are unsealed (NOT_DECIDED) and whoever has no award that stands (NOT_ALLOWED_HERE)."""
    awarded = {each.supplier_id for each in await store.list_awards(tx, [tender.id])}
    if not awarded or Phase.UNSEALED not in tender.visited:
        return Refusal(Code.NOT_DECIDED)
    return None if supplier_id in awarded else Refusal(Code.NOT_ALLOWED_HERE, {"field": "supplier_id"})


async def set_mandate(world: World, actor: Actor, negotiation_id: str, limits: Issues) -> Refusal | None:
    """Set or widen what the buyer may agree to; an approver's act alone. Refuses after the end of the talks
    (ALREADY_DECIDED) and limits out of range."""
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, negotiation_id, Role.APPROVER)
        refusal = Refusal(Code.ALREADY_DECIDED) if held.state in {*OVER, TalkState.MINUTED} else check_issues(limits)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.NEGOTIATION_REFUSED, "mandate", refusal)
        await take_seat(tx, actor.account_id, tender.id, Role.APPROVER)
        await contract_store.set_limits(tx, held.id, limits, by=actor.account_id, at=world.clock.now())
        data = {"negotiation": held.id, "limits": limits.to_json()}
        await append(world, tx, entry(actor, tender, Kind.NEGOTIATION_LIMITED, data, Role.APPROVER))
        await tell_staff(world, tx, tender, NoticeKind.MANDATE_SET, Role.PURCHASER, but=actor.account_id)
    return None


async def take_turn(world: World, actor: Actor, negotiation_id: str, new: NewTurn) -> Refusal | None:
    """Take a side's turn. Refuses what domain/negotiating.decide_turn refuses; each refusal is journaled."""
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, negotiation_id, Role.SUPPLIER, Role.PURCHASER)
        refusal = await decide_party(tx, tender, held.supplier_id) or decide_turn(held.turns, new, limits=held.limits)
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.NEGOTIATION_REFUSED, new.act.value, refusal)
        if not actor.is_supplier:
            await take_seat(tx, actor.account_id, tender.id, Role.PURCHASER)
        by = None if actor.is_supplier else actor.account_id
        at, made_id = world.clock.now(), world.ids.new()
        await contract_store.insert_turn(tx, made_id, new, negotiation_id=held.id, at=at, by=by)
        data = {"negotiation": held.id, "turn": new.answers + 1, "act": new.act.value, "side": new.side.value}
        data |= {} if new.issues is None else {"issues": new.issues.to_json()}
        data |= {"text": new.text.strip()} if new.text.strip() else {}
        await append(world, tx, entry(actor, tender, Kind.NEGOTIATION_MOVED, data))
        if actor.is_supplier:
            await tell_staff(world, tx, tender, NoticeKind.NEGOTIATION_MOVED, Role.PURCHASER)
        else:
            is_minuted = new.act is TurnAct.MINUTE
            told = NoticeKind.MINUTES_WAITING if is_minuted else NoticeKind.NEGOTIATION_MOVED
            await tell_supplier(world, tx, tender, held.supplier_id, told)
        if new.act in (TurnAct.CONFIRM, TurnAct.END):
            await _note_closed(world, tx, tender)
    return None


async def _note_closed(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """Stage 7 is over once no talks go on (domain/process.py)."""
    talks = await contract_store.list_negotiations(tx, tender.id)
    if all(state_of(each.turns) in OVER for each in talks.values()):
        await note_project(world, tx, tender, Fact.NEGOTIATION_CLOSED)


async def hold(tx: AsyncConnection, actor: Actor, negotiation_id: str, *roles: Role) -> tuple[Tender, Negotiation]:
    """The talks under their tender's lock; the one 404 of what is absent, another's, or of an award that went."""
    tender_id = await contract_store.find_tender(tx, negotiation_id)
    await reach_tender(tx, actor, tender_id, *roles)
    tender = await tender_store.lock_tender(tx, tender_id)
    talks = await contract_store.list_negotiations(tx, tender_id)
    held = next((each for each in talks.values() if each.id == negotiation_id), None)
    is_own = held is not None and actor.supplier_id in (None, held.supplier_id)
    if held is None or not is_own or not may_read(actor, tender):
        raise not_found()
    return tender, held


def may_read(actor: Actor, tender: Tender) -> bool:
    """Whether the talks and contracts of a tender are there for this reader (VISIBILITY.md d61)."""
    return may_see({Role.SUPPLIER} if actor.is_supplier else actor.roles, tender.visited, Datum.NEGOTIATION)


def side_of(actor: Actor) -> Side:
    """On which side of the table somebody sits."""
    return Side.SUPPLIER if actor.is_supplier else Side.BUYER


async def refuse(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, kind: Kind, act: str, refusal: Refusal
) -> Refusal:
    """Journal that a rule said no, and give the refusal back."""
    data = {"act": act, "code": refusal.code.value, "detail": dict(refusal.detail)}
    await append(world, tx, entry(actor, tender, kind, data))
    return refusal


async def tell_supplier(world: World, tx: AsyncConnection, tender: Tender, supplier_id: str, kind: NoticeKind) -> None:
    """A notice to the people of one supplier; to no other."""
    people = await identity_store.list_supplier_accounts(world, tx, [supplier_id])
    params = {"reference": tender.reference}
    accounts = [person.id for person in people]
    await insert_notices(world, tx, accounts=accounts, kind=kind, params=params, tender=tender.id)


def entry(actor: Actor, tender: Tender, kind: Kind, data: Mapping[str, Any], hat: Role | None = None) -> NewEntry:
    """An entry of the tender's chain; without a hat, that of the actor's side."""
    hat = hat or (Role.SUPPLIER if actor.is_supplier else Role.PURCHASER)
    return NewEntry(tender.chain, kind, data, tender=tender.id, **actor.entry_fields(hat))
