"""A supplier appeals against its certification, a finding or a performance review; somebody else than who assessed
decides (issue 7).

Appeals are complaints (VISIBILITY.md d54): the approver decides them, the auditor reads them, the purchaser does not.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.contact_filtering import decide_title
from app.domain.improving import AppealState
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.review_appealing import decide_deciding
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.notices.store import insert_notices
from app.suppliers import dossier_store, finding_store, performance_store, store
from app.suppliers.entering import note, note_refused, tell_supplier
from app.suppliers.finding_store import Appeal
from app.suppliers.review_appeals import (
    Recount,
    bar_appeal,
    bar_recount,
    hold_effect,
    recount,
    reviewers_of,
    write_recount,
)
from app.suppliers.review_effects import PERFORMANCE
from app.suppliers.store import Names

CERTIFICATION = "certification"
FINDING = "finding"


@dataclass(frozen=True, slots=True)
class MakeAppeal:
    """What the appeal is about, and why."""

    subject: str
    subject_id: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedAppeal:
    """An appeal with the names of who made it and the title of what it is about."""

    appeal: Appeal
    names: Names
    title: str
    assessors: frozenset[str]
    # Of a performance review: what it would come to with the orders as they are now.
    recount: Recount | None = None


async def make_appeal(world: World, actor: Actor, command: MakeAppeal) -> Appeal | Refusal:
    """Store an appeal against the certification in force, a finding that stands or a closed performance review.

    Refuses ALREADY_EXISTS (one appeal a subject), NOT_ALLOWED_HERE (not in force any more), TOO_LATE (a review whose
    days are over), LEAK (a way to reach somebody in the text).
    """
    supplier_id = actor.supplier_id or ""
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        refusal = await _bar(world, tx, held, command) or decide_title(command.text)
        if refusal is not None:
            return await note_refused(world, tx, actor, "appeal", refusal, supplier_id)
        new = Appeal(
            id=world.ids.new(),
            supplier_id=supplier_id,
            subject=command.subject,
            subject_id=command.subject_id,
            text=command.text,
            state=AppealState.OPEN,
            made_at=world.clock.now(),
        )
        await finding_store.insert_appeal(tx, new)
        people = await identity_store.list_staff_accounts(world, tx, Role.APPROVER)
        accounts = [person.id for person in people]
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.APPEAL_WAITING, params={})
        data = {"appeal": new.id, "subject": new.subject, "subject_id": new.subject_id, "text": new.text}
        if new.subject == PERFORMANCE:
            fallen = await hold_effect(tx, new.subject_id)
            data |= {} if fallen is None else {"withdrawn": fallen}
            await _tell_purchasers(world, tx, NoticeKind.PERFORMANCE_HELD, new.subject_id)
        await note(world, tx, actor, supplier_id, Kind.APPEAL_MADE, data)
        return new


async def decide(world: World, actor: Actor, appeal_id: str, *, uphold: bool, answer: str) -> Refusal | None:
    """Uphold an appeal or refuse it, with the answer the supplier reads. A finding falls then with what was owed by it;
    a certification stands until the supplier is assessed anew; a review is computed anew from its orders as corrected.

    Refuses ALREADY_DECIDED, SAME_PERSON (who assessed, made or closed), NOT_ALLOWED_HERE (no order was corrected).
    """
    now = world.clock.now()
    async with world.db.transaction() as tx:
        supplier_id = (await finding_store.load_appeal(tx, appeal_id)).supplier_id
        await store.lock_supplier(tx, supplier_id)
        held = await finding_store.load_appeal(tx, appeal_id)
        refusal = decide_deciding(held.state, await _assessors(tx, held), actor.account_id)
        if refusal is None and uphold and held.subject == PERFORMANCE:
            refusal = await bar_recount(tx, held.subject_id)
        if refusal is not None:
            return await note_refused(world, tx, actor, "decide_appeal", refusal, supplier_id)
        state = AppealState.UPHELD if uphold else AppealState.REFUSED
        values = {"state": state.value, "decided_by": actor.account_id, "decided_at": now, "answer": answer}
        await finding_store.set_appeal(tx, appeal_id, **values)
        await _tell_decided(world, tx, held)
        data = {"appeal": appeal_id, "verdict": state.value, "reason": answer}
        await note(world, tx, actor, supplier_id, Kind.APPEAL_DECIDED, data)
        if uphold and held.subject == FINDING:
            await finding_store.annul_finding(tx, held.subject_id, now)
            await note(world, tx, actor, supplier_id, Kind.FINDING_ANNULLED, {"finding": held.subject_id})
        if uphold and held.subject == PERFORMANCE:
            await write_recount(world, tx, actor, held, now)
        return None


async def list_appeals(world: World) -> list[NamedAppeal]:
    """All appeals, newest first, with whose they are."""
    async with world.db.snapshot() as tx:
        found = await finding_store.list_appeals(tx)
        names = await store.load_names(tx, [each.supplier_id for each in found])
        return [
            NamedAppeal(
                each,
                names[each.supplier_id],
                await _title(tx, each),
                await _assessors(tx, each),
                await _recount(tx, each),
            )
            for each in found
        ]


async def _tell_decided(world: World, tx: AsyncConnection, held: Appeal) -> None:
    if held.subject != PERFORMANCE:
        await tell_supplier(world, tx, held.supplier_id, NoticeKind.APPEAL_DECIDED, {})
        return
    params = {"period": (await performance_store.load_review(tx, held.subject_id)).period}
    await tell_supplier(world, tx, held.supplier_id, NoticeKind.PERFORMANCE_DECIDED, params)
    await _tell_purchasers(world, tx, NoticeKind.PERFORMANCE_RECOUNTED, held.subject_id)


async def _tell_purchasers(world: World, tx: AsyncConnection, kind: NoticeKind, review_id: str) -> None:
    """That a review is held back, or no more; never what was said (VISIBILITY.md d54)."""
    params = {"period": (await performance_store.load_review(tx, review_id)).period}
    people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
    await insert_notices(world, tx, accounts=[person.id for person in people], kind=kind, params=params)


async def _recount(tx: AsyncConnection, held: Appeal) -> Recount | None:
    if held.subject != PERFORMANCE or held.state is not AppealState.OPEN:
        return None
    return (await recount(tx, await performance_store.load_review(tx, held.subject_id)))[1]


async def _bar(world: World, tx: AsyncConnection, held: store.Supplier, command: MakeAppeal) -> Refusal | None:
    if command.subject == PERFORMANCE:
        return await bar_appeal(world, tx, held.id, command.subject_id)
    if command.subject == FINDING:
        found = await finding_store.load_finding(tx, supplier_id=held.id, finding_id=command.subject_id)
        is_in_force = found.annulled_at is None
    else:
        certification = await dossier_store.find_certification(tx, command.subject_id)
        if certification is None or certification.supplier_id != held.id:
            raise not_found()
        is_in_force = held.certification_id == command.subject_id
    if not is_in_force:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "subject"})
    made = await finding_store.list_appeals(tx, held.id)
    is_made = any(each.subject_id == command.subject_id for each in made)
    return Refusal(Code.ALREADY_EXISTS, {"field": "subject"}) if is_made else None


async def _assessors(tx: AsyncConnection, held: Appeal) -> frozenset[str]:
    if held.subject == PERFORMANCE:
        return await reviewers_of(tx, held.subject_id)
    if held.subject == FINDING:
        found = await finding_store.load_finding(tx, supplier_id=held.supplier_id, finding_id=held.subject_id)
        return frozenset({found.recorded_by})
    certification = await dossier_store.find_certification(tx, held.subject_id)
    return frozenset() if certification is None else frozenset({certification.proposed_by})


async def _title(tx: AsyncConnection, held: Appeal) -> str:
    if held.subject == PERFORMANCE:
        return (await performance_store.load_review(tx, held.subject_id)).period
    if held.subject == FINDING:
        found = await finding_store.load_finding(tx, supplier_id=held.supplier_id, finding_id=held.subject_id)
        return found.title
    certification = await dossier_store.find_certification(tx, held.subject_id)
    return "" if certification is None else certification.grade.value
