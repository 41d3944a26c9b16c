"""Acts on payment milestones: plan, move, withdraw; invoices, payments, reversals; queries and their answers.

The first milestone files the tender (phase Z, VISIBILITY.md d62): from then on its payments may be read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, final_store, payment_store, store
from app.award.payment_store import Milestone
from app.domain.contracting import SIGNED
from app.domain.kinds import Kind
from app.domain.money import EXACT, HUNDRED, minor_units, round_half_up
from app.domain.noticing import NoticeKind
from app.domain.paying import (
    Document,
    RecordKind,
    Terms,
    decide_days,
    decide_document,
    decide_terms,
    reversal_of,
)
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis, lot_total
from app.domain.scoring.typed import plain
from app.domain.visibility import Phase, Role
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.infra.days import today_of
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.projecting import note_project
from app.tenders.store import Tender

ENTRY_OF = {RecordKind.INVOICE: Kind.INVOICE_RECORDED, RecordKind.PAYMENT: Kind.PAYMENT_RECORDED}


async def list_owed(tx: AsyncConnection, tender: Tender, *, at_award: bool = False) -> dict[str, Decimal]:
    """{supplier: what it is to be paid in all at the prices in force, in the tender's currency}, rounded half up
    once; `at_award`: at the prices of the decision."""
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    totals: dict[str, Decimal] = {}
    listed = store.list_awards if at_award else final_store.list_in_force
    for each in await listed(tx, [tender.id]):
        lot = lots[each.lot_id]
        whole = lot_total(each.amount, lot.quantity, Basis(lot.basis))
        part = EXACT.divide(EXACT.multiply(whole, each.share or HUNDRED), HUNDRED)
        totals[each.supplier_id] = EXACT.add(totals.get(each.supplier_id, Decimal(0)), part)
    digits = minor_units(tender.currency)
    return {supplier: round_half_up(total, digits) for supplier, total in totals.items()}


async def plan_milestone(
    world: World, actor: Actor, tender_id: str, supplier_id: str, terms: Terms
) -> Milestone | Refusal:
    """Plan a part of the price for a supplier of the award; the first one files the tender.

    Refuses before the names are unsealed (NOT_DECIDED), a supplier without an award (NOT_ALLOWED_HERE) and what
    domain/paying.decide_terms refuses.
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.lock_tender(tx, tender_id)
        sums = await load_sums(tx, tender, supplier_id)
        if isinstance(sums, Refusal):
            return sums
        terms = replace(terms, note=terms.note.strip())
        digits = minor_units(tender.currency)
        refusal = decide_terms(terms, planned=sums.planned, total=sums.total, digits=digits, today=today_of(world))
        if refusal is not None:
            return refusal
        return await store_milestone(world, tx, actor, tender, supplier_id, terms)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a supplier is to be paid in all, and how much of it stands in milestones."""

    total: Decimal
    planned: Decimal


async def load_sums(tx: AsyncConnection, tender: Tender, supplier_id: str) -> Sums | Refusal:
    """What can be planned for a supplier. Refuses before the names are unsealed and while its contract is written,
    approved and signed (NOT_DECIDED), and a supplier without an award (NOT_ALLOWED_HERE)."""
    owed = await list_owed(tx, tender)
    if not owed or Phase.UNSEALED not in tender.visited:
        return Refusal(Code.NOT_DECIDED)
    if supplier_id not in owed:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "supplier_id"})
    held = (await contract_store.list_contracts(tx, tender.id)).get(supplier_id)
    # What was delivered under a contract that ended before its time is planned and paid, too.
    if held is not None and held.state not in SIGNED:
        return Refusal(Code.NOT_DECIDED, {"rule": "contract"})
    refusal = await final_store.decide_no_round(tx, tender.id)
    if refusal is not None:
        return refusal
    known = await payment_store.list_milestones(tx, tender_ids=[tender.id], supplier_id=supplier_id)
    return Sums(owed[supplier_id], sum((each.terms.amount for each in known), Decimal(0)))


async def store_milestone(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, supplier_id: str, terms: Terms
) -> Milestone:
    """Store a milestone that the rules let through, with its entry. Precondition: the tender's lock."""
    made_id, now = world.ids.new(), world.clock.now()
    number = await payment_store.insert_milestone(
        tx, made_id, terms, tender_id=tender.id, supplier_id=supplier_id, at=now
    )
    await tender_store.set_phase(tx, tender.id, phase=Phase.FILED)
    data = {"milestone": made_id, "number": number, "supplier": supplier_id, **_terms_data(terms)}
    await append(world, tx, _entry(actor, tender.id, Kind.PAYMENT_SCHEDULED, data))
    return Milestone(made_id, tender.id, supplier_id, number, terms, now, None)


def _terms_data(terms: Terms) -> dict[str, Any]:
    days = {"falls_on": terms.falls_on.isoformat(), "credit_days": terms.credit_days}
    return {"kind": terms.kind.value, "amount": plain(terms.amount), **days, "note": terms.note}


async def move_milestone(
    world: World, actor: Actor, milestone_id: str, *, falls_on: date, credit_days: int, reason: str
) -> Refusal | None:
    """Move the day a milestone falls on; what was said about the old day is said again. Refuses without a reason, and
    once it is paid (NOT_ALLOWED_HERE)."""

    def decide(found: Milestone, _tender: Tender, today: date) -> Refusal | None:
        if not found.standing(today).owed:
            return Refusal(Code.NOT_ALLOWED_HERE)
        refusal = None if reason.strip() else Refusal(Code.REASON_MISSING)
        return refusal or decide_days(falls_on, credit_days, today)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        found, tender = held
        values = {"falls_on": falls_on, "credit_days": credit_days, "reminded": None}
        await payment_store.set_milestone(tx, milestone_id, **values)
        before = {"from": found.terms.falls_on.isoformat(), "to": falls_on.isoformat()}
        days = {"credit_days_from": found.terms.credit_days, "credit_days": credit_days}
        data = {"milestone": milestone_id, **before, **days, "reason": reason.strip()}
        await append(world, tx, _entry(actor, tender.id, Kind.PAYMENT_MOVED, data))
    return None


async def withdraw_milestone(world: World, actor: Actor, milestone_id: str, reason: str) -> Refusal | None:
    """Take a milestone out of the plan; only without documents and open queries (NOT_ALLOWED_HERE), with a reason."""

    def decide(found: Milestone, _tender: Tender, _today: date) -> Refusal | None:
        if found.records or found.open_dispute:
            return Refusal(Code.NOT_ALLOWED_HERE)
        return None if reason.strip() else Refusal(Code.REASON_MISSING)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        await payment_store.set_milestone(tx, milestone_id, withdrawn_at=world.clock.now())
        data = {"milestone": milestone_id, "reason": reason.strip()}
        await append(world, tx, _entry(actor, held[1].id, Kind.PAYMENT_WITHDRAWN, data))
    return None


async def record_document(world: World, actor: Actor, milestone_id: str, document: Document) -> Refusal | None:
    """Record an invoice or a payment; a supplier records its own invoices alone. Refuses what
    domain/paying.decide_document refuses."""
    if actor.is_supplier and document.kind is not RecordKind.INVOICE:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "kind"})
    document = replace(document, number=document.number.strip())

    def decide(found: Milestone, tender: Tender, today: date) -> Refusal | None:
        taken_back = {each.reverses for each in found.records}
        standing = [each for each in found.records if each.reverses is None and each.id not in taken_back]
        numbers = {each.document.number for each in standing if each.document.kind is document.kind}
        digits = minor_units(tender.currency)
        return decide_document(document, found.terms, found.documents, numbers=numbers, digits=digits, today=today)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        found, tender = held
        await store_document(world, tx, actor, tender, found, document)
    return None


async def store_document(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, found: Milestone, document: Document
) -> None:
    """Store a document that the rules let through, with its entry and notice; the last payment ends the project.
    Precondition: the tender's lock."""
    made_id, now, by = world.ids.new(), world.clock.now(), None if actor.is_supplier else actor.account_id
    await payment_store.insert_record(tx, made_id, document, milestone_id=found.id, at=now, by=by)
    data = {"milestone": found.id, "record": made_id, **_document_data(document)}
    await append(world, tx, _entry(actor, tender.id, ENTRY_OF[document.kind], data))
    if document.kind is RecordKind.PAYMENT:
        await tell_supplier(world, tx, tender, found, NoticeKind.PAYMENT_MADE)
        await _note_paid(world, tx, tender)
    elif actor.is_supplier:
        await tell_purchasers(world, tx, tender, found, NoticeKind.INVOICE_ENTERED)


async def _note_paid(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """Payment is over once every award is planned to the last cent and all of it is paid."""
    listed = await payment_store.list_milestones(tx, tender_ids=[tender.id])
    today, owed = today_of(world), await list_owed(tx, tender)
    planned = dict.fromkeys(owed, Decimal(0))
    for each in listed:
        planned[each.supplier_id] = EXACT.add(planned.get(each.supplier_id, Decimal(0)), each.terms.amount)
    if planned == owed and all(each.standing(today).owed <= 0 for each in listed):
        await note_project(world, tx, tender, Fact.PAID)


def _document_data(document: Document) -> dict[str, Any]:
    data: dict[str, Any] = {"number": document.number, "amount": plain(document.amount)}
    data["dated_on"] = document.dated_on.isoformat()
    data |= {} if document.method is None else {"method": document.method.value}
    return data | ({} if document.matures_on is None else {"matures_on": document.matures_on.isoformat()})


async def reverse_record(world: World, actor: Actor, milestone_id: str, record_id: str, reason: str) -> Refusal | None:
    """Take a document back by a row of its own; both stay. Refuses one that is a reversal or was taken back already
    (ALREADY_DECIDED), without a reason, and one of another milestone (NOT_ALLOWED_HERE)."""

    def decide(found: Milestone, _tender: Tender, _today: date) -> Refusal | None:
        record = next((each for each in found.records if each.id == record_id), None)
        if record is None:
            return Refusal(Code.NOT_ALLOWED_HERE, {"field": "record_id"})
        if record.reverses is not None or any(each.reverses == record_id for each in found.records):
            return Refusal(Code.ALREADY_DECIDED)
        return None if reason.strip() else Refusal(Code.REASON_MISSING)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        record = next(each for each in held[0].records if each.id == record_id)
        back = reversal_of(record.document, today_of(world))
        made_id, now = world.ids.new(), world.clock.now()
        await payment_store.insert_record(
            tx, made_id, back, milestone_id=milestone_id, at=now, by=actor.account_id, reverses=record_id
        )
        # What was said of the day is said again: something is owed once more.
        await payment_store.set_milestone(tx, milestone_id, reminded=None)
        data = {"milestone": milestone_id, "record": record_id, "reason": reason.strip()}
        await append(world, tx, _entry(actor, held[1].id, Kind.PAYMENT_REVERSED, data))
    return None


async def raise_dispute(world: World, actor: Actor, milestone_id: str, text: str) -> Refusal | None:
    """Query a milestone, from either side. Refuses while another query is open (PENDING) and without words."""

    def decide(found: Milestone, _tender: Tender, _today: date) -> Refusal | None:
        if found.open_dispute is not None:
            return Refusal(Code.PENDING)
        return None if text.strip() else Refusal(Code.REASON_MISSING)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        found, tender = held
        made_id, now = world.ids.new(), world.clock.now()
        await payment_store.insert_dispute(
            tx, made_id, milestone_id=milestone_id, text=text.strip(), is_supplier=actor.is_supplier, at=now
        )
        data = {"milestone": milestone_id, "dispute": made_id, "text": text.strip()}
        await append(world, tx, _entry(actor, tender.id, Kind.PAYMENT_DISPUTED, data))
        tell = tell_purchasers if actor.is_supplier else tell_supplier
        await tell(world, tx, tender, found, NoticeKind.PAYMENT_DISPUTED)
    return None


async def settle_dispute(world: World, actor: Actor, milestone_id: str, answer: str) -> Refusal | None:
    """Answer the open query. Refuses where there is none (NOT_ALLOWED_HERE) and without words."""

    def decide(found: Milestone, _tender: Tender, _today: date) -> Refusal | None:
        if found.open_dispute is None:
            return Refusal(Code.NOT_ALLOWED_HERE)
        return None if answer.strip() else Refusal(Code.REASON_MISSING)

    async with world.db.transaction() as tx:
        held = await _hold(world, tx, actor, milestone_id, decide)
        if isinstance(held, Refusal):
            return held
        found, tender = held
        dispute = found.open_dispute
        assert dispute is not None, "the rule has seen it"
        await payment_store.settle_dispute(tx, dispute.id, answer.strip(), world.clock.now())
        data = {"milestone": milestone_id, "dispute": dispute.id, "answer": answer.strip()}
        await append(world, tx, _entry(actor, tender.id, Kind.PAYMENT_SETTLED, data))
        await tell_supplier(world, tx, tender, found, NoticeKind.PAYMENT_SETTLED)
    return None


Decide = Callable[[Milestone, Tender, date], Refusal | None]


async def _hold(
    world: World, tx: AsyncConnection, actor: Actor, milestone_id: str, decide: Decide
) -> tuple[Milestone, Tender] | Refusal:
    """The milestone under its tender's lock, or what the rule says against the act; the one 404 of what is absent,
    withdrawn or another's."""
    tender_id = await payment_store.find_tender(tx, milestone_id)
    await reach_tender(tx, actor, tender_id, Role.SUPPLIER, Role.PURCHASER)
    tender = await tender_store.lock_tender(tx, tender_id)
    listed = await payment_store.list_milestones(tx, tender_ids=[tender_id], supplier_id=actor.supplier_id)
    found = next((each for each in listed if each.id == milestone_id), None)
    if found is None:
        raise not_found()
    return decide(found, tender, today_of(world)) or (found, tender)


async def tell_purchasers(
    world: World, tx: AsyncConnection, tender: Tender, found: Milestone, kind: NoticeKind
) -> None:
    """A notice to the purchasers: they owe, or were asked."""
    people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
    await _tell(world, tx, tender, found, kind, [person.id for person in people])


async def tell_supplier(world: World, tx: AsyncConnection, tender: Tender, found: Milestone, kind: NoticeKind) -> None:
    """A notice to the supplier that is owed; to no other."""
    people = await identity_store.list_supplier_accounts(world, tx, [found.supplier_id])
    await _tell(world, tx, tender, found, kind, [person.id for person in people])


async def _tell(
    world: World, tx: AsyncConnection, tender: Tender, found: Milestone, kind: NoticeKind, accounts: Sequence[str]
) -> None:
    params = {"reference": tender.reference, "number": str(found.number), "day": found.terms.due_on.isoformat()}
    await insert_notices(world, tx, accounts=accounts, kind=kind, params=params, tender=tender.id)


def _entry(actor: Actor, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    hat = Role.SUPPLIER if actor.is_supplier else Role.PURCHASER
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **actor.entry_fields(hat))
